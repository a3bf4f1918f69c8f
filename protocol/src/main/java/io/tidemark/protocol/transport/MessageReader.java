package io.tidemark.protocol.transport;

import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;

/**
 * Reads a message out of a frame. Byte buffers and records are slices of the frame; all else is
 * copied. Malformed bytes make it throw a {@link RuntimeException}.
 */
public final class MessageReader extends ByteBufferAccessor {
    /**
     * Most elements of one array. Message classes allocate an array of the claimed length when
     * {@link #remaining} is no less.
     */
    private static final int MAX_ELEMENTS = 1_000_000;

    private boolean sharesFrame;

    public MessageReader(ByteBuffer frame) {
        super(frame);
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
    public ByteBuffer readByteBuffer(int length) {
        sharesFrame = true;
        return super.readByteBuffer(length);
    }

    @Override
    public int remaining() {
        return Math.min(super.remaining(), MAX_ELEMENTS);
    }
}
