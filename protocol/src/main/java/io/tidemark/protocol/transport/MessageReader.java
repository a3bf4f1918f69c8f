package io.tidemark.protocol.transport;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.types.RawTaggedField;
import org.jspecify.annotations.Nullable;

/**
 * Reads a message out of a frame. Byte buffers and records are slices of the frame; all else is
 * copied, and counted before it is made: a few bytes may claim objects of many. Bytes that are
 * malformed, or would become too much, make it throw a {@link RuntimeException}.
 */
public final class MessageReader extends ByteBufferAccessor {
    /** Most elements of one array. */
    private static final int MAX_ELEMENTS = 1_000_000;

    /** Tags that no version known here has: later ones may bring a few. */
    private static final int MAX_UNKNOWN_TAGS = 32;

    private static final int MAX_UNKNOWN_TAG_BYTES = 4 << 10;

    /** A middling element: its object, its place in the list, and its part in an answer. */
    private static final int ELEMENT_BYTES = 128;

    /** An object around bytes. */
    private static final int OBJECT_BYTES = 64;

    private final DecodeAllowance allowance;
    private boolean sharesFrame;
    private long bytes;
    private long allowedBytes;
    private int count;
    private int unknownTags;
    private int unknownTagBytes;

    /** For what our own nodes have written. */
    public MessageReader(ByteBuffer frame) {
        this(frame, DecodeAllowance.UNLIMITED);
    }

    /** For what anybody may have written. */
    public MessageReader(ByteBuffer frame, DecodeAllowance allowance) {
        super(frame);
        this.allowance = allowance;
    }

    /** Whether something that was read is a slice of the frame, which must outlive it. */
    public boolean sharesFrame() {
        return sharesFrame;
    }

    /** Reads {@code message}, and returns it. */
    public <M extends ApiMessage> M read(M message, short version) {
        message.read(this, version);
        return message;
    }

    @Override
    public int readInt() {
        return count = super.readInt();
    }

    @Override
    public int readUnsignedVarint() {
        int value = super.readUnsignedVarint();
        count = value - 1; // as compact arrays have it
        return value;
    }

    /**
     * How many elements an array may have: message classes ask for it once they have read how many
     * it claims, and before they make the array.
     */
    @Override
    public int remaining() {
        int most = Math.min(super.remaining(), MAX_ELEMENTS);
        if (count > 0 && count <= most) {
            charge((long) count * ELEMENT_BYTES);
        }
        return most;
    }

    @Override
    public byte[] readArray(int length) {
        charge(OBJECT_BYTES + 2L * Math.clamp(length, 0, super.remaining())); // chars may take two
        return super.readArray(length);
    }

    @Override
    public ByteBuffer readByteBuffer(int length) {
        sharesFrame = true;
        charge(OBJECT_BYTES);
        return super.readByteBuffer(length);
    }

    @Override
    public List<RawTaggedField> readUnknownTaggedField(
            @Nullable List<RawTaggedField> known, int tag, int size) {
        if (++unknownTags > MAX_UNKNOWN_TAGS) {
            throw new IllegalArgumentException(
                    "more than " + MAX_UNKNOWN_TAGS + " unknown tagged fields");
        }
        if (size > MAX_UNKNOWN_TAG_BYTES - unknownTagBytes) {
            throw new IllegalArgumentException(
                    "unknown tagged fields of more than " + MAX_UNKNOWN_TAG_BYTES + " bytes");
        }
        unknownTagBytes += size;
        return super.readUnknownTaggedField(known, tag, size);
    }

    private void charge(long more) {
        bytes += more;
        if (bytes > allowedBytes) {
            allowedBytes = allowance.raise(bytes);
        }
    }
}
