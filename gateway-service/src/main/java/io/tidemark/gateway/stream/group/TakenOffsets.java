package io.tidemark.gateway.stream.group;

import io.tidemark.gateway.group.member.TopicPartition;
import io.tidemark.gateway.stream.Feed.Place;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * What of a stream's records its socket has taken, and since when. What was taken a moment ago may
 * still be on its way, or wait for a client that does not read, and would be lost with the
 * connection: so only what has settled is committed while the stream goes on.
 *
 * <p>A mark settles when it is {@code settleNanos} old and, since then, the socket had taken all
 * that there was, or more than lies between us and a client that does not read. One thread.
 */
final class TakenOffsets {

    /** More than the kernels of both ends hold for one connection. */
    static final long BETWEEN_BYTES = 16 << 20;

    private static final int MAX_MARKS = 8;

    private final long settleNanos;
    private final Map<TopicPartition, Owned> owned = new HashMap<>();
    private final Map<Uuid, Place> taken = new HashMap<>();
    private final Deque<Mark> marks = new ArrayDeque<>();
    private Map<Uuid, Place> settled = Map.of();

    private record Mark(long nanos, long bytes, Map<Uuid, Place> taken) {}

    private static final class Owned {
        private final long change;
        private final long start;
        private long committed;

        Owned(long change, long start) {
            this.change = change;
            this.start = start;
            this.committed = start;
        }
    }

    TakenOffsets(long settleNanos) {
        this.settleNanos = settleNanos;
    }

    /**
     * A partition is read from now on.
     *
     * @param change since which places tell of it; earlier ones are of another time
     * @param start the first offset that is sent; the group has committed it
     */
    void begin(TopicPartition partition, long change, long start) {
        owned.put(partition, new Owned(change, start));
    }

    /** A partition is read no more. */
    void end(TopicPartition partition) {
        owned.remove(partition);
    }

    boolean has(TopicPartition partition) {
        return owned.containsKey(partition);
    }

    /** The socket has taken everything of a topic up to this place. */
    void taken(Uuid topicId, Place place) {
        taken.put(topicId, place);
    }

    /**
     * Remembers what has been taken by now, and finds out what has settled.
     *
     * @param bytes that the socket has taken so far
     * @param drainedNanos when it last had taken all that there was
     */
    void mark(long nowNanos, long bytes, long drainedNanos) {
        Mark oldest = marks.peek();
        while (oldest != null && hasSettled(oldest, nowNanos, bytes, drainedNanos)) {
            settled = marks.remove().taken;
            oldest = marks.peek();
        }
        if (marks.size() < MAX_MARKS) {
            marks.add(new Mark(nowNanos, bytes, Map.copyOf(taken)));
        }
    }

    private boolean hasSettled(Mark mark, long nowNanos, long bytes, long drainedNanos) {
        return nowNanos - mark.nanos >= settleNanos
                && (drainedNanos - mark.nanos >= 0 || bytes - mark.bytes >= BETWEEN_BYTES);
    }

    /** What has settled and was not committed yet. */
    SortedMap<TopicPartition, Long> settled() {
        return beyondCommitted(settled);
    }

    /** What was taken and was not committed yet, settled or not. */
    SortedMap<TopicPartition, Long> taken() {
        return beyondCommitted(taken);
    }

    private SortedMap<TopicPartition, Long> beyondCommitted(Map<Uuid, Place> places) {
        SortedMap<TopicPartition, Long> offsets = new TreeMap<>();
        owned.forEach(
                (partition, own) -> {
                    long at = offset(partition, own, places.get(partition.topicId()));
                    if (at > own.committed) {
                        offsets.put(partition, at);
                    }
                });
        return offsets;
    }

    private static long offset(TopicPartition partition, Owned own, @Nullable Place place) {
        return place == null || place.change() < own.change
                ? own.start
                : Math.max(own.start, place.at(partition.partition()));
    }

    /** The group has this offset now. */
    void committed(TopicPartition partition, long offset) {
        Owned own = owned.get(partition);
        if (own != null) {
            own.committed = offset;
        }
    }
}
