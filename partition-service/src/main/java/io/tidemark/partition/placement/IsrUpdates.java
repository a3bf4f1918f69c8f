package io.tidemark.partition.placement;

import io.tidemark.environment.Timers;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.command.CommandResult.PartitionOutcome;
import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.partition.replica.IsrProposal;
import io.tidemark.partition.serving.Partition;
import io.tidemark.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the proposals of all leaders of a node to the coordinator: one command at a time, with all
 * that came meanwhile. A proposal of which nobody knows whether it arrived is sent again as it was;
 * its partition epoch keeps it from counting twice. Safe for any thread.
 */
final class IsrUpdates {
    private static final Logger log = LoggerFactory.getLogger(IsrUpdates.class);
    private static final int MAX_CHANGES = 1_000;
    private static final long RETRY_MS = 200;

    private final int nodeId;
    private final LongSupplier nodeEpoch;
    private final ControlPlane controlPlane;
    private final Timers timers;
    private final Map<Partition, IsrProposal> waiting = new LinkedHashMap<>(); // guarded by this
    private boolean underWay; // guarded by this

    private record Change(Partition partition, IsrProposal proposal) {
        Command.IsrChange command() {
            return new Command.IsrChange(
                    partition.topicId(),
                    partition.index(),
                    proposal.leaderEpoch(),
                    proposal.partitionEpoch(),
                    proposal.isr());
        }

        void answer(PartitionOutcome outcome) {
            partition.loop().afterThisPass(() -> partition.answered(proposal, outcome));
        }
    }

    IsrUpdates(int nodeId, LongSupplier nodeEpoch, ControlPlane controlPlane, Timers timers) {
        this.nodeId = nodeId;
        this.nodeEpoch = nodeEpoch;
        this.controlPlane = controlPlane;
        this.timers = timers;
    }

    void propose(Partition partition, IsrProposal proposal) {
        synchronized (this) {
            waiting.put(partition, proposal);
        }
        send();
    }

    private void send() {
        List<Change> changes = new ArrayList<>();
        synchronized (this) {
            if (underWay || waiting.isEmpty()) {
                return;
            }
            underWay = true;
            for (var entry : waiting.entrySet()) {
                if (changes.size() < MAX_CHANGES) {
                    changes.add(new Change(entry.getKey(), entry.getValue()));
                }
            }
            changes.forEach(change -> waiting.remove(change.partition));
        }
        controlPlane
                .submit(
                        new Command.AlterIsr(
                                nodeId,
                                nodeEpoch.getAsLong(),
                                changes.stream().map(Change::command).toList()))
                .whenComplete((result, failure) -> settle(changes, result, failure));
    }

    private void settle(
            List<Change> changes, @Nullable CommandResult result, @Nullable Throwable failure) {
        boolean answered =
                switch (result) {
                    case CommandResult.PartitionsAltered altered -> answer(changes, altered);
                    case CommandResult.Rejected rejected -> refuse(changes, rejected);
                    case null -> {
                        log.warn("The ISR cannot be changed for now: {}", String.valueOf(failure));
                        yield false;
                    }
                    case CommandResult other ->
                            throw new IllegalStateException("Not an answer to AlterIsr: " + other);
                };
        synchronized (this) {
            underWay = false;
            if (!answered) {
                changes.forEach(change -> waiting.putIfAbsent(change.partition, change.proposal));
            }
        }
        if (answered) {
            send();
        } else {
            timers.schedule(RETRY_MS, this::send);
        }
    }

    private static boolean answer(List<Change> changes, CommandResult.PartitionsAltered altered) {
        for (int i = 0; i < changes.size(); i++) {
            changes.get(i).answer(altered.outcomes().get(i));
        }
        return true;
    }

    private static boolean refuse(List<Change> changes, CommandResult.Rejected rejected) {
        if (ErrorCode.of(rejected.error()).retriable()) {
            return false;
        }
        for (Change change : changes) {
            change.answer(
                    new PartitionOutcome(
                            change.partition.topicId(),
                            change.partition.index(),
                            rejected.error(),
                            rejected.message(),
                            Optional.empty()));
        }
        return true;
    }
}
