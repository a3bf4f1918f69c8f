package io.tidemark.protocol.record;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;

/**
 * Batches in memory: the readable bytes of a buffer, which this owns: it is released when they were
 * written to the socket or the send failed. To keep using it, pass a retained duplicate.
 */
public final class BufferBytes extends RecordBytes {
    private final ByteBuf buffer;

    public BufferBytes(ByteBuf buffer) {
        this.buffer = buffer;
    }

    /** Wraps the bytes between position and limit; there is nothing to release. */
    public BufferBytes(ByteBuffer buffer) {
        this(Unpooled.wrappedBuffer(buffer));
    }

    /** The buffer; its readable bytes are the batches. */
    public ByteBuf buffer() {
        return buffer;
    }

    @Override
    public int sizeInBytes() {
        return buffer.readableBytes();
    }

    @Override
    public void free() {
        buffer.release();
    }
}
