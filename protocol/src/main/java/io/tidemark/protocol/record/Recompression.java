package io.tidemark.protocol.record;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.common.utils.ByteBufferOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Changes how batches are compressed. The records, their offsets, timestamps, headers and order,
 * and what tells of the producer, stay as they are: only the bytes behind the batch's header are
 * packed differently. Any thread; it may take long.
 */
public final class Recompression {
    private static final int CODEC_BITS = 0x07;
    private static final int PIECE_BYTES = 16 << 10;

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

    /**
     * How long things may become.
     *
     * @param inflatedBytes the records of one batch
     * @param packedBytes a batch, as it is to be compressed
     * @param allPackedBytes all of them together; a single one has its own bound only
     */
    public record Bounds(int inflatedBytes, int packedBytes, int allPackedBytes) {}

    /** The records of a batch, piece by piece; null at their end. */
    @FunctionalInterface
    private interface Plain {
        @Nullable ByteBuffer next();
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
     * was given, for whoever checks it. Neither what is inflated nor more than may be packed is
     * ever held as a whole.
     *
     * @param records not changed
     * @return empty where they would be longer than allowed
     */
    public static Optional<ByteBuffer> apply(ByteBuffer records, Target target, Bounds bounds) {
        ByteBufferOutputStream out =
                new ByteBufferOutputStream(records.remaining() + BatchHeader.SIZE_BYTES);
        int at = records.position();
        while (at < records.limit()) {
            int start = out.position();
            if (!isWhole(records, at) || !convert(records, at, target, bounds, out)) {
                return Optional.of(records);
            }
            if (out.position() - start > bounds.packedBytes
                    || start > 0 && out.position() > bounds.allPackedBytes) {
                return Optional.empty();
            }
            at += BatchHeader.sizeBytes(records, at);
        }
        return Optional.of(out.buffer().flip());
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
            ByteBuffer records, int at, Target target, Bounds bounds, ByteBufferOutputStream out) {
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
            pack(
                    records,
                    at,
                    () -> packed.hasRemaining() ? piece(packed) : null,
                    target,
                    bounds,
                    out);
            return true;
        }
        try (InflatedBytes plain = new InflatedBytes(from, packed, bounds.inflatedBytes)) {
            pack(records, at, plain::next, target, bounds, out);
            return plain.failure() == null;
        }
    }

    private static ByteBuffer piece(ByteBuffer bytes) {
        ByteBuffer piece = bytes.slice(bytes.position(), Math.min(PIECE_BYTES, bytes.remaining()));
        bytes.position(bytes.position() + piece.remaining());
        return piece;
    }

    /** Stops where it becomes longer than allowed, which shows. */
    private static void pack(
            ByteBuffer records,
            int at,
            Plain plain,
            Target target,
            Bounds bounds,
            ByteBufferOutputStream out) {
        int start = out.position();
        out.write(records.slice(at, BatchHeader.SIZE_BYTES));
        try (OutputStream packer = target.codec().wrapForOutput(out, BatchHeader.MAGIC_V2)) {
            byte[] bytes = new byte[PIECE_BYTES];
            ByteBuffer some = plain.next();
            while (some != null && out.position() - start <= bounds.packedBytes) {
                int length = some.remaining();
                some.get(bytes, 0, length);
                packer.write(bytes, 0, length);
                some = plain.next();
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
