package io.tidemark.coordinator.metadata;

import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.Delta;
import io.tidemark.protocol.ErrorCode;

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
                case Command.AlterIsr c -> unknown(c);
                case Command.ReplicasLost c -> unknown(c);
                case Command.DrainNode c -> unknown(c);
                case Command.UnregisterNode c -> unknown(c);
                case Command.ElectLeaders c -> unknown(c);
                case Command.Reassign c -> unknown(c);
            };
        } catch (Rejection rejection) {
            return Decision.unchanged(rejection.result());
        }
    }

    private static Decision unknown(Command command) {
        throw new Rejection(
                ErrorCode.UNSUPPORTED_VERSION,
                command.getClass().getSimpleName() + " is not known");
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
        return Decision.change(
                new CommandResult.Done(version), new Delta.ClusterInitialized(command.clusterId()));
    }
}
