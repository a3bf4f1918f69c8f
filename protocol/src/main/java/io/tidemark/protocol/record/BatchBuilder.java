package io.tidemark.protocol.record;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.utils.ByteBufferOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Builds one batch straight into a pooled direct buffer. Offsets in it start at 0; the leader
 * assigns the real ones. One thread at a time; ends with {@link #build} or {@link #discard}.
 */
public final class BatchBuilder {
    /** Varints are stored as one long each, so that many bytes may be touched after them. */
    private static final int VARINT_SLACK_BYTES = Long.BYTES;

    /**
     * Bytes of length, attributes, both deltas, two lengths and a header count at their longest.
     */
    private static final int MAX_RECORD_OVERHEAD_BYTES = 5 + 1 + 10 + 5 + 5 + 5 + 5;

    private static final int MAX_HEADER_OVERHEAD_BYTES = 5 + 5;

    private final ByteBufAllocator allocator;
    private final Compression compression;
    private final ByteBuf batch;
    private int recordCount;
    private long baseTimestampMs;
    private long maxTimestampMs;

    /**
     * @param initialBytes room for this many bytes is made at once; it grows where needed
     */
    public BatchBuilder(ByteBufAllocator allocator, Compression compression, int initialBytes) {
        this.allocator = allocator;
        this.compression = compression;
        this.batch =
                allocator
                        .directBuffer(Math.max(initialBytes, 2 * BatchHeader.SIZE_BYTES))
                        .writeZero(BatchHeader.SIZE_BYTES);
    }

    /**
     * Appends a record, copying the readable bytes of key and value without consuming them.
     *
     * @param timestampMs milliseconds since the epoch, at least 0
     * @param key null where it has none
     * @param value null for a tombstone
     * @return the record's index in the batch, from 0
     */
    public int append(
            long timestampMs,
            @Nullable ByteBuf key,
            @Nullable ByteBuf value,
            List<RecordHeader> headers) {
        int index = recordCount;
        if (index == 0) {
            baseTimestampMs = timestampMs;
            maxTimestampMs = timestampMs;
        } else if (timestampMs > maxTimestampMs) {
            maxTimestampMs = timestampMs;
        }
        long timestampDelta = timestampMs - baseTimestampMs;
        int keyLength = key == null ? -1 : key.readableBytes();
        int valueLength = value == null ? -1 : value.readableBytes();
        int length =
                1
                        + varintBytes(timestampDelta)
                        + varintBytes(index)
                        + fieldBytes(keyLength)
                        + fieldBytes(valueLength)
                        + varintBytes(headers.size())
                        + headerBytes(headers);
        batch.ensureWritable(varintBytes(length) + length + VARINT_SLACK_BYTES);
        writeVarint(length);
        batch.writeByte(0);
        writeVarint(timestampDelta);
        writeVarint(index);
        writeField(key, keyLength);
        writeField(value, valueLength);
        writeVarint(headers.size());
        for (int i = 0; i < headers.size(); i++) {
            writeHeader(headers.get(i));
        }
        recordCount = index + 1;
        return index;
    }

    /** Records so far. */
    public int recordCount() {
        return recordCount;
    }

    /** Bytes so far, uncompressed, header included. */
    public int sizeBytes() {
        return batch.readableBytes();
    }

    /** An upper bound of the bytes that a record adds. */
    public static int maxRecordBytes(
            @Nullable ByteBuf key, @Nullable ByteBuf value, List<RecordHeader> headers) {
        int bytes = MAX_RECORD_OVERHEAD_BYTES;
        bytes += key == null ? 0 : key.readableBytes();
        bytes += value == null ? 0 : value.readableBytes();
        for (int i = 0; i < headers.size(); i++) {
            RecordHeader header = headers.get(i);
            ByteBuffer headerValue = header.value();
            bytes += MAX_HEADER_OVERHEAD_BYTES + ByteBufUtil.utf8Bytes(header.name());
            bytes += headerValue == null ? 0 : headerValue.remaining();
        }
        return bytes;
    }

    /**
     * Ends the batch, which has at least one record. Use {@link BatchHeader#NO_PRODUCER_ID}, {@link
     * BatchHeader#NO_PRODUCER_EPOCH} and {@link BatchHeader#NO_SEQUENCE} where it is not
     * idempotent.
     *
     * @return the batch; the caller releases it
     */
    public ByteBuf build(long producerId, short producerEpoch, int baseSequence) {
        if (recordCount == 0) {
            throw new IllegalStateException("an empty batch");
        }
        ByteBuf built = compression == Compression.NONE ? batch : compress();
        built.setInt(BatchHeader.LENGTH, built.readableBytes() - BatchHeader.LENGTH_OVERHEAD);
        built.setInt(BatchHeader.LEADER_EPOCH, -1);
        built.setByte(BatchHeader.MAGIC, BatchHeader.MAGIC_V2);
        built.setShort(BatchHeader.ATTRIBUTES, compression.id());
        built.setInt(BatchHeader.LAST_OFFSET_DELTA, recordCount - 1);
        built.setLong(BatchHeader.BASE_TIMESTAMP, baseTimestampMs);
        built.setLong(BatchHeader.MAX_TIMESTAMP, maxTimestampMs);
        built.setLong(BatchHeader.PRODUCER_ID, producerId);
        built.setShort(BatchHeader.PRODUCER_EPOCH, producerEpoch);
        built.setInt(BatchHeader.BASE_SEQUENCE, baseSequence);
        built.setInt(BatchHeader.RECORD_COUNT, recordCount);
        BatchHeader.writeCrc(built.nioBuffer(), 0);
        return built;
    }

    /** Gives back the buffer of a batch that will not be built. */
    public void discard() {
        batch.release();
    }

    /** The compressed batch, its header still to be filled in; gives back the uncompressed one. */
    private ByteBuf compress() {
        ByteBuf target = allocator.directBuffer(batch.readableBytes() + BatchHeader.SIZE_BYTES);
        ByteBuffer first = target.nioBuffer(0, target.capacity());
        ByteBufferOutputStream sink = new ByteBufferOutputStream(first);
        sink.position(BatchHeader.SIZE_BYTES);
        try (OutputStream out =
                org.apache.kafka.common.compress.Compression.of(
                                CompressionType.forId(compression.id()))
                        .build()
                        .wrapForOutput(sink, BatchHeader.MAGIC_V2)) {
            batch.getBytes(
                    BatchHeader.SIZE_BYTES, out, batch.readableBytes() - BatchHeader.SIZE_BYTES);
        } catch (IOException e) {
            target.release();
            throw new UncheckedIOException("compressing in memory", e);
        }
        batch.release();
        if (sink.buffer() == first) {
            return target.writerIndex(sink.position());
        }
        // Bytes that do not compress may need more room than they had: the sink has moved.
        target.release();
        return Unpooled.wrappedBuffer(sink.buffer().flip());
    }

    private void writeField(@Nullable ByteBuf bytes, int length) {
        writeVarint(length);
        if (bytes != null) {
            batch.writeBytes(bytes, bytes.readerIndex(), length);
        }
    }

    private void writeHeader(RecordHeader header) {
        ByteBuffer value = header.value();
        int nameLength = ByteBufUtil.utf8Bytes(header.name());
        writeVarint(nameLength);
        ByteBufUtil.reserveAndWriteUtf8(batch, header.name(), nameLength);
        if (value == null) {
            writeVarint(-1);
        } else {
            writeVarint(value.remaining());
            batch.writeBytes(value.duplicate());
        }
    }

    private static int headerBytes(List<RecordHeader> headers) {
        int bytes = 0;
        for (int i = 0; i < headers.size(); i++) {
            RecordHeader header = headers.get(i);
            ByteBuffer value = header.value();
            bytes += fieldBytes(ByteBufUtil.utf8Bytes(header.name()));
            bytes += fieldBytes(value == null ? -1 : value.remaining());
        }
        return bytes;
    }

    /** Bytes of a length (-1 null) and of what it counts. */
    private static int fieldBytes(int length) {
        return varintBytes(length) + Math.max(length, 0);
    }

    private static int varintBytes(long value) {
        long zigzag = (value << 1) ^ (value >> 63);
        return (70 - Long.numberOfLeadingZeros(zigzag | 1)) / 7;
    }

    /**
     * Writes a varint with one store where it has at most eight bytes, which must be writable
     * whatever it needs.
     */
    private void writeVarint(long value) {
        long zigzag = (value << 1) ^ (value >> 63);
        int at = batch.writerIndex();
        if ((zigzag & ~0x7fL) == 0) {
            batch.setByte(at, (int) zigzag);
            batch.writerIndex(at + 1);
            return;
        }
        if (zigzag >>> 56 != 0) {
            writeLongVarint(zigzag);
            return;
        }
        long packed = 0;
        int bytes = 0;
        for (long rest = zigzag; ; bytes++) {
            long group = rest & 0x7f;
            rest >>>= 7;
            if (rest == 0) {
                batch.setLongLE(at, packed | group << (bytes * 8));
                batch.writerIndex(at + bytes + 1);
                return;
            }
            packed |= (group | 0x80) << (bytes * 8);
        }
    }

    private void writeLongVarint(long zigzag) {
        long rest = zigzag;
        for (; (rest & ~0x7fL) != 0; rest >>>= 7) {
            batch.writeByte((int) (rest & 0x7f | 0x80));
        }
        batch.writeByte((int) rest);
    }
}
