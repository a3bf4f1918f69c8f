package io.tidemark.metadata.control;

import io.tidemark.metadata.command.Command;

/** Which commands may be sent twice when nobody knows whether the first one arrived. */
final class Repeat {
    private Repeat() {}

    /**
     * True where carrying the command out twice gives the answer and the state of once: the
     * registration of an incarnation, a session's state, a block of ids (one is wasted), an in-sync
     * set (its partition epoch guards it), a check.
     */
    static boolean isHarmless(Command command) {
        return switch (command) {
            case Command.InitializeCluster c -> true;
            case Command.RegisterNode c -> true;
            case Command.SetNodeFenced c -> true;
            case Command.AllocateProducerIds c -> true;
            case Command.CreateTopic c -> c.validateOnly();
            case Command.CreatePartitions c -> c.validateOnly();
            case Command.AlterTopicConfigs c -> c.validateOnly();
            case Command.AlterNodeConfigs c -> c.validateOnly();
            case Command.AlterIsr c -> true;
            case Command.ReplicasLost c -> true;
            case Command.ReplicasFound c -> true;
            case Command.DrainNode c -> true;
            case Command.DrainInTurn c -> true;
            case Command.UnregisterNode c -> false;
            case Command.ElectLeaders c -> true;
            case Command.Reassign c -> true;
            case Command.DeleteTopic c -> false;
        };
    }
}
