package io.tidemark.protocol.record;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.utils.ByteBufferOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Changes how batches are compressed. The records, their offsets, timestamps, headers and order,
 * and what tells of the producer, stay as they are: only the bytes behind the batch's header are
 * packed differently. Any thread; it may take long.
 */
public final class Recompression {
    private static final int CODEC_BITS = 0x07;

    private Recompression() {}

    /**
     * How batches are to be compressed.
     *
     * @param level as the codec counts it; without meaning for those that have none
     */
    public record Target(Compression compression, int level) {

        org.apache.kafka.common.compress.Compression codec() {
            return switch (compression) {
                case NONE -> org.apache.kafka.common.compress.Compression.NONE;
                case GZIP ->
                        org.apache.kafka.common.compress.Compression.gzip().level(level).build();
                case SNAPPY -> org.apache.kafka.common.compress.Compression.snappy().build();
                case LZ4 -> org.apache.kafka.common.compress.Compression.lz4().level(level).build();
                case ZSTD ->
                        org.apache.kafka.common.compress.Compression.zstd().level(level).build();
            };
        }
    }

    /** Whether a batch is compressed differently; what is no whole batch is not. */
    public static boolean isNeeded(ByteBuffer records, Target target) {
        int at = records.position();
        while (isWhole(records, at)) {
            if (BatchHeader.compressionId(records, at) != target.compression.id()) {
                return true;
            }
            at += BatchHeader.sizeBytes(records, at);
        }
        return false;
    }

    /**
     * The batches, compressed as told. Nothing is checked but what is needed for that: where it
     * cannot be done, because bytes are damaged or inflate to more than allowed, the answer is what
     * was given, for whoever checks it.
     *
     * @param records not changed
     * @param maxBytes so many may the records of one batch inflate to
     */
    public static ByteBuffer apply(ByteBuffer records, Target target, int maxBytes) {
        ByteBufferOutputStream out =
                new ByteBufferOutputStream(records.remaining() + BatchHeader.SIZE_BYTES);
        int at = records.position();
        while (at < records.limit()) {
            if (!isWhole(records, at) || !convert(records, at, target, maxBytes, out)) {
                return records;
            }
            at += BatchHeader.sizeBytes(records, at);
        }
        return out.buffer().flip();
    }

    private static boolean isWhole(ByteBuffer records, int at) {
        int left = records.limit() - at;
        return left >= BatchHeader.SIZE_BYTES
                && BatchHeader.magic(records, at) == BatchHeader.MAGIC_V2
                && BatchHeader.length(records, at)
                        >= BatchHeader.SIZE_BYTES - BatchHeader.LENGTH_OVERHEAD
                && BatchHeader.length(records, at) <= left - BatchHeader.LENGTH_OVERHEAD;
    }

    private static boolean convert(
            ByteBuffer records, int at, Target target, int maxBytes, ByteBufferOutputStream out) {
        int size = BatchHeader.sizeBytes(records, at);
        @Nullable Compression from = Compression.of(BatchHeader.compressionId(records, at));
        // A batch whose CRC is wrong must not get a right one.
        if (from == null || BatchHeader.computeCrc(records, at) != BatchHeader.crc(records, at)) {
            return false;
        }
        if (from == target.compression) {
            out.write(records.slice(at, size));
            return true;
        }
        ByteBuffer packed =
                records.slice(at + BatchHeader.SIZE_BYTES, size - BatchHeader.SIZE_BYTES);
        if (from == Compression.NONE) {
            pack(records, at, packed, target, out);
            return true;
        }
        if (Decompression.decompress(from, packed, maxBytes)
                instanceof Decompression.Outcome.Done(ByteBuf plain)) {
            try {
                pack(records, at, plain.nioBuffer(), target, out);
            } finally {
                plain.release();
            }
            return true;
        }
        return false;
    }

    private static void pack(
            ByteBuffer records,
            int at,
            ByteBuffer plain,
            Target target,
            ByteBufferOutputStream out) {
        int start = out.position();
        out.write(records.slice(at, BatchHeader.SIZE_BYTES));
        try (OutputStream packer = target.codec().wrapForOutput(out, BatchHeader.MAGIC_V2)) {
            byte[] chunk = new byte[Math.min(plain.remaining(), 64 << 10)];
            while (plain.hasRemaining()) {
                int length = Math.min(chunk.length, plain.remaining());
                plain.get(chunk, 0, length);
                packer.write(chunk, 0, length);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("compressing in memory", e);
        }
        ByteBuffer packed = out.buffer();
        packed.putInt(
                start + BatchHeader.LENGTH, out.position() - start - BatchHeader.LENGTH_OVERHEAD);
        int attributes = packed.getShort(start + BatchHeader.ATTRIBUTES) & ~CODEC_BITS;
        packed.putShort(
                start + BatchHeader.ATTRIBUTES, (short) (attributes | target.compression.id()));
        ByteBuffer written = packed.duplicate().limit(out.position());
        BatchHeader.writeCrc(written, start);
    }
}
