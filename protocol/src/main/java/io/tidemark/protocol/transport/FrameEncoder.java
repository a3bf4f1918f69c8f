package io.tidemark.protocol.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.tidemark.protocol.record.BufferBytes;
import io.tidemark.protocol.record.FileBytes;
import io.tidemark.protocol.record.RecordBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.MessageSizeAccumulator;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.protocol.Writable;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.utils.ByteUtils;
import org.jspecify.annotations.Nullable;

/**
 * Encodes a header and a message as one frame: a buffer of just the size for everything but
 * records, which go out as they lie, between slices of it.
 */
public final class FrameEncoder implements Writable {
    /**
     * Shorter ranges of files are read into the frame: one system call less, and no packet of their
     * own.
     */
    private static final int MIN_REGION_BYTES = 1 << 14;

    private final ByteBufAllocator allocator;
    private final ByteBuf buffer;
    private @Nullable List<Object> parts;

    private FrameEncoder(ByteBufAllocator allocator, int bytes) {
        this.allocator = allocator;
        this.buffer = allocator.directBuffer(bytes);
    }

    /**
     * Encodes a frame. Takes the records in {@code message}, whatever comes of it.
     *
     * @throws RuntimeException where the message cannot be expressed in this version, or (as a
     *     {@link KafkaStorageException}) its file cannot be read
     */
    public static FrameParts encode(
            ByteBufAllocator allocator,
            ApiMessage header,
            short headerVersion,
            ApiMessage message,
            short version) {
        FrameEncoder encoder = null;
        boolean encoded = false;
        try {
            ObjectSerializationCache cache = new ObjectSerializationCache();
            MessageSizeAccumulator size = new MessageSizeAccumulator();
            header.addSize(size, cache, headerVersion);
            message.addSize(size, cache, version);
            encoder = new FrameEncoder(allocator, Integer.BYTES + size.sizeExcludingZeroCopy());
            encoder.buffer.writeInt(size.totalSize());
            header.write(encoder, cache, headerVersion);
            message.write(encoder, cache, version);
            encoded = true;
            return encoder.finish(Integer.BYTES + (long) size.totalSize());
        } finally {
            if (!encoded) {
                RecordBytes.releaseAll(message);
                if (encoder != null) {
                    encoder.discard();
                }
            }
        }
    }

    private FrameParts finish(long sizeBytes) {
        if (parts == null) {
            return new FrameParts(buffer, sizeBytes);
        }
        cutBuffer(parts);
        buffer.release();
        return new FrameParts(parts, sizeBytes);
    }

    private void discard() {
        if (parts != null) {
            new FrameParts(parts, 0).release();
        }
        buffer.release();
    }

    /** Makes a part of what was written since the last one. */
    private void cutBuffer(List<Object> into) {
        if (buffer.isReadable()) {
            into.add(buffer.readRetainedSlice(buffer.readableBytes()));
        }
    }

    @Override
    public void writeRecords(@Nullable BaseRecords records) {
        switch (records) {
            case null -> {
                // nothing
            }
            case FileBytes bytes -> writeFile(bytes);
            case BufferBytes bytes -> writeBuffer(bytes);
            case MemoryRecords memory -> buffer.writeBytes(memory.buffer());
            default -> throw new IllegalStateException("cannot send " + records.getClass());
        }
    }

    private void writeBuffer(BufferBytes bytes) {
        take(bytes);
        addPart(bytes.buffer());
    }

    private void writeFile(FileBytes bytes) {
        take(bytes);
        FileChannel channel = bytes.file().channel();
        if (channel != null && bytes.sizeInBytes() >= MIN_REGION_BYTES) {
            addPart(new SentFileRegion(channel, bytes));
            return;
        }
        try {
            if (bytes.sizeInBytes() > 0) {
                addPart(readFile(bytes));
            }
        } finally {
            bytes.free();
        }
    }

    private ByteBuf readFile(FileBytes bytes) {
        int length = bytes.sizeInBytes();
        ByteBuf read = allocator.directBuffer(length, length);
        try {
            ByteBuffer target = read.internalNioBuffer(0, length);
            if (bytes.file().read(target, bytes.position()) < length) {
                throw new IOException("the file ends within the range");
            }
            return read.writerIndex(length);
        } catch (IOException e) {
            read.release();
            throw new KafkaStorageException("cannot read " + length + " bytes to send", e);
        }
    }

    private void addPart(Object part) {
        if (parts == null) {
            parts = new ArrayList<>();
        }
        cutBuffer(parts);
        parts.add(part);
    }

    private static void take(RecordBytes bytes) {
        if (!bytes.take()) {
            throw new IllegalStateException("records were sent or released before");
        }
    }

    @Override
    public void writeByte(byte value) {
        buffer.writeByte(value);
    }

    @Override
    public void writeShort(short value) {
        buffer.writeShort(value);
    }

    @Override
    public void writeInt(int value) {
        buffer.writeInt(value);
    }

    @Override
    public void writeLong(long value) {
        buffer.writeLong(value);
    }

    @Override
    public void writeDouble(double value) {
        buffer.writeDouble(value);
    }

    @Override
    public void writeByteArray(byte[] value) {
        buffer.writeBytes(value);
    }

    @Override
    public void writeByteBuffer(ByteBuffer value) {
        buffer.writeBytes(value.duplicate());
    }

    @Override
    public void writeUnsignedVarint(int value) {
        int rest = value;
        for (; (rest & ~0x7f) != 0; rest >>>= 7) {
            buffer.writeByte(rest & 0x7f | 0x80);
        }
        buffer.writeByte(rest);
    }

    @Override
    public void writeVarint(int value) {
        writeUnsignedVarint((value << 1) ^ (value >> 31));
    }

    @Override
    public void writeVarlong(long value) {
        ByteBuffer encoded = ByteBuffer.allocate(10);
        ByteUtils.writeVarlong(value, encoded);
        buffer.writeBytes(encoded.flip());
    }
}
