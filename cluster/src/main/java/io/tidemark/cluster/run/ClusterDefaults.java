package io.tidemark.cluster.run;

import io.tidemark.cluster.layout.ClusterLayout;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.Command.ConfigChange;
import io.tidemark.metadata.command.Command.ConfigChange.Operation;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.config.NodeConfigs;
import io.tidemark.metadata.config.TopicConfigs;
import io.tidemark.metadata.control.HttpControlPlane;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;

/** Gives a new cluster its defaults: topics that survive the loss of a node. */
public final class ClusterDefaults {

    private ClusterDefaults() {}

    /**
     * @throws StartFailure where the coordinator does not take them
     */
    public static void apply(ClusterLayout layout) throws StartFailure {
        List<URI> coordinators =
                Stream.of(layout.coordinatorUrls().split(",")).map(URI::create).toList();
        try (HttpControlPlane controlPlane =
                new HttpControlPlane(coordinators, HttpControlPlane.Timeouts.DEFAULT)) {
            CommandResult result =
                    controlPlane
                            .submit(
                                    new Command.AlterNodeConfigs(
                                            "",
                                            List.of(
                                                    set(
                                                            NodeConfigs.DEFAULT_REPLICATION_FACTOR,
                                                            layout.defaultReplicationFactor()),
                                                    set(
                                                            TopicConfigs.MIN_INSYNC_REPLICAS,
                                                            layout.defaultMinInsyncReplicas())),
                                            false))
                            .toCompletableFuture()
                            .join();
            if (result instanceof CommandResult.Rejected rejected) {
                throw new StartFailure("the defaults were refused: " + rejected.message());
            }
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new StartFailure("the defaults could not be set: " + cause.getMessage());
        }
    }

    private static ConfigChange set(String name, int value) {
        return new ConfigChange(name, Operation.SET, Integer.toString(value));
    }
}
