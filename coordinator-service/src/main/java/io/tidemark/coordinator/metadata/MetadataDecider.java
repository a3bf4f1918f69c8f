package io.tidemark.coordinator.metadata;

import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.Delta;
import io.tidemark.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides commands against an image. The same proposal at the same version against equal images
 * gives equal decisions; the image itself is changed by {@link MetadataState} alone.
 */
final class MetadataDecider {
    private MetadataDecider() {}

    static Decision decide(Proposal proposal, ClusterImage image, long version) {
        Decision.Context context = new Decision.Context(version, proposal.id());
        try {
            return switch (proposal.command()) {
                case Command.InitializeCluster c -> initialize(c, image, version);
                case Command.RegisterNode c -> NodeDecisions.register(c, image, version);
                case Command.SetNodeFenced c -> NodeDecisions.setFenced(c, image, version);
                case Command.AllocateProducerIds c -> NodeDecisions.allocate(c, image);
                case Command.CreateTopic c -> TopicDecisions.create(c, image, context);
                case Command.DeleteTopic c -> TopicDecisions.delete(c, image, version);
                case Command.CreatePartitions c -> TopicDecisions.grow(c, image, context);
                case Command.AlterTopicConfigs c -> ConfigDecisions.alterTopic(c, image, version);
                case Command.AlterNodeConfigs c -> ConfigDecisions.alterNode(c, image, version);
                case Command.AlterIsr c -> ReplicaDecisions.alterIsr(c, image, version);
                case Command.ReplicasLost c -> ReplicaDecisions.lost(c, image, version);
                case Command.ReplicasFound c -> ReplicaDecisions.found(c, image, version);
                case Command.DrainNode c -> NodeDecisions.drain(c, image, version);
                case Command.DrainInTurn c ->
                        NodeDecisions.drain(
                                new Command.DrainNode(c.nodeId(), c.nodeEpoch(), true),
                                image,
                                version);
                case Command.UnregisterNode c -> NodeDecisions.unregister(c, image, version);
                case Command.ElectLeaders c -> ElectionDecisions.elect(c, image, version);
                case Command.Reassign c -> ReassignDecisions.reassign(c, image, version);
            };
        } catch (Rejection rejection) {
            return Decision.unchanged(rejection.result());
        }
    }

    private static Decision initialize(
            Command.InitializeCluster command, ClusterImage image, long version) {
        if (image.clusterId().equals(command.clusterId())) {
            return Decision.unchanged(new CommandResult.Done(image.version()));
        }
        if (!image.clusterId().isEmpty()) {
            throw new Rejection(
                    ErrorCode.INCONSISTENT_CLUSTER_ID,
                    "This is cluster " + image.clusterId() + ", not " + command.clusterId());
        }
        List<Delta> deltas = new ArrayList<>();
        deltas.addAll(ConfigDecisions.initial(command.defaults(), image));
        deltas.add(new Delta.ClusterInitialized(command.clusterId()));
        return new Decision(deltas, new CommandResult.Done(version));
    }
}
