package io.tidemark.partition.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.partition.log.PartitionLog.AppendOutcome;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.record.BatchHeader;
import io.tidemark.protocol.record.Compression;
import io.tidemark.protocol.record.Recompression;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Batches that are small until they are inflated. */
class InflatedBatchesTest extends PartitionLogFixture {
    private static final int MB = 1 << 20;

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void shouldLeaveToOthersWhatTakesLong(Compression codec) throws IOException {
        ByteBuffer batch = batch(codec, 900_000);
        assertThat(log.append(batch, 0, RecordChecks.BRIEF))
                .isEqualTo(new AppendOutcome.Unchecked());
        assertThat(log.logEndOffset()).isZero();

        // When: somebody else has looked
        assertThat(BatchWork.on(batch, Optional.empty(), MB))
                .isEqualTo(new BatchWork.Outcome.Ready(batch));

        // Then
        assertThat(log.append(batch, 0, RecordChecks.DONE))
                .isEqualTo(new AppendOutcome.Appended(0, 1, -1));
        assertThat(log.offsetForTimestamp(NOW_MS + 5, 2))
                .isEqualTo(new TimestampOutcome.Found(NOW_MS + 5, 1, 0));
    }

    @Test
    void shouldCheckOrdinaryBatchesAtOnce() throws IOException {
        ByteBuffer batch = batch(Compression.ZSTD, 15_000);
        assertThat(log.append(batch, 0, RecordChecks.BRIEF))
                .isEqualTo(new AppendOutcome.Appended(0, 1, -1));
    }

    @Test
    void shouldRefuseWhatIsTooMuchForAnybody() throws IOException {
        ByteBuffer batch = batch(Compression.ZSTD, 64 * MB);
        assertThat(log.append(batch, 0, RecordChecks.BRIEF))
                .isEqualTo(new AppendOutcome.Unchecked());
        assertRefused(batch, Optional.empty(), ErrorCode.MESSAGE_TOO_LARGE);
    }

    @Test
    void shouldCountTheBatchesOfOnePartTogether() {
        ByteBuffer one = batch(Compression.ZSTD, 20 * MB);
        ByteBuffer several = ByteBuffer.allocate(4 * one.remaining());
        for (int i = 0; i < 4; i++) {
            several.put(one.duplicate());
        }
        assertRefused(several.flip(), Optional.empty(), ErrorCode.MESSAGE_TOO_LARGE);
    }

    @Test
    void shouldRefuseWhatPacksToMoreThanAllowed() {
        Recompression.Target plain = new Recompression.Target(Compression.NONE, 0);
        assertRefused(
                batch(Compression.ZSTD, 20 * MB), Optional.of(plain), ErrorCode.MESSAGE_TOO_LARGE);
    }

    @Test
    void shouldStillFindWhatIsWrongWithAHeader() throws IOException {
        ByteBuffer batch =
                MemoryRecords.withRecords(
                                (byte) 2,
                                0,
                                org.apache.kafka.common.compress.Compression.zstd().build(),
                                TimestampType.LOG_APPEND_TIME,
                                new SimpleRecord(NOW_MS, null, new byte[900_000]))
                        .buffer();
        assertRejected(log.append(batch, 0, RecordChecks.DONE), ErrorCode.INVALID_TIMESTAMP);
        batch.put(BatchHeader.SIZE_BYTES, (byte) 7);
        assertRejected(log.append(batch, 0, RecordChecks.DONE), ErrorCode.CORRUPT_MESSAGE);
    }

    private static void assertRefused(
            ByteBuffer batches, Optional<Recompression.Target> target, ErrorCode error) {
        assertThat(BatchWork.on(batches, target, MB))
                .isInstanceOfSatisfying(
                        BatchWork.Outcome.Refused.class,
                        refused -> assertThat(refused.error()).isEqualTo(error));
    }

    /** Two records, a large one and a small one. */
    private static ByteBuffer batch(Compression codec, int size) {
        ByteBuffer bytes =
                MemoryRecords.withRecords(
                                org.apache.kafka.common.compress.Compression.of(
                                                CompressionType.forId(codec.id()))
                                        .build(),
                                new SimpleRecord(NOW_MS, null, new byte[size]),
                                new SimpleRecord(NOW_MS + 5, "key".getBytes(), new byte[1]))
                        .buffer();
        return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }
}
