package io.tidemark.protocol.record;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of a compressed batch one after the other, without what they carry, and without
 * ever holding more than a few kilobytes of them: for whoever wants to know that they are sound, or
 * their offsets and timestamps. What a record looks like is told in {@link RecordCursor}. One
 * thread.
 */
final class RecordStream implements AutoCloseable {
    private static final String CUT_OFF = "its length is not within the batch";

    long timestampDelta;
    int offsetDelta;

    private final InflatedBytes in;
    private long end;
    private long varint;

    /**
     * @param compressed the bytes behind the batch's header; not changed
     * @param maxBytes the records may have so many
     */
    RecordStream(Compression compression, ByteBuffer compressed, int maxBytes) {
        in = new InflatedBytes(compression, compressed, maxBytes);
    }

    /**
     * What is wrong with how the batch was compressed; null where all is well so far. It goes
     * before what {@link #read} says.
     */
    Decompression.@Nullable Outcome failure() {
        return in.failure();
    }

    /** Whether nothing comes any more. */
    boolean isAtEnd() {
        return in.read() < 0;
    }

    /**
     * Reads the next record.
     *
     * @return what is wrong with it; null where all is well
     */
    @Nullable String read() {
        String problem = readTimes();
        if (problem != null) {
            return problem;
        }
        if (!skipField(-1)) {
            return "its key is not within the record";
        }
        if (!skipField(-1)) {
            return "its value is not within the record";
        }
        return readHeaders();
    }

    /**
     * As {@link #read}, but for the next record's offset and timestamp alone: what comes behind
     * them is not even inflated before it is passed over.
     */
    @Nullable String readTimes() {
        if (!in.skip(end - in.position())) {
            return CUT_OFF;
        }
        end = Long.MAX_VALUE;
        if (!varint() || varint < 0 || varint > Integer.MAX_VALUE) {
            return CUT_OFF;
        }
        end = in.position() + varint;
        if (!skip(1) || !varint()) {
            return "its timestamp or offset is malformed";
        }
        timestampDelta = varint;
        if (!varint() || varint != (int) varint) {
            return "its timestamp or offset is malformed";
        }
        offsetDelta = (int) varint;
        return null;
    }

    private @Nullable String readHeaders() {
        if (!varint() || varint < 0 || varint > end - in.position()) {
            return "its header count is malformed";
        }
        long count = varint;
        for (long i = 0; i < count; i++) {
            if (!skipField(0)) {
                return "a header's name is not within the record";
            }
            if (!skipField(-1)) {
                return "a header's value is not within the record";
            }
        }
        return in.position() == end ? null : "its length does not match its content";
    }

    /** A length and as many bytes; -1 are none. */
    private boolean skipField(int minLength) {
        return varint() && varint >= minLength && skip(Math.max(varint, 0));
    }

    private boolean skip(long count) {
        return count <= end - in.position() && in.skip(count);
    }

    /** Reads a varint of at most ten bytes within the record into {@link #varint}. */
    private boolean varint() {
        long raw = 0;
        for (int shift = 0; shift < 70 && in.position() < end; shift += 7) {
            int b = in.read();
            if (b < 0) {
                return false;
            }
            raw |= (b & 0x7fL) << shift;
            if (b < 0x80) {
                varint = (raw >>> 1) ^ -(raw & 1);
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        in.close();
    }
}
