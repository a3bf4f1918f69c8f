package io.tidemark.gateway.consume;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;

/**
 * A place in all partitions of one topic, as text that a client keeps for us: event id, {@code
 * Last-Event-ID}, {@code cursor=} and {@code from=}. Immutable.
 *
 * <p>Two encodings of the same content; {@link #text} takes the second where the first would be
 * longer than {@link #PLAIN_LIMIT_CHARS}:
 *
 * <pre>
 * v1.base64url( head (partition nextOffset)… )            all numbers unsigned LEB128 varints
 * v2.base64url( head (gap count (zigzag delta)…)… )       runs of neighbouring partitions; each
 *                                                         offset as its distance to the one before
 * head = incarnation·2                                    every partition that existed is listed
 *      | incarnation·2+1 partitionCount                   partial: those below partitionCount that
 *                                                         are not listed stand at their end
 * </pre>
 *
 * Partitions ascend. One that is neither listed nor below {@code partitionCount} did not exist when
 * the cursor was made, so it is read from its beginning: a topic that grows leaves no gap.
 */
public final class Cursor {

    /** What common proxies take as one header line, less the header's name. */
    public static final int PLAIN_LIMIT_CHARS = 8_000;

    private static final int COMPLETE = -1;

    private final long incarnation;
    private final int partitionCount;
    private final int[] partitions;
    private final long[] offsets;

    Cursor(long incarnation, int partitionCount, int[] partitions, long[] offsets) {
        this.incarnation = incarnation;
        this.partitionCount = partitionCount;
        this.partitions = partitions;
        this.offsets = offsets;
    }

    /**
     * A cursor that knows every partition of the topic.
     *
     * @param partitions ascending
     * @param nextOffsets the offset to read next, one for each of {@code partitions}
     */
    public static Cursor of(Uuid topicId, int[] partitions, long[] nextOffsets) {
        return new Cursor(
                incarnationOf(topicId), COMPLETE, partitions.clone(), nextOffsets.clone());
    }

    /**
     * A cursor before one record: a stream from it begins with that record, and with what other
     * partitions get from then on. A produce request answers it, so that a writer can read its own
     * write.
     *
     * @param partitionCount of the topic, now
     */
    public static Cursor before(Uuid topicId, int partitionCount, int partition, long offset) {
        return new Cursor(
                incarnationOf(topicId), partitionCount, new int[] {partition}, new long[] {offset});
    }

    /** 42 bits that tell apart the topics which ever bear one name: 6 bytes as a varint. */
    public static long incarnationOf(Uuid topicId) {
        long mixed = topicId.getMostSignificantBits() * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 32) ^ topicId.getLeastSignificantBits()) * 0xD6E8FEB86659FD93L;
        return mixed >>> 22;
    }

    /** Reads either encoding; says what is wrong with anything else. */
    public static Parsed parse(String text) {
        return CursorText.parse(text);
    }

    /** What {@link #parse} found. */
    public sealed interface Parsed {
        record Valid(Cursor cursor) implements Parsed {}

        /**
         * @param reason one line for the client
         */
        record Malformed(String reason) implements Parsed {}
    }

    /** Where a stream from this cursor begins in one partition. */
    public sealed interface Start {
        record At(long offset) implements Start {}

        /** The partition came after the cursor. */
        record Beginning() implements Start {}

        /** The cursor leaves the partition out on purpose. */
        record End() implements Start {}
    }

    /** Whether it belongs to this incarnation of a topic. */
    public boolean isOf(Uuid topicId) {
        return incarnation == incarnationOf(topicId);
    }

    public Start start(int partition) {
        int index = Arrays.binarySearch(partitions, partition);
        if (index >= 0) {
            return new Start.At(offsets[index]);
        }
        return partition < partitionCount ? new Start.End() : new Start.Beginning();
    }

    /** The next offset by partition, of those that are listed. */
    public Map<Integer, Long> offsets() {
        Map<Integer, Long> listed = new TreeMap<>();
        for (int i = 0; i < partitions.length; i++) {
            listed.put(partitions[i], offsets[i]);
        }
        return listed;
    }

    /** The largest partition listed; -1 where none is. */
    public int lastPartition() {
        return partitions.length == 0 ? -1 : partitions[partitions.length - 1];
    }

    /** The form that clients keep. */
    public String text() {
        return CursorText.of(head(), partitions, offsets);
    }

    Varints compact() {
        return CursorText.compact(head(), partitions, offsets);
    }

    /** Which topic it is of: see {@link #incarnationOf}. */
    public long incarnation() {
        return incarnation;
    }

    private long[] head() {
        return partitionCount == COMPLETE
                ? new long[] {incarnation << 1}
                : new long[] {incarnation << 1 | 1, partitionCount};
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Cursor that
                && incarnation == that.incarnation
                && partitionCount == that.partitionCount
                && Arrays.equals(partitions, that.partitions)
                && Arrays.equals(offsets, that.offsets);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(incarnation) * 31 + Arrays.hashCode(offsets);
    }

    @Override
    public String toString() {
        return text();
    }
}
