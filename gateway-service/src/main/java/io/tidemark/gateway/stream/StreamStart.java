package io.tidemark.gateway.stream;

import io.tidemark.gateway.consume.Cursor;
import io.tidemark.gateway.error.ApiError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/** Where a stream begins: turns what the client asked for into positions, or into a refusal. */
final class StreamStart {

    private final Uuid topicId;
    private final @Nullable Set<Integer> partitions;
    private final Bounds bounds;
    private final List<Reset.Move> moves = new ArrayList<>();
    private Reset.@Nullable Reason reason;

    private StreamStart(Uuid topicId, @Nullable Set<Integer> partitions, Bounds bounds) {
        this.topicId = topicId;
        this.partitions = partitions;
        this.bounds = bounds;
    }

    /** What the client asked for. */
    sealed interface From {
        record Earliest() implements From {}

        record Latest() implements From {}

        /** The first record that is not older; the end where all are. */
        record Time(long timestampMs) implements From {}

        /** By partition; those not named begin at their end. */
        record Offsets(Map<Integer, Long> offsets) implements From {}

        record At(Cursor cursor) implements From {}

        /** Nowhere: the client has had all that it asked for. */
        record Ended() implements From {}
    }

    /**
     * What the log holds, by partition; one entry for each of the topic's.
     *
     * @param byTime the first offset at the time asked for, -1 where all records are older; null
     *     where no time was asked for
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Bounds(long[] start, long[] end, long @Nullable [] byTime) {}

    /** Where it begins. */
    sealed interface Begin {
        /**
         * @param positions {@link Positions#NONE} where a partition is not wanted
         * @param reset to be told first; null where it begins where it was asked to
         */
        @SuppressWarnings("ArrayRecordComponent")
        record At(long[] positions, @Nullable Reset reset) implements Begin {}

        record Refused(ApiError error) implements Begin {}
    }

    /**
     * Resolves.
     *
     * @param partitions the ones wanted, all of which exist; null for all
     */
    static Begin resolve(
            From from, Uuid topicId, @Nullable Set<Integer> partitions, Bounds bounds) {
        StreamStart start = new StreamStart(topicId, partitions, bounds);
        return switch (from) {
            case From.Earliest() -> start.begin(bounds.start);
            case From.Latest() -> start.begin(bounds.end);
            case From.Time(long timestampMs) -> start.byTime();
            case From.Offsets(Map<Integer, Long> offsets) -> start.byOffsets(offsets);
            case From.At(Cursor cursor) -> start.byCursor(cursor);
            case From.Ended() ->
                    throw new IllegalStateException("a stream that has ended does not begin");
        };
    }

    private Begin begin(long[] positions) {
        long[] wanted = positions.clone();
        for (int partition = 0; partition < wanted.length; partition++) {
            if (partitions != null && !partitions.contains(partition)) {
                wanted[partition] = Positions.NONE;
            }
        }
        return new Begin.At(wanted, reason == null ? null : new Reset(reason, moves));
    }

    private Begin byTime() {
        long[] positions = bounds.end.clone();
        long[] found = bounds.byTime;
        for (int partition = 0; found != null && partition < positions.length; partition++) {
            if (found[partition] >= 0) {
                positions[partition] = found[partition];
            }
        }
        return begin(positions);
    }

    private Begin byOffsets(Map<Integer, Long> offsets) {
        long[] positions = bounds.end.clone();
        for (Map.Entry<Integer, Long> asked : offsets.entrySet()) {
            int partition = asked.getKey();
            if (partition >= positions.length) {
                return refused(
                        "from: there is no partition %d; the topic has %d (0 to %d)."
                                .formatted(partition, positions.length, positions.length - 1));
            }
            long offset = asked.getValue();
            if (offset < bounds.start[partition] || offset > bounds.end[partition]) {
                return refused(
                        "from: offset %d of partition %d is out of range; it holds %d to %d."
                                .formatted(
                                        offset,
                                        partition,
                                        bounds.start[partition],
                                        bounds.end[partition]));
            }
            positions[partition] = offset;
        }
        return begin(positions);
    }

    private static Begin refused(String message) {
        return new Begin.Refused(ApiError.badRequest(message));
    }

    private Begin byCursor(Cursor cursor) {
        if (!cursor.isOf(topicId)) {
            reason = Reset.Reason.TOPIC_RECREATED;
            return begin(bounds.start);
        }
        long[] positions = new long[bounds.end.length];
        for (int partition = 0; partition < positions.length; partition++) {
            positions[partition] =
                    switch (cursor.start(partition)) {
                        case Cursor.Start.Beginning() -> within(partition, 0);
                        case Cursor.Start.End() -> bounds.end[partition];
                        case Cursor.Start.At(long offset) -> within(partition, offset);
                    };
        }
        if (cursor.lastPartition() >= positions.length) {
            reason = reason == null ? Reset.Reason.UNKNOWN_PARTITION : reason;
            moves.add(new Reset.Move(cursor.lastPartition(), 0, 0));
        }
        return begin(positions);
    }

    private long within(int partition, long offset) {
        long start = bounds.start[partition];
        long end = bounds.end[partition];
        if (partitions != null && !partitions.contains(partition)
                || offset >= start && offset <= end) {
            return offset;
        }
        reason =
                reason != null
                        ? reason
                        : offset < start
                                ? Reset.Reason.OFFSET_DELETED
                                : Reset.Reason.OFFSET_BEYOND_END;
        long to = offset < start ? start : end;
        moves.add(new Reset.Move(partition, offset, to));
        return to;
    }

    /** The ends of the partitions wanted: where {@code until=latest} stops. */
    static long[] untilNow(Bounds bounds) {
        return Arrays.copyOf(bounds.end, bounds.end.length);
    }
}
