package io.tidemark.coordinator.runtime;

import io.tidemark.coordinator.group.ChangeLog;
import io.tidemark.coordinator.group.GroupChange;
import io.tidemark.coordinator.group.GroupEntries;
import io.tidemark.coordinator.quorum.Quorum;
import io.tidemark.environment.Clock;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers the changes of groups while an entry is under way, and proposes them as the next one. One
 * entry is under way at a time: a quorum does not promise to keep the order of two.
 *
 * <pre>
 *  open -- an entry's fate is not certain, or end() --> ended: everything fails
 * </pre>
 *
 * Belongs to the groups' thread.
 */
final class GroupLog implements ChangeLog {
    private static final Logger LOG = LoggerFactory.getLogger(GroupLog.class);

    /** Beyond it changes go into the entry after; what must be applied together may be longer. */
    static final int MAX_ENTRY_BYTES = 256 << 10;

    /** What must be applied together and is longer is refused: the quorum would not take it. */
    static final int MAX_TOGETHER_BYTES = 3 << 20;

    private final Quorum quorum;
    private final Executor thread;
    private final Clock clock;
    private final GroupObserver observer;
    private final Runnable onUncertain;
    private final boolean alone;
    private final ArrayDeque<Entry> gathered = new ArrayDeque<>();
    private final CompletableFuture<Void> settled = new CompletableFuture<>();
    private @Nullable Entry underWay;
    private boolean flushScheduled;
    private boolean ended;

    /**
     * @param alone whether there is no other coordinator that could lead
     * @param onUncertain told, once, that an entry may be in the log or not
     */
    GroupLog(
            Quorum quorum,
            Executor thread,
            Clock clock,
            GroupObserver observer,
            boolean alone,
            Runnable onUncertain) {
        this.quorum = quorum;
        this.thread = thread;
        this.clock = clock;
        this.observer = observer;
        this.alone = alone;
        this.onUncertain = onUncertain;
    }

    @Override
    public CompletionStage<Void> append(List<GroupChange> changes) {
        if (ended) {
            return CompletableFuture.failedFuture(
                    new IOException("This coordinator leads no more"));
        }
        if (changes.isEmpty() && alone && underWay == null && gathered.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        changes.forEach(this::observe);
        CompletableFuture<Void> durable = new CompletableFuture<>();
        List<byte[]> encoded = changes.stream().map(GroupEntries::encode).toList();
        int bytes = encoded.stream().mapToInt(change -> change.length).sum();
        boolean together = !changes.stream().allMatch(GroupLog::standsAlone);
        if (together && bytes > MAX_TOGETHER_BYTES) {
            return CompletableFuture.failedFuture(tooLong(changes, bytes));
        }
        entryFor(encoded, bytes, together).waiting.add(durable);
        if (!flushScheduled) {
            // Behind what the thread has to do already: its changes share the entry.
            flushScheduled = true;
            thread.execute(this::flush);
        }
        return durable;
    }

    /** Both are stored once for each generation, or group epoch. */
    private void observe(GroupChange change) {
        if (change instanceof GroupChange.ClassicStored) {
            observer.rebalanced("classic");
        } else if (change instanceof GroupChange.ConsumerStored) {
            observer.rebalanced("consumer");
        }
    }

    /** Whether no other change of the same call depends on it. */
    private static boolean standsAlone(GroupChange change) {
        return change instanceof GroupChange.OffsetsCommitted
                || change instanceof GroupChange.OffsetsRemoved;
    }

    private static IOException tooLong(List<GroupChange> changes, int bytes) {
        IOException refusal =
                new IOException(
                        "A change of group %s takes %,d bytes, and the log takes %,d at once"
                                .formatted(changes.getFirst().group(), bytes, MAX_TOGETHER_BYTES));
        LOG.warn("{}: it does not last", refusal.getMessage());
        return refusal;
    }

    private Entry entryFor(List<byte[]> changes, int bytes, boolean together) {
        Entry last = gathered.peekLast();
        if (last == null || last.isFull(bytes)) {
            last = new Entry();
            gathered.add(last);
        }
        for (byte[] change : changes) {
            if (!together && last.isFull(change.length)) {
                last = new Entry();
                gathered.add(last);
            }
            last.add(change);
        }
        return last;
    }

    private void flush() {
        flushScheduled = false;
        Entry next = underWay == null && !ended ? gathered.poll() : null;
        if (next == null) {
            return;
        }
        underWay = next;
        byte[] bytes = next.toBytes();
        long startedNanos = clock.nanos();
        quorum.propose(bytes)
                .whenComplete(
                        (answer, failure) ->
                                thread.execute(
                                        () -> {
                                            underWay = null;
                                            if (failure == null) {
                                                observer.logged(
                                                        next.changes.size(),
                                                        bytes.length,
                                                        clock.nanos() - startedNanos);
                                                next.waiting.forEach(w -> w.complete(null));
                                                proceed();
                                            } else {
                                                uncertain(next, failure);
                                            }
                                        }));
    }

    private void proceed() {
        if (ended) {
            settled.complete(null);
        } else {
            flush();
        }
    }

    private void uncertain(Entry entry, Throwable failure) {
        boolean first = !ended;
        end();
        entry.waiting.forEach(waiting -> waiting.completeExceptionally(failure));
        settled.complete(null);
        if (first) {
            onUncertain.run();
        }
    }

    /** Takes nothing any more; fails what has not been proposed. */
    void end() {
        ended = true;
        if (underWay == null) {
            settled.complete(null);
        }
        IOException cause = new IOException("This coordinator leads no more");
        for (Entry entry = gathered.poll(); entry != null; entry = gathered.poll()) {
            entry.waiting.forEach(waiting -> waiting.completeExceptionally(cause));
        }
    }

    /** Completes, after the end, once nothing of this log can be proposed any more. */
    CompletionStage<Void> settled() {
        return settled;
    }

    /** What goes into the log at once. */
    private static final class Entry {
        final List<byte[]> changes = new ArrayList<>();
        final List<CompletableFuture<Void>> waiting = new ArrayList<>();
        private int bytes;

        boolean isFull(int more) {
            return bytes > 0 && bytes + more > MAX_ENTRY_BYTES;
        }

        void add(byte[] change) {
            changes.add(change);
            bytes += change.length;
        }

        byte[] toBytes() {
            return GroupEntries.join(changes);
        }
    }
}
