package io.tidemark.partition.fetch;

import io.tidemark.environment.Timers.Timer;
import io.tidemark.partition.metrics.PartitionMetrics;
import io.tidemark.partition.serving.FetchWaiter;
import io.tidemark.partition.serving.Loop;
import io.tidemark.partition.serving.Partition;
import io.tidemark.partition.serving.PartitionLoop;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One fetch, from its first read to its answer. Its own state belongs to the connection's loop.
 *
 * <pre>
 *   READING -> DONE      enough bytes, an error, or no time left
 *   READING -> WAITING   on every partition's waiting list
 *   WAITING -> READING   enough bytes have come, something else changed, or time is over
 *   any     -> DONE      the connection closed
 * </pre>
 */
final class FetchOperation {
    private final Loop loop;
    private final List<FetchRead.Place> places;
    private final FetchReader reader;
    private final PartitionReads reads;
    private final int minBytes;
    private final int maxBytes;
    private final int maxWaitMs;
    private final PartitionMetrics metrics;
    private final Consumer<FetchRead> answer;
    private State state = State.READING;
    private boolean readOnce;
    private boolean lastRead;
    private boolean lookAgain;
    private long missingBytes;
    private @Nullable Timer timer;
    private List<Watching> watches = List.of();

    private enum State {
        READING,
        WAITING,
        DONE
    }

    /** The waiting lists of one loop that this operation is on; touched on that loop only. */
    private static final class Watching {
        private final PartitionLoop loop;
        private final List<FetchWaiter.Watch> watches = new ArrayList<>();
        private boolean ended;

        private Watching(PartitionLoop loop) {
            this.loop = loop;
        }

        private void end() {
            ended = true;
            watches.forEach(FetchWaiter.Watch::cancel);
            watches.clear();
        }
    }

    /**
     * @param answer takes the last read, on the connection's loop
     */
    FetchOperation(
            Loop loop,
            List<FetchRead.Place> places,
            FetchReader reader,
            PartitionReads reads,
            Limits limits,
            PartitionMetrics metrics,
            Consumer<FetchRead> answer) {
        this.loop = loop;
        this.places = places;
        this.reader = reader;
        this.reads = reads;
        this.minBytes = limits.minBytes;
        this.maxBytes = limits.maxBytes;
        this.maxWaitMs = limits.maxWaitMs;
        this.metrics = metrics;
        this.answer = answer;
        this.lastRead = limits.maxWaitMs <= 0 || limits.minBytes <= 0 || places.isEmpty();
    }

    /** What the client asks for, in bytes and milliseconds. */
    record Limits(int minBytes, int maxBytes, int maxWaitMs) {}

    /** Reads for the first time. On the connection's loop. */
    void start() {
        read();
    }

    private void read() {
        lookAgain = false;
        boolean first = !readOnce;
        readOnce = true;
        new FetchRead(places, reads, maxBytes, first)
                .start(result -> loop.execute(() -> judge(result)));
    }

    private void judge(FetchRead read) {
        if (state == State.DONE) {
            read.release();
            return;
        }
        if (lastRead || read.news() || read.bytes() >= Math.min(minBytes, maxBytes)) {
            finish(read);
            return;
        }
        missingBytes = Math.min(minBytes, maxBytes) - read.bytes();
        state = State.WAITING;
        if (timer == null) {
            timer = loop.schedule(maxWaitMs, this::timeOver);
            metrics.fetchWaits();
        }
        watch(read);
        read.release();
    }

    private void finish(FetchRead read) {
        state = State.DONE;
        stopTimer();
        answer.accept(read);
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
            metrics.fetchWaited();
        }
    }

    private void timeOver() {
        if (state == State.WAITING) {
            lastRead = true;
            readAgain();
        } else {
            lastRead = true;
        }
    }

    private void readAgain() {
        state = State.READING;
        watches.forEach(watching -> watching.loop.execute(watching::end));
        watches = List.of();
        read();
    }

    /** Goes on the waiting lists; what was appended since the read is not missed. */
    private void watch(FetchRead read) {
        Map<PartitionLoop, List<Integer>> groups = new IdentityHashMap<>(2);
        for (int i = 0; i < places.size(); i++) {
            Partition partition = places.get(i).partition();
            if (partition != null) {
                groups.computeIfAbsent(partition.loop(), ignored -> new ArrayList<>()).add(i);
            }
        }
        List<Watching> watching = new ArrayList<>(groups.size());
        groups.keySet().forEach(owner -> watching.add(new Watching(owner)));
        watches = watching;
        for (Watching ofLoop : watching) {
            List<Integer> indexes = groups.getOrDefault(ofLoop.loop, List.of());
            ofLoop.loop.execute(() -> watch(ofLoop, indexes, read));
        }
    }

    private void watch(Watching watching, List<Integer> indexes, FetchRead read) {
        if (watching.ended) {
            return;
        }
        FetchWaiter waiter = bytes -> loop.execute(() -> moved(watching, bytes));
        boolean ofReplica = reader instanceof FetchReader.Replica;
        for (int i : indexes) {
            Partition partition = places.get(i).partition();
            if (partition == null) {
                continue;
            }
            watching.watches.add(partition.watch(waiter, ofReplica));
            if (PartitionReads.readableEnd(partition, reader) != read.result(i).endOffset()) {
                waiter.moved(FetchWaiter.LOOK_AGAIN);
            }
        }
    }

    private void moved(Watching watching, long bytes) {
        if (state != State.WAITING || !watches.contains(watching) || lookAgain) {
            return;
        }
        missingBytes -= Math.min(bytes, missingBytes);
        if (missingBytes == 0) {
            lookAgain = true;
            loop.afterThisPass(
                    () -> {
                        if (state == State.WAITING) {
                            readAgain();
                        }
                    });
        }
    }

    /** Answers with what there is: the client has more to say. On the connection's loop. */
    void hurry() {
        timeOver();
    }

    /** Gives up: the connection is gone. On its loop. */
    void cancel() {
        if (state == State.WAITING) {
            watches.forEach(watching -> watching.loop.execute(watching::end));
            watches = List.of();
        }
        state = State.DONE;
        stopTimer();
    }

    boolean waiting() {
        return state == State.WAITING;
    }
}
