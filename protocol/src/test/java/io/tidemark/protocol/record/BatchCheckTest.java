package io.tidemark.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.record.BatchCheck.Depth;
import io.tidemark.protocol.record.BatchCheck.Outcome;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.function.Consumer;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BatchCheckTest {

    private static Outcome check(ByteBuffer bytes, Depth depth) {
        return BatchCheck.check(bytes, bytes.position(), depth, Batches.MAX_DECOMPRESSED_BYTES);
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void shouldAcceptWhatKafkaWrites(Compression compression) {
        for (int seed = 0; seed < 20; seed++) {
            ByteBuffer batch =
                    Batches.byKafka(compression, 5, Batches.randomRecords(new Random(seed), 25));
            for (Depth depth : Depth.values()) {
                assertThat(check(batch, depth)).isEqualTo(new Outcome.Valid(batch.remaining()));
            }
        }
    }

    @Test
    void shouldSayHowMuchIsMissing() {
        ByteBuffer batch = Batches.byKafka(Compression.NONE, "a");
        for (int length = 0; length < batch.remaining(); length++) {
            Outcome outcome = check(batch.duplicate().limit(length), Depth.CRC);
            assertThat(outcome).as("%d bytes", length).isInstanceOf(Outcome.Partial.class);
            assertThat(((Outcome.Partial) outcome).missingBytes())
                    .isBetween(1, batch.remaining() - length);
        }
    }

    @Test
    void shouldNoticeEachFlippedBitThatTheCrcCovers() {
        ByteBuffer batch = Batches.copy(Batches.byKafka(Compression.NONE, "hello"));
        for (int bit = BatchHeader.MAGIC * 8; bit < batch.limit() * 8; bit++) {
            int at = bit / 8;
            batch.put(at, (byte) (batch.get(at) ^ 1 << bit % 8));
            assertThat(check(batch, Depth.CRC))
                    .as("bit %d", bit)
                    .isInstanceOf(Outcome.Invalid.class);
            batch.put(at, (byte) (batch.get(at) ^ 1 << bit % 8));
        }
        assertThat(check(batch, Depth.CRC)).isInstanceOf(Outcome.Valid.class);
    }

    @Test
    void shouldRefuseOldFormats() {
        for (byte magic = 0; magic < 2; magic++) {
            MemoryRecords old =
                    MemoryRecords.withRecords(
                            magic,
                            org.apache.kafka.common.compress.Compression.NONE,
                            new org.apache.kafka.common.record.internal.SimpleRecord(
                                    1L, "value".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
            assertInvalid(check(old.buffer(), Depth.CRC), ErrorCode.UNSUPPORTED_FOR_MESSAGE_FORMAT);
        }
    }

    @Test
    void shouldRefuseImpossibleLengths() {
        for (int length : new int[] {Integer.MIN_VALUE, -1, 0, 48, Integer.MAX_VALUE}) {
            ByteBuffer batch = Batches.copy(Batches.byKafka(Compression.NONE, "a"));
            batch.putInt(BatchHeader.LENGTH, length);
            assertInvalid(check(batch, Depth.CRC), ErrorCode.CORRUPT_MESSAGE);
        }
    }

    private static Outcome checkEdited(Depth depth, Consumer<ByteBuffer> edit) {
        ByteBuffer batch = Batches.copy(Batches.byKafka(Compression.NONE, "a", "b"));
        edit.accept(batch);
        BatchHeader.writeCrc(batch, 0);
        return check(batch, depth);
    }

    @Test
    void shouldRefuseCountsThatContradictEachOther() {
        for (int count : new int[] {-1, 3, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            assertInvalid(
                    checkEdited(Depth.CRC, b -> b.putInt(BatchHeader.RECORD_COUNT, count)),
                    ErrorCode.INVALID_RECORD);
        }
        assertInvalid(
                checkEdited(Depth.CRC, b -> b.putInt(BatchHeader.LAST_OFFSET_DELTA, -1)),
                ErrorCode.INVALID_RECORD);
        assertInvalid(
                checkEdited(Depth.RECORDS, b -> b.putInt(BatchHeader.LAST_OFFSET_DELTA, 2)),
                ErrorCode.INVALID_RECORD);
        assertInvalid(
                checkEdited(
                        Depth.RECORDS,
                        b ->
                                b.putInt(BatchHeader.RECORD_COUNT, 1_000_000)
                                        .putInt(BatchHeader.LAST_OFFSET_DELTA, 999_999)),
                ErrorCode.INVALID_RECORD);
    }

    @Test
    void shouldAcceptGapsOfCompactionFromReplicasOnly() {
        Consumer<ByteBuffer> gap = b -> b.putInt(BatchHeader.LAST_OFFSET_DELTA, 7);
        assertThat(checkEdited(Depth.CRC, gap)).isInstanceOf(Outcome.Valid.class);
        assertInvalid(checkEdited(Depth.RECORDS, gap), ErrorCode.INVALID_RECORD);
    }

    @Test
    void shouldRefuseAttributesThatOnlyBrokersWrite() {
        for (int flag : new int[] {BatchHeader.CONTROL_FLAG, BatchHeader.DELETE_HORIZON_FLAG}) {
            assertInvalid(
                    checkEdited(
                            Depth.RECORDS, b -> b.putShort(BatchHeader.ATTRIBUTES, (short) flag)),
                    ErrorCode.INVALID_RECORD);
        }
        assertInvalid(
                checkEdited(
                        Depth.RECORDS,
                        b -> b.putShort(BatchHeader.ATTRIBUTES, BatchHeader.LOG_APPEND_TIME_FLAG)),
                ErrorCode.INVALID_TIMESTAMP);
        ByteBuffer marker =
                MemoryRecords.withEndTransactionMarker(
                                7, (short) 0, new EndTransactionMarker(ControlRecordType.ABORT, 0))
                        .buffer();
        assertThat(check(marker, Depth.CRC)).isInstanceOf(Outcome.Valid.class);
    }

    @Test
    void shouldRefuseUnknownCompression() {
        for (short id = 5; id < 8; id++) {
            short attributes = id;
            assertInvalid(
                    checkEdited(Depth.CRC, b -> b.putShort(BatchHeader.ATTRIBUTES, attributes)),
                    ErrorCode.UNSUPPORTED_COMPRESSION_TYPE);
        }
    }

    @Test
    void shouldRefuseAProducerWithoutEpochOrSequence() {
        assertInvalid(
                checkEdited(Depth.RECORDS, b -> b.putLong(BatchHeader.PRODUCER_ID, 1)),
                ErrorCode.INVALID_RECORD);
        assertInvalid(
                checkEdited(
                        Depth.RECORDS,
                        b -> b.putShort(BatchHeader.ATTRIBUTES, BatchHeader.TRANSACTIONAL_FLAG)),
                ErrorCode.INVALID_RECORD);
    }

    @Test
    void shouldRefuseRecordsThatDoNotFillTheBatch() {
        // The first record's length byte: one more, or one less, than there is.
        for (int change : new int[] {-2, 2, 100}) {
            assertInvalid(
                    checkEdited(
                            Depth.RECORDS,
                            b ->
                                    b.put(
                                            BatchHeader.SIZE_BYTES,
                                            (byte) (b.get(BatchHeader.SIZE_BYTES) + change))),
                    ErrorCode.INVALID_RECORD);
        }
    }

    @Test
    void shouldRefuseWhatDecompressesToTooMuch() {
        for (Compression compression : Compression.values()) {
            if (compression == Compression.NONE) {
                continue;
            }
            ByteBuffer bomb = Batches.byKafka(compression, "x".repeat(5_000_000));
            assertInvalid(
                    BatchCheck.check(bomb, 0, Depth.RECORDS, 1_000_000),
                    ErrorCode.MESSAGE_TOO_LARGE);
            assertThat(BatchCheck.check(bomb, 0, Depth.RECORDS, 6_000_000))
                    .isInstanceOf(Outcome.Valid.class);
        }
    }

    @Test
    void shouldRefuseSnappyThatClaimsMoreThanItHas() {
        ByteBuffer batch = Batches.copy(Batches.byKafka(Compression.SNAPPY, "hello snappy"));
        int firstBlock = BatchHeader.SIZE_BYTES + 16;
        batch.putInt(firstBlock, Integer.MAX_VALUE);
        BatchHeader.writeCrc(batch, 0);
        assertInvalid(check(batch, Depth.RECORDS), ErrorCode.CORRUPT_MESSAGE);
    }

    private static void assertInvalid(Outcome outcome, ErrorCode error) {
        assertThat(outcome).isInstanceOf(Outcome.Invalid.class);
        assertThat(((Outcome.Invalid) outcome).error()).as("%s", outcome).isEqualTo(error);
    }
}
