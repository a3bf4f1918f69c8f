package io.tidemark.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BatchBuilderTest {

    @Test
    void shouldBuildTheSameBytesAsKafkaWhenUncompressed() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            List<SimpleRecord> records = Batches.randomRecords(random, 1 + random.nextInt(40));

            ByteBuf ours = Batches.byUs(Compression.NONE, 9, (short) 1, seed, records);

            ByteBuffer theirs = Batches.byKafka(Compression.NONE, 0, 9, (short) 1, seed, records);
            assertThat(ours.nioBuffer()).as("seed %d", seed).isEqualTo(theirs);
            ours.release();
        }
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void shouldBuildWhatKafkaReads(Compression compression) {
        for (int seed = 0; seed < 20; seed++) {
            List<SimpleRecord> records = Batches.randomRecords(new Random(seed), 50);

            ByteBuf ours = Batches.byUs(compression, -1, (short) -1, -1, records);

            List<SimpleRecord> read = new ArrayList<>();
            MemoryRecords theirs = MemoryRecords.readableRecords(ours.nioBuffer());
            theirs.batches().forEach(batch -> batch.ensureValid());
            for (Record record : theirs.records()) {
                read.add(new SimpleRecord(record));
            }
            assertThat(read).as("seed %d", seed).isEqualTo(records);
            ours.release();
        }
    }

    @Test
    void shouldBuildBytesThatDoNotCompress() {
        byte[] noise = new byte[300_000];
        new Random(3).nextBytes(noise);
        for (Compression compression : Compression.values()) {
            BatchBuilder builder = new BatchBuilder(PooledByteBufAllocator.DEFAULT, compression, 0);
            builder.append(5, null, Unpooled.wrappedBuffer(noise), List.of());

            ByteBuf batch = builder.build(-1, (short) -1, -1);

            Record record =
                    MemoryRecords.readableRecords(batch.nioBuffer()).records().iterator().next();
            assertThat(record.value()).as("%s", compression).isEqualTo(ByteBuffer.wrap(noise));
            batch.release();
        }
    }

    @Test
    void shouldNotConsumeWhatIsAppended() {
        ByteBuf key = Unpooled.copiedBuffer("key", StandardCharsets.UTF_8);
        ByteBuffer headerValue = ByteBuffer.wrap(new byte[] {1, 2});
        BatchBuilder builder =
                new BatchBuilder(PooledByteBufAllocator.DEFAULT, Compression.NONE, 256);

        int first = builder.append(1, key, key, List.of(new RecordHeader("h", headerValue)));
        int second = builder.append(1, key, null, List.of());

        assertThat(List.of(first, second)).containsExactly(0, 1);
        assertThat(builder.recordCount()).isEqualTo(2);
        assertThat(key.readableBytes()).isEqualTo(3);
        assertThat(headerValue.remaining()).isEqualTo(2);
        builder.discard();
    }

    @Test
    void shouldBoundTheSizeOfARecord() {
        for (int seed = 0; seed < 100; seed++) {
            SimpleRecord record = Batches.randomRecords(new Random(seed), 1).getFirst();
            ByteBuf value = Unpooled.wrappedBuffer(new byte[seed * 100]);
            List<RecordHeader> headers = Batches.headers(record.headers());
            BatchBuilder builder =
                    new BatchBuilder(PooledByteBufAllocator.DEFAULT, Compression.NONE, 256);
            int before = builder.sizeBytes();

            builder.append(record.timestamp(), null, value, headers);

            assertThat(builder.sizeBytes() - before)
                    .isBetween(
                            value.readableBytes(),
                            BatchBuilder.maxRecordBytes(null, value, headers));
            builder.discard();
        }
    }

    @Test
    void shouldRefuseToBuildNothing() {
        BatchBuilder builder =
                new BatchBuilder(PooledByteBufAllocator.DEFAULT, Compression.NONE, 256);
        assertThatThrownBy(() -> builder.build(-1, (short) -1, -1))
                .isInstanceOf(IllegalStateException.class);
        builder.discard();
    }
}
