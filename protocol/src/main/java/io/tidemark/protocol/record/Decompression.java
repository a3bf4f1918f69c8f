package io.tidemark.protocol.record;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.utils.BufferSupplier;

/** Decompresses the records of one batch as a whole, within a bound. */
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
     * Decompresses {@code compressed}, from its position to its limit.
     *
     * @param maxBytes the result may have so many
     */
    static Outcome decompress(Compression compression, ByteBuffer compressed, int maxBytes) {
        if (compression == Compression.SNAPPY) {
            Outcome problem = SnappyFraming.problem(compressed, maxBytes);
            if (problem != null) {
                return problem;
            }
        }
        int guess = Math.clamp(4L * compressed.remaining(), 1 << 10, 1 << 20);
        ByteBuf out = PooledByteBufAllocator.DEFAULT.heapBuffer(Math.min(guess, maxBytes));
        Outcome outcome = new Outcome.Failed("nothing was decompressed");
        try {
            outcome = into(out, compression, compressed, maxBytes);
        } finally {
            if (!(outcome instanceof Outcome.Done)) {
                out.release();
            }
        }
        return outcome;
    }

    @SuppressWarnings("CatchingUnchecked") // decoders throw whatever they like at malformed input
    private static Outcome into(
            ByteBuf out, Compression compression, ByteBuffer compressed, int maxBytes) {
        try (InputStream in =
                org.apache.kafka.common.compress.Compression.of(
                                CompressionType.forId(compression.id()))
                        .build()
                        .wrapForInput(
                                compressed.duplicate(), BatchHeader.MAGIC_V2, WORK_BUFFERS.get())) {
            while (true) {
                if (out.readableBytes() == maxBytes) {
                    return in.read() < 0
                            ? new Outcome.Done(out)
                            : new Outcome.TooLarge("decompresses to more than " + maxBytes);
                }
                if (!out.isWritable()) {
                    out.capacity((int) Math.min(2L * out.capacity(), maxBytes));
                }
                if (out.writeBytes(in, out.writableBytes()) < 0) {
                    return new Outcome.Done(out);
                }
            }
        } catch (IOException | RuntimeException e) {
            return new Outcome.Failed(
                    "does not decompress as " + compression.configName() + ": " + e.getMessage());
        }
    }
}
