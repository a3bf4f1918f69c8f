package io.tidemark.protocol.record;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.utils.BufferSupplier;

/** Decompresses the records of one batch, within a bound. */
final class Decompression {
    /** Decoders' own work buffers, kept by each thread for its next batch. */
    private static final FastThreadLocal<BufferSupplier> WORK_BUFFERS =
            new FastThreadLocal<>() {
                @Override
                protected BufferSupplier initialValue() {
                    return BufferSupplier.create();
                }

                @Override
                protected void onRemoval(BufferSupplier value) {
                    value.close();
                }
            };

    private Decompression() {}

    /** What became of it. */
    sealed interface Outcome {
        /**
         * @param records the decompressed bytes, in a pooled heap buffer that the receiver releases
         */
        record Done(ByteBuf records) implements Outcome {}

        /** It goes on beyond the bound; whether it is well-formed behind it is not known. */
        record TooLarge(String message) implements Outcome {}

        record Failed(String message) implements Outcome {}
    }

    /**
     * Decompresses {@code compressed}, from its position to its limit, as a whole.
     *
     * @param maxBytes the result may have so many
     */
    static Outcome decompress(Compression compression, ByteBuffer compressed, int maxBytes) {
        int guess = Math.clamp(4L * compressed.remaining(), 1 << 10, 1 << 20);
        ByteBuf out = PooledByteBufAllocator.DEFAULT.heapBuffer(Math.min(guess, maxBytes));
        Outcome outcome = new Outcome.Failed("nothing was decompressed");
        try (InflatedBytes in = new InflatedBytes(compression, compressed, maxBytes)) {
            ByteBuffer some = in.next();
            while (some != null) {
                if (out.writableBytes() < some.remaining()) {
                    out.capacity((int) Math.min(2L * out.capacity(), maxBytes));
                }
                out.writeBytes(some);
                some = in.next();
            }
            Outcome failure = in.failure();
            outcome = failure == null ? new Outcome.Done(out) : failure;
        } finally {
            if (!(outcome instanceof Outcome.Done)) {
                out.release();
            }
        }
        return outcome;
    }

    /** The bytes as they are decompressed. */
    static InputStream open(Compression compression, ByteBuffer compressed) throws IOException {
        return org.apache.kafka.common.compress.Compression.of(
                        CompressionType.forId(compression.id()))
                .build()
                .wrapForInput(compressed.duplicate(), BatchHeader.MAGIC_V2, WORK_BUFFERS.get());
    }

    static Outcome failed(Compression compression, Exception cause) {
        return new Outcome.Failed(
                "does not decompress as " + compression.configName() + ": " + cause.getMessage());
    }

    static Outcome tooLarge(int maxBytes) {
        return new Outcome.TooLarge("decompresses to more than " + maxBytes);
    }
}
