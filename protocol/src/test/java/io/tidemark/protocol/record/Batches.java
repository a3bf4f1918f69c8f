package io.tidemark.protocol.record;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.jspecify.annotations.Nullable;

/** Batches as Kafka's own code writes them, and the same records through ours. */
final class Batches {
    static final int MAX_DECOMPRESSED_BYTES = 16 << 20;

    private Batches() {}

    static List<SimpleRecord> randomRecords(Random random, int count) {
        List<SimpleRecord> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Header[] headers = new Header[random.nextInt(3)];
            for (int h = 0; h < headers.length; h++) {
                headers[h] = new RecordHeader("näme" + h, bytes(random, 40));
            }
            long timestampMs = 1_700_000_000_000L + random.nextInt(2_000_000) - 1_000_000;
            records.add(
                    new SimpleRecord(
                            timestampMs, bytes(random, 200), bytes(random, 3000), headers));
        }
        return records;
    }

    private static byte @Nullable [] bytes(Random random, int bound) {
        if (random.nextInt(8) == 0) {
            return null;
        }
        byte[] bytes = new byte[random.nextInt(bound)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) ('a' + random.nextInt(4));
        }
        return bytes;
    }

    /** Kafka's serialisation of the records, as one batch. */
    static ByteBuffer byKafka(
            Compression compression,
            long baseOffset,
            long producerId,
            short producerEpoch,
            int baseSequence,
            List<SimpleRecord> records) {
        return MemoryRecords.withRecords(
                        (byte) 2,
                        baseOffset,
                        kafka(compression),
                        TimestampType.CREATE_TIME,
                        producerId,
                        producerEpoch,
                        baseSequence,
                        -1,
                        false,
                        records.toArray(SimpleRecord[]::new))
                .buffer();
    }

    static ByteBuffer byKafka(
            Compression compression, long baseOffset, List<SimpleRecord> records) {
        return byKafka(compression, baseOffset, -1, (short) -1, -1, records);
    }

    static ByteBuffer byKafka(Compression compression, String... values) {
        List<SimpleRecord> records = new ArrayList<>();
        for (String value : values) {
            records.add(new SimpleRecord(1L, value.getBytes(StandardCharsets.UTF_8)));
        }
        return byKafka(compression, 0, records);
    }

    static org.apache.kafka.common.compress.Compression kafka(Compression compression) {
        return org.apache.kafka.common.compress.Compression.of(
                        CompressionType.forId(compression.id()))
                .build();
    }

    static ByteBuf byUs(
            Compression compression,
            long producerId,
            short producerEpoch,
            int baseSequence,
            List<SimpleRecord> records) {
        BatchBuilder builder = new BatchBuilder(PooledByteBufAllocator.DEFAULT, compression, 128);
        for (SimpleRecord record : records) {
            builder.append(
                    record.timestamp(),
                    buf(record.key()),
                    buf(record.value()),
                    headers(record.headers()));
        }
        return builder.build(producerId, producerEpoch, baseSequence);
    }

    static List<io.tidemark.protocol.record.RecordHeader> headers(Header[] headers) {
        List<io.tidemark.protocol.record.RecordHeader> ours = new ArrayList<>();
        for (Header header : headers) {
            byte[] value = header.value();
            ours.add(
                    new io.tidemark.protocol.record.RecordHeader(
                            header.key(), value == null ? null : ByteBuffer.wrap(value)));
        }
        return ours;
    }

    private static @Nullable ByteBuf buf(@Nullable ByteBuffer bytes) {
        return bytes == null ? null : Unpooled.wrappedBuffer(bytes);
    }

    /** A direct copy that may be edited. */
    static ByteBuffer copy(ByteBuffer bytes) {
        ByteBuffer copy = ByteBuffer.allocateDirect(bytes.remaining());
        return copy.put(bytes.duplicate()).flip();
    }

    static ByteBuffer join(ByteBuffer... batches) {
        int size = 0;
        for (ByteBuffer batch : batches) {
            size += batch.remaining();
        }
        ByteBuffer joined = ByteBuffer.allocateDirect(size);
        for (ByteBuffer batch : batches) {
            joined.put(batch.duplicate());
        }
        return joined.flip();
    }
}
