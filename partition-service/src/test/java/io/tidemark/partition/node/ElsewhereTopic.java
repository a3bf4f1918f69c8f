package io.tidemark.partition.node;

import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.image.NodeImage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;

/** A topic that another node leads, which is only told of. */
final class ElsewhereTopic {
    static final int LEADER = 2;

    private ElsewhereTopic() {}

    /** Of one partition. */
    static void create(InMemoryControlPlane controlPlane, String topic) throws Exception {
        CommandResult.NodeRegistered other =
                (CommandResult.NodeRegistered)
                        controlPlane
                                .submit(
                                        new Command.RegisterNode(
                                                LEADER,
                                                Uuid.randomUuid(),
                                                Optional.empty(),
                                                List.of(
                                                        new NodeImage.Listener(
                                                                "PLAINTEXT", "127.0.0.1", 1)),
                                                Optional.empty(),
                                                List.of(),
                                                true))
                                .toCompletableFuture()
                                .get(20, TimeUnit.SECONDS);
        controlPlane.submit(new Command.SetNodeFenced(LEADER, other.epoch(), false));
        controlPlane.submit(new Command.CreateTopic(topic, 1, 1, List.of(), Map.of(), false));
        controlPlane.assign(topic, LEADER);
        controlPlane.elect(topic, LEADER, LEADER);
    }
}
