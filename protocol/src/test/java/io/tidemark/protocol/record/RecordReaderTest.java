package io.tidemark.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecordReaderTest {

    @ParameterizedTest
    @EnumSource(Compression.class)
    void shouldReadWhatKafkaWrote(Compression compression) {
        for (int seed = 0; seed < 20; seed++) {
            List<SimpleRecord> first = Batches.randomRecords(new Random(seed), 30);
            List<SimpleRecord> second = Batches.randomRecords(new Random(-seed), 20);
            ByteBuffer bytes =
                    Batches.join(
                            Batches.byKafka(compression, 100, first),
                            Batches.byKafka(compression, 200, second));

            List<String> read = new ArrayList<>();
            try (var reader = new RecordReader(bytes, 0, Batches.MAX_DECOMPRESSED_BYTES)) {
                while (reader.next()) {
                    read.add(
                            describe(
                                    reader.offset(),
                                    reader.timestampMs(),
                                    reader.key(),
                                    reader.value(),
                                    reader.headers()));
                }
                assertThat(reader.corruption()).isNull();
                assertThat(reader.nextOffset()).isEqualTo(220);
            }

            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                SimpleRecord record = i < 30 ? first.get(i) : second.get(i - 30);
                long offset = i < 30 ? 100 + i : 200 + i - 30;
                expected.add(
                        describe(
                                offset,
                                record.timestamp(),
                                record.key(),
                                record.value(),
                                Batches.headers(record.headers())));
            }
            assertThat(read).as("seed %d", seed).isEqualTo(expected);
        }
    }

    private static String describe(
            long offset,
            long timestampMs,
            @Nullable ByteBuffer key,
            @Nullable ByteBuffer value,
            List<RecordHeader> headers) {
        return offset
                + "@"
                + timestampMs
                + text(key)
                + text(value)
                + headers.stream().map(h -> h.name() + text(h.value())).toList();
    }

    private static String text(@Nullable ByteBuffer bytes) {
        return bytes == null ? "|null" : "|" + StandardCharsets.UTF_8.decode(bytes.duplicate());
    }

    @Test
    void shouldPassOverRecordsBeforeTheOffsetAskedFor() {
        ByteBuffer bytes = Batches.byKafka(Compression.LZ4, "a", "b", "c");
        try (var reader = new RecordReader(bytes, 1, Batches.MAX_DECOMPRESSED_BYTES)) {
            assertThat(reader.next()).isTrue();
            assertThat(reader.offset()).isEqualTo(1);
            assertThat(reader.nextOffset()).isEqualTo(2);
        }
    }

    @Test
    void shouldPassOverControlBatches() {
        ByteBuffer marker =
                MemoryRecords.withEndTransactionMarker(
                                3,
                                1,
                                0,
                                7,
                                (short) 0,
                                new EndTransactionMarker(ControlRecordType.COMMIT, 0))
                        .buffer();
        ByteBuffer bytes = Batches.join(Batches.byKafka(Compression.NONE, "a", "b", "c"), marker);
        try (var reader = new RecordReader(bytes, 0, Batches.MAX_DECOMPRESSED_BYTES)) {
            int count = 0;
            while (reader.next()) {
                count++;
            }
            assertThat(count).isEqualTo(3);
            assertThat(reader.nextOffset()).isEqualTo(4);
            assertThat(reader.corruption()).isNull();
        }
    }

    @Test
    void shouldStopBeforeABatchThatIsCutOff() {
        ByteBuffer whole = Batches.byKafka(Compression.NONE, "a", "b");
        ByteBuffer two = Batches.join(whole, Batches.byKafka(Compression.NONE, 2, records("c")));
        for (int length = whole.remaining(); length < two.remaining(); length++) {
            ByteBuffer cut = two.duplicate().limit(length);
            try (var reader = new RecordReader(cut, 0, Batches.MAX_DECOMPRESSED_BYTES)) {
                assertThat(reader.next()).isTrue();
                assertThat(reader.next()).isTrue();
                assertThat(reader.next()).isFalse();
                assertThat(reader.corruption()).isNull();
                assertThat(reader.nextOffset()).isEqualTo(2);
            }
        }
    }

    @Test
    void shouldGiveTheLogsTimeWhereTheLogSetIt() {
        ByteBuffer bytes = Batches.copy(Batches.byKafka(Compression.NONE, "a"));
        BatchHeader.setLogAppendTime(bytes, 0, 4711);
        try (var reader = new RecordReader(bytes, 0, Batches.MAX_DECOMPRESSED_BYTES)) {
            assertThat(reader.next()).isTrue();
            assertThat(reader.timestampMs()).isEqualTo(4711);
        }
    }

    @Test
    void shouldStopAtABatchThatDecompressesToMoreThanAllowed() {
        for (Compression compression : Compression.values()) {
            if (compression == Compression.NONE) {
                continue;
            }
            ByteBuffer bomb = Batches.byKafka(compression, "x".repeat(5_000_000));
            try (var reader = new RecordReader(bomb, 0, 1_000_000)) {
                assertThat(reader.next()).isFalse();
                assertThat(reader.corruption()).as("%s", compression).contains("more than 1000000");
                assertThat(reader.tooLarge()).isTrue();
                assertThat(reader.nextOffset()).isZero();
            }
            try (var reader = new RecordReader(bomb, 0, 6_000_000)) {
                assertThat(reader.next()).isTrue();
            }
        }
    }

    @Test
    void shouldGoOnBehindABatchThatIsTooLarge() {
        ByteBuffer bytes =
                Batches.join(
                        Batches.byKafka(Compression.ZSTD, "x".repeat(5_000_000), "y"),
                        Batches.byKafka(Compression.ZSTD, 2, records("behind")));
        try (var reader = new RecordReader(bytes, 0, 1_000_000)) {
            assertThat(reader.next()).isFalse();
            reader.passOver();
            assertThat(reader.nextOffset()).isEqualTo(2);
            assertThat(reader.next()).isTrue();
            assertThat(text(reader.value())).isEqualTo("|behind");
            assertThat(reader.next()).isFalse();
            assertThat(reader.corruption()).isNull();
            assertThat(reader.nextOffset()).isEqualTo(3);
        }
    }

    @Test
    void shouldEndBeforeTheBatchThatWouldBeTooMuchInAll() {
        ByteBuffer bytes =
                Batches.join(
                        Batches.byKafka(Compression.GZIP, "x".repeat(900_000)),
                        Batches.byKafka(Compression.SNAPPY, 1, records("y".repeat(900_000))),
                        Batches.byKafka(Compression.ZSTD, 2, records("z")));
        for (long total : new long[] {1, 1_000_000}) {
            try (var reader = new RecordReader(bytes, 0, 1_000_000, total)) {
                assertThat(reader.next()).isTrue();
                assertThat(reader.next()).isFalse();
                assertThat(reader.next()).isFalse();
                assertThat(reader.corruption()).isNull();
                assertThat(reader.tooLarge()).isFalse();
                assertThat(reader.nextOffset()).isEqualTo(1);
            }
        }
        try (var reader = new RecordReader(bytes, 1, 1_000_000, 1)) {
            assertThat(reader.next()).isTrue();
            assertThat(reader.offset()).isEqualTo(1);
        }
    }

    @Test
    void shouldSliceUncompressedRecordsWithoutACopy() {
        ByteBuffer bytes = Batches.copy(Batches.byKafka(Compression.NONE, "aaaa"));
        try (var reader = new RecordReader(bytes, 0, Batches.MAX_DECOMPRESSED_BYTES)) {
            assertThat(reader.next()).isTrue();
            ByteBuffer value = reader.value();
            bytes.put(bytes.limit() - 2, (byte) 'b');
            assertThat(text(value)).isEqualTo("|aaab");
        }
    }

    private static List<SimpleRecord> records(String value) {
        return List.of(new SimpleRecord(1L, value.getBytes(StandardCharsets.UTF_8)));
    }
}
