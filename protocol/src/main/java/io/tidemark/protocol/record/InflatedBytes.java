package io.tidemark.protocol.record;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The records of a compressed batch as they are inflated, a few kilobytes at a time, within a
 * bound. They end where the batch does, or at what is wrong with it: {@link #failure}. One thread.
 */
final class InflatedBytes implements AutoCloseable {
    private static final int CHUNK_BYTES = 16 << 10;

    private final Compression compression;
    private final int maxBytes;
    private final ByteBuf chunk = PooledByteBufAllocator.DEFAULT.heapBuffer(CHUNK_BYTES);
    private final byte[] bytes = chunk.array();
    private final int first = chunk.arrayOffset();
    private @Nullable InputStream in;
    private Decompression.@Nullable Outcome failure;
    private long inflated;
    private int at = first;
    private int end = first;

    /**
     * @param compressed from its position to its limit; not changed
     * @param maxBytes more than these are a failure
     */
    @SuppressWarnings("CatchingUnchecked") // decoders throw whatever they like at malformed input
    InflatedBytes(Compression compression, ByteBuffer compressed, int maxBytes) {
        this.compression = compression;
        this.maxBytes = maxBytes;
        if (compression == Compression.SNAPPY) {
            failure = SnappyFraming.problem(compressed, maxBytes);
        }
        try {
            in = failure == null ? Decompression.open(compression, compressed) : null;
        } catch (IOException | RuntimeException e) {
            failure = Decompression.failed(compression, e);
        }
    }

    /** What is wrong; null where all is well so far. */
    Decompression.@Nullable Outcome failure() {
        return failure;
    }

    /** Bytes read or skipped so far. */
    long position() {
        return inflated - (end - at);
    }

    /** The next byte, from 0 to 255; -1 at the end. */
    int read() {
        return at < end || fill() ? bytes[at++] & 0xff : -1;
    }

    /** Passes over {@code count} bytes; false where there are fewer. */
    boolean skip(long count) {
        long left = count;
        while (left > end - at) {
            left -= end - at;
            at = end;
            if (!fill()) {
                return false;
            }
        }
        at += (int) left;
        return true;
    }

    /** The bytes that are there, at least one, until the next call; null at the end. */
    @Nullable ByteBuffer next() {
        if (at == end && !fill()) {
            return null;
        }
        ByteBuffer some = ByteBuffer.wrap(bytes, at, end - at);
        at = end;
        return some;
    }

    @SuppressWarnings("CatchingUnchecked") // decoders throw whatever they like at malformed input
    private boolean fill() {
        if (in == null || failure != null) {
            return false;
        }
        try {
            // One more than allowed shows that it goes on.
            int wanted = (int) Math.min(CHUNK_BYTES, maxBytes - inflated + 1);
            int length = in.read(bytes, first, wanted);
            if (length <= 0) {
                return false;
            }
            if (inflated + length > maxBytes) {
                failure = Decompression.tooLarge(maxBytes);
                return false;
            }
            inflated += length;
            at = first;
            end = first + length;
            return true;
        } catch (IOException | RuntimeException e) {
            failure = Decompression.failed(compression, e);
            return false;
        }
    }

    @Override
    public void close() {
        try {
            if (in != null) {
                in.close();
            }
        } catch (IOException e) {
            // It was memory: nothing is lost.
        } finally {
            chunk.release();
        }
    }
}
