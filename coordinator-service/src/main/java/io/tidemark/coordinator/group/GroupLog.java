package io.tidemark.coordinator.group;

import io.tidemark.environment.Clock;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

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
public final class GroupLog implements ChangeLog {
    /** Beyond it changes go into the entry after; what must be applied together may be longer. */
    static final int MAX_ENTRY_BYTES = 256 << 10;

    /** What cannot be divided and is longer is refused: the quorum would not take it. */
    static final int MAX_TOGETHER_BYTES = 3 << 20;

    private final Function<byte[], ? extends CompletionStage<?>> quorum;
    private final Consumer<Runnable> thread;
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
     * @param quorum proposes an entry; its stage fails where it may be in the log or not
     * @param thread runs a task behind what the groups' thread has to do already
     * @param alone whether there is no other coordinator that could lead
     * @param onUncertain told, once, that an entry may be in the log or not
     */
    public GroupLog(
            Function<byte[], ? extends CompletionStage<?>> quorum,
            Consumer<Runnable> thread,
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
    public Appended append(List<GroupChange> changes) {
        if (ended) {
            return new Taken(CompletableFuture.failedFuture(leadsNoMore()));
        }
        if (changes.isEmpty() && alone && underWay == null && gathered.isEmpty()) {
            return new Taken(CompletableFuture.completedFuture(null));
        }
        List<byte[]> encoded = changes.stream().map(GroupEntries::encode).toList();
        int bytes = encoded.stream().mapToInt(change -> change.length).sum();
        boolean together = !changes.stream().allMatch(GroupChange::standsAlone);
        int undivided =
                together || bytes <= MAX_TOGETHER_BYTES
                        ? bytes
                        : encoded.stream().mapToInt(change -> change.length).max().orElse(0);
        if (undivided > MAX_TOGETHER_BYTES) {
            return new TooLarge(undivided, MAX_TOGETHER_BYTES);
        }
        changes.forEach(this::observe);
        CompletableFuture<Void> durable = new CompletableFuture<>();
        entryFor(encoded, bytes, together).waiting.add(durable);
        if (!flushScheduled) {
            // Behind what the thread has to do already: its changes share the entry.
            flushScheduled = true;
            thread.accept(this::flush);
        }
        return new Taken(durable);
    }

    private static IOException leadsNoMore() {
        return new IOException("This coordinator leads no more");
    }

    /** Both are stored once for each generation, or group epoch. */
    private void observe(GroupChange change) {
        if (change instanceof GroupChange.ClassicStored) {
            observer.rebalanced("classic");
        } else if (change instanceof GroupChange.ConsumerStored) {
            observer.rebalanced("consumer");
        }
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
        quorum.apply(bytes)
                .whenComplete(
                        (answer, failure) ->
                                thread.accept(
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
    public void end() {
        ended = true;
        if (underWay == null) {
            settled.complete(null);
        }
        IOException cause = leadsNoMore();
        for (Entry entry = gathered.poll(); entry != null; entry = gathered.poll()) {
            entry.waiting.forEach(waiting -> waiting.completeExceptionally(cause));
        }
    }

    /** Completes, after the end, once nothing of this log can be proposed any more. */
    public CompletionStage<Void> settled() {
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
