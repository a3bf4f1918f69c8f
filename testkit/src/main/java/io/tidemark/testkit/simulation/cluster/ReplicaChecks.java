package io.tidemark.testkit.simulation.cluster;

import static io.tidemark.testkit.simulation.cluster.Violation.unless;

import io.tidemark.partition.log.PartitionLog;
import io.tidemark.partition.log.PartitionLog.ReadOutcome;
import io.tidemark.partition.replica.Replica;
import io.tidemark.protocol.record.BatchCheck;
import io.tidemark.protocol.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the replicas of the node that has just acted: only at what has changed since it looked
 * last, so that it can do so after every step.
 */
final class ReplicaChecks {
    private final Ledger[] ledgers;
    private final Seen[][] seen;
    private final Map<Long, Integer> leaders = new HashMap<>();
    private final MetadataChecks metadata;
    private final ByteBuffer scratch = ByteBuffer.allocate(64 * 1024);

    /** What was seen of one replica. */
    private static final class Seen {
        @Nullable Replica replica;
        @Nullable PartitionLog log;
        long highWatermark;
        long logStart;
        int leaderEpoch;

        /** All below is as it was committed. */
        long verifiedEnd;

        /** All below was synced, on this disk. */
        long syncedEnd;

        /** How far it was synced on a disk that was replaced since. */
        long syncedBeforeLoss;

        /** It went down in the middle of something. */
        boolean cutting;

        /** A new log took the place of one whose directory has failed; nobody may know yet. */
        boolean replaced;

        /** The disk was replaced, or lost records: what was synced need not be there. */
        boolean excused;
    }

    ReplicaChecks(Ledger[] ledgers, int nodes, MetadataChecks metadata) {
        this.ledgers = ledgers;
        this.metadata = metadata;
        this.seen = new Seen[nodes][ledgers.length];
        for (Seen[] ofNode : seen) {
            for (int p = 0; p < ledgers.length; p++) {
                ofNode[p] = new Seen();
            }
        }
    }

    /** The node went down in the middle of an operation: it may have been cutting a log. */
    void wentDownInOperation(int node) {
        for (Seen state : seen[node]) {
            state.cutting = true;
        }
    }

    /** The node's disk has lost what it had of a partition. */
    void lost(int node, int partition) {
        Seen state = seen[node][partition];
        state.excused = true;
        state.syncedBeforeLoss = Math.max(state.syncedBeforeLoss, state.syncedEnd);
        state.syncedEnd = 0;
        state.verifiedEnd = 0;
    }

    /** Whether the coordinator may not know yet that a replica was begun anew. */
    boolean replaced(int node, int partition) {
        return seen[node][partition].replaced;
    }

    /** The coordinator has taken a replica out of the ISR and the ELR. */
    void takenOut(int node, int partition) {
        seen[node][partition].replaced = false;
    }

    /** How far the node's log is synced, now or when it last ran. */
    long syncedEnd(int node, int partition) {
        return seen[node][partition].syncedEnd;
    }

    /** Looks at everything of a node that could have changed. */
    void look(PartitionNode node) throws IOException {
        for (int partition = 0; partition < ledgers.length; partition++) {
            Replica replica = node.replica(partition);
            PartitionLog log = node.log(partition);
            if (replica != null && log != null) {
                look(node, partition, replica, log);
            } else if (node.hasNo(partition)) {
                seen[node.index()][partition] = new Seen();
            }
        }
    }

    private void look(PartitionNode node, int partition, Replica replica, PartitionLog log)
            throws IOException {
        Seen state = seen[node.index()][partition];
        if (state.log != log) {
            opened(node, partition, state, replica, log);
        }
        state.syncedEnd = log.flushedEndOffset();
        long logStart = log.logStartOffset();
        if (logStart != state.logStart) {
            unless(
                    logStart > state.logStart || state.excused,
                    Invariant.MONOTONE,
                    "the start of %s moved from %d back to %d",
                    node.nameOf(partition),
                    state.logStart,
                    logStart);
            unless(
                    logStart <= ledgers[partition].end(),
                    Invariant.START_BELOW_WATERMARK,
                    "%s starts at %d, but only %d was committed",
                    node.nameOf(partition),
                    logStart,
                    ledgers[partition].end());
            ledgers[partition].startsAt(logStart);
            state.logStart = logStart;
        }
        if (replica.leaderEpoch() != state.leaderEpoch) {
            unless(
                    replica.leaderEpoch() > state.leaderEpoch,
                    Invariant.MONOTONE,
                    "the leader epoch of %s went from %d to %d",
                    node.nameOf(partition),
                    state.leaderEpoch,
                    replica.leaderEpoch());
            state.leaderEpoch = replica.leaderEpoch();
            if (replica.leading()) {
                elected(node, partition, replica, log);
            }
        }
        if (replica.highWatermark() != state.highWatermark) {
            watermark(node, partition, state, replica, log);
        }
    }

    /** A log was opened: what was synced must be there. */
    private void opened(
            PartitionNode node, int partition, Seen state, Replica replica, PartitionLog log)
            throws IOException {
        state.replaced |= node.directoryFailed() && log.logEndOffset() < state.syncedEnd;
        state.excused |= state.cutting && !log.corruption().isEmpty(); // it will be mended
        ledgers[partition].startsAt(log.logStartOffset());
        boolean cutOff = state.cutting; // what was committed is asked for by the others
        state.cutting = false;
        unless(
                log.logEndOffset() >= state.syncedEnd || state.excused || state.replaced || cutOff,
                Invariant.SYNCED_SURVIVES,
                "%s ends at %d after a restart, but was synced up to %d",
                node.nameOf(partition),
                log.logEndOffset(),
                state.syncedEnd);
        long again = Math.min(state.verifiedEnd, log.logEndOffset());
        state.replica = replica;
        state.log = log;
        state.logStart = log.logStartOffset();
        state.leaderEpoch = -1;
        state.highWatermark = 0;
        state.verifiedEnd = 0;
        if (!state.excused && !state.replaced && !cutOff) {
            verify(node, partition, log, log.logStartOffset(), again);
        }
        state.verifiedEnd = again;
    }

    private void elected(PartitionNode node, int partition, Replica replica, PartitionLog log)
            throws IOException {
        Integer other =
                leaders.putIfAbsent(((long) partition << 32) | replica.leaderEpoch(), node.index());
        unless(
                other == null || other == node.index(),
                Invariant.ONE_LEADER_PER_EPOCH,
                "%s leads in epoch %d, as node %d did",
                node.nameOf(partition),
                replica.leaderEpoch(),
                other);
        if (metadata.supersedes(partition, replica.leaderEpoch())) {
            return; // it heard late of an epoch that is over: nobody follows it there
        }
        Ledger ledger = ledgers[partition];
        unless(
                log.logEndOffset() >= ledger.end(),
                Invariant.ACKNOWLEDGED_IS_KEPT,
                "%s leads in epoch %d with a log that ends at %d; %d was committed",
                node.nameOf(partition),
                replica.leaderEpoch(),
                log.logEndOffset(),
                ledger.end());
        verify(node, partition, log, log.logStartOffset(), ledger.end());
    }

    private void watermark(
            PartitionNode node, int partition, Seen state, Replica replica, PartitionLog log)
            throws IOException {
        long now = replica.highWatermark();
        unless(
                now > state.highWatermark || state.excused || node.damaged(),
                Invariant.MONOTONE,
                "the high watermark of %s went from %d to %d",
                node.nameOf(partition),
                state.highWatermark,
                now);
        Ledger ledger = ledgers[partition];
        long before = ledger.end();
        if (now > state.verifiedEnd) {
            verify(node, partition, log, Math.max(state.verifiedEnd, log.logStartOffset()), now);
            state.verifiedEnd = now;
        }
        if (replica.leading() && now > state.highWatermark) {
            checkDurable(node, partition, now);
        }
        state.highWatermark = now;
        if (ledger.end() > before) {
            metadata.committed(partition);
        }
    }

    private void checkDurable(PartitionNode node, int partition, long highWatermark) {
        int durable = 0;
        for (int id = 0; id < seen.length; id++) {
            Seen state = seen[id][partition];
            // What a replica has said before its disk was replaced may count until that is known.
            long synced =
                    node.knowsLossOf(id)
                            ? state.syncedEnd
                            : Math.max(state.syncedEnd, state.syncedBeforeLoss);
            durable += synced >= highWatermark ? 1 : 0;
        }
        int wanted = node.minInSync(partition);
        unless(
                durable >= wanted,
                Invariant.WATERMARK_IS_DURABLE,
                "%s says %d is safe; so much is synced on %d replicas, not %d",
                node.nameOf(partition),
                highWatermark,
                durable,
                wanted);
    }

    /** Compares what a log holds between two offsets with what was committed. */
    void verify(PartitionNode node, int partition, PartitionLog log, long from, long end)
            throws IOException {
        long offset = from;
        while (offset < end) {
            ReadOutcome outcome;
            try {
                outcome = log.read(offset, end, scratch.capacity(), true);
            } catch (IOException e) {
                return; // the disk refuses to note damage that was found by this read
            }
            boolean found = outcome instanceof ReadOutcome.Bytes some && some.length() > 0;
            if (!found && node.damaged()) {
                ByteBuffer was = node.pristine(partition).holding(offset);
                if (was == null) {
                    return; // it is known, and will be copied from another
                }
                ledgers[partition].committed(node.toString(), was, 0);
                offset = BatchHeader.lastOffset(was, 0) + 1;
                continue;
            }
            if (!(outcome instanceof ReadOutcome.Bytes bytes) || bytes.length() == 0) {
                throw new Violation(
                        Invariant.ACKNOWLEDGED_IS_KEPT,
                        "%s cannot be read at %d: %s"
                                .formatted(node.nameOf(partition), offset, outcome));
            }
            scratch.clear().limit(bytes.length());
            bytes.file().read(scratch, bytes.position());
            bytes.release();
            long next = compare(node, partition, scratch.flip(), offset, end);
            if (next <= offset) {
                throw new Violation(
                        Invariant.ONE_LOG,
                        "%s has a batch before %d where one at %d belongs"
                                .formatted(node.nameOf(partition), next, offset));
            }
            offset = next;
        }
    }

    private static boolean sound(ByteBuffer records, int at) {
        return BatchCheck.check(records, at, BatchCheck.Depth.CRC, records.limit())
                instanceof BatchCheck.Outcome.Valid;
    }

    /** Returns the offset after the last batch that was compared. */
    private long compare(
            PartitionNode node, int partition, ByteBuffer records, long from, long end) {
        Ledger ledger = ledgers[partition];
        long offset = from;
        int at = 0;
        while (at < records.limit() && offset < end) {
            ByteBuffer batch = records;
            int in = at;
            if (node.damaged() && !sound(records, at)) {
                ByteBuffer was = node.pristine(partition).holding(offset);
                if (was == null || at + was.limit() > records.limit()) {
                    return at == 0 ? end : offset; // it will be noticed when read or scrubbed
                }
                batch = was;
                in = 0;
            } else if (records.limit() - at < BatchHeader.SIZE_BYTES
                    || at + BatchHeader.sizeBytes(records, at) > records.limit()
                    || BatchHeader.baseOffset(records, at) >= end) {
                break;
            }
            ledger.committed(node.toString(), batch, in);
            offset = BatchHeader.lastOffset(batch, in) + 1;
            at += BatchHeader.sizeBytes(batch, in);
        }
        unless(
                at > 0,
                Invariant.ACKNOWLEDGED_IS_KEPT,
                "%s has no whole batch below %d",
                node.nameOf(partition),
                end);
        return offset;
    }
}
