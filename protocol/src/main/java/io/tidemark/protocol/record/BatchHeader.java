package io.tidemark.protocol.record;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Reads and edits the header of a magic-2 record batch where it lies in a buffer. Nothing is copied
 * and nothing is checked: {@link BatchCheck} comes first for bytes from outside. Buffers must be
 * big-endian (as new ones are); positions are absolute indexes of the batch's first byte, and the
 * buffer's own position and limit are left alone.
 *
 * <pre>
 *  at  bytes
 *   0  8   baseOffset             offset of the first record          } outside
 *   8  4   length                 bytes after this field, at least 49 } the
 *  12  4   partitionLeaderEpoch   set by the leader                   } CRC
 *  16  1   magic                  2
 *  17  4   crc                    CRC-32C of all bytes from 21 on
 *  21  2   attributes             bits 0-2 compression (0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd),
 *                                 3 timestamp type (0 create, 1 log append), 4 transactional,
 *                                 5 control, 6 delete horizon set
 *  23  4   lastOffsetDelta        offset of the last record, relative to baseOffset
 *  27  8   baseTimestamp          ms since the epoch; the delete horizon where bit 6 is set
 *  35  8   maxTimestamp           ms since the epoch
 *  43  8   producerId             -1 none
 *  51  2   producerEpoch          -1 none
 *  53  4   baseSequence           -1 none
 *  57  4   recordCount
 *  61  ... records, compressed as a whole where compression is set
 * </pre>
 *
 * @see <a href="https://kafka.apache.org/documentation/#recordbatch">Kafka's record batch</a>
 */
public final class BatchHeader {

    public static final int BASE_OFFSET = 0;
    public static final int LENGTH = 8;
    public static final int LEADER_EPOCH = 12;
    public static final int MAGIC = 16;
    public static final int CRC = 17;
    public static final int ATTRIBUTES = 21;
    public static final int LAST_OFFSET_DELTA = 23;
    public static final int BASE_TIMESTAMP = 27;
    public static final int MAX_TIMESTAMP = 35;
    public static final int PRODUCER_ID = 43;
    public static final int PRODUCER_EPOCH = 51;
    public static final int BASE_SEQUENCE = 53;
    public static final int RECORD_COUNT = 57;

    /** Bytes of the whole header: the records begin here. */
    public static final int SIZE_BYTES = 61;

    /** Bytes before and with the length field, which the length does not count. */
    public static final int LENGTH_OVERHEAD = 12;

    /** The only format that is stored. */
    public static final byte MAGIC_V2 = 2;

    public static final long NO_PRODUCER_ID = -1;
    public static final short NO_PRODUCER_EPOCH = -1;
    public static final int NO_SEQUENCE = -1;
    public static final long NO_TIMESTAMP = -1;

    static final short COMPRESSION_MASK = 0x07;
    static final short LOG_APPEND_TIME_FLAG = 0x08;
    static final short TRANSACTIONAL_FLAG = 0x10;
    static final short CONTROL_FLAG = 0x20;
    static final short DELETE_HORIZON_FLAG = 0x40;

    private BatchHeader() {}

    public static long baseOffset(ByteBuffer buffer, int position) {
        return buffer.getLong(position + BASE_OFFSET);
    }

    /** The length field: bytes of the batch after it. Any value, where not checked before. */
    public static int length(ByteBuffer buffer, int position) {
        return buffer.getInt(position + LENGTH);
    }

    /** Bytes of the whole batch, header included. */
    public static int sizeBytes(ByteBuffer buffer, int position) {
        return length(buffer, position) + LENGTH_OVERHEAD;
    }

    public static int leaderEpoch(ByteBuffer buffer, int position) {
        return buffer.getInt(position + LEADER_EPOCH);
    }

    public static byte magic(ByteBuffer buffer, int position) {
        return buffer.get(position + MAGIC);
    }

    /** The stored checksum, as an unsigned 32-bit number. */
    public static long crc(ByteBuffer buffer, int position) {
        return buffer.getInt(position + CRC) & 0xFFFF_FFFFL;
    }

    public static short attributes(ByteBuffer buffer, int position) {
        return buffer.getShort(position + ATTRIBUTES);
    }

    /** 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd; 5 to 7 mean nothing. */
    public static int compressionId(ByteBuffer buffer, int position) {
        return attributes(buffer, position) & COMPRESSION_MASK;
    }

    /** Whether timestamps were given by the log (LogAppendTime) rather than the producer. */
    public static boolean isLogAppendTime(ByteBuffer buffer, int position) {
        return (attributes(buffer, position) & LOG_APPEND_TIME_FLAG) != 0;
    }

    public static boolean isTransactional(ByteBuffer buffer, int position) {
        return (attributes(buffer, position) & TRANSACTIONAL_FLAG) != 0;
    }

    /** Whether the batch holds a transaction marker rather than records of users. */
    public static boolean isControl(ByteBuffer buffer, int position) {
        return (attributes(buffer, position) & CONTROL_FLAG) != 0;
    }

    public static int lastOffsetDelta(ByteBuffer buffer, int position) {
        return buffer.getInt(position + LAST_OFFSET_DELTA);
    }

    public static long lastOffset(ByteBuffer buffer, int position) {
        return baseOffset(buffer, position) + lastOffsetDelta(buffer, position);
    }

    /** Milliseconds since the epoch; -1 none. */
    public static long baseTimestampMs(ByteBuffer buffer, int position) {
        return buffer.getLong(position + BASE_TIMESTAMP);
    }

    /** Milliseconds since the epoch; -1 none. */
    public static long maxTimestampMs(ByteBuffer buffer, int position) {
        return buffer.getLong(position + MAX_TIMESTAMP);
    }

    public static long producerId(ByteBuffer buffer, int position) {
        return buffer.getLong(position + PRODUCER_ID);
    }

    public static boolean hasProducerId(ByteBuffer buffer, int position) {
        return producerId(buffer, position) > NO_PRODUCER_ID;
    }

    public static short producerEpoch(ByteBuffer buffer, int position) {
        return buffer.getShort(position + PRODUCER_EPOCH);
    }

    public static int baseSequence(ByteBuffer buffer, int position) {
        return buffer.getInt(position + BASE_SEQUENCE);
    }

    /** The last record's sequence; -1 where the batch has none. Sequences go from 0 to 2^31-1. */
    public static int lastSequence(ByteBuffer buffer, int position) {
        int base = baseSequence(buffer, position);
        return base == NO_SEQUENCE
                ? NO_SEQUENCE
                : addToSequence(base, lastOffsetDelta(buffer, position));
    }

    /** {@code sequence + increment}, where 0 follows 2^31-1. Both at least 0. */
    public static int addToSequence(int sequence, int increment) {
        return (sequence + increment) & Integer.MAX_VALUE;
    }

    public static int recordCount(ByteBuffer buffer, int position) {
        return buffer.getInt(position + RECORD_COUNT);
    }

    /** Assigns offsets to the whole batch. The CRC does not cover it. */
    public static void setBaseOffset(ByteBuffer buffer, int position, long baseOffset) {
        buffer.putLong(position + BASE_OFFSET, baseOffset);
    }

    /** The CRC does not cover it. */
    public static void setLeaderEpoch(ByteBuffer buffer, int position, int leaderEpoch) {
        buffer.putInt(position + LEADER_EPOCH, leaderEpoch);
    }

    /** Gives all records the log's time, and computes the CRC anew. */
    public static void setLogAppendTime(ByteBuffer buffer, int position, long timestampMs) {
        short attributes = (short) (attributes(buffer, position) | LOG_APPEND_TIME_FLAG);
        buffer.putShort(position + ATTRIBUTES, attributes);
        buffer.putLong(position + MAX_TIMESTAMP, timestampMs);
        writeCrc(buffer, position);
    }

    /** Computes and stores the CRC of the batch at {@code position}. */
    static void writeCrc(ByteBuffer buffer, int position) {
        buffer.putInt(position + CRC, (int) computeCrc(buffer, position));
    }

    /** The CRC that the batch's bytes really have, as an unsigned 32-bit number. */
    static long computeCrc(ByteBuffer buffer, int position) {
        CRC32C crc = new CRC32C();
        int from = position + ATTRIBUTES;
        crc.update(buffer.slice(from, position + sizeBytes(buffer, position) - from));
        return crc.getValue();
    }
}
