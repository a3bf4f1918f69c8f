package io.tidemark.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tidemark.protocol.record.BatchCheck.Depth;
import io.tidemark.protocol.record.BatchCheck.Outcome;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Bytes from anywhere: the check and the reader give an answer, never an exception, and agree.
 * JAZZER_FUZZ=1 with {@code -Dtest=BatchFuzzTest#shouldSurviveAnyBytes} fuzzes for as long as
 * {@code maxDuration} says; otherwise seeds alone run, and the random loop below.
 */
class BatchFuzzTest {
    private static final int MAX_DECOMPRESSED_BYTES = 1 << 20;
    private static final int MIN_ROUNDS = 200;
    private static final long RANDOM_NANOS = 3_000_000_000L;

    @FuzzTest(maxDuration = "1h")
    void shouldSurviveAnyBytes(byte[] bytes) {
        examine(ByteBuffer.wrap(bytes));
        if (bytes.length >= BatchHeader.SIZE_BYTES) {
            ByteBuffer repaired = ByteBuffer.wrap(bytes.clone());
            repaired.putInt(BatchHeader.LENGTH, bytes.length - BatchHeader.LENGTH_OVERHEAD);
            repaired.put(BatchHeader.MAGIC, BatchHeader.MAGIC_V2);
            BatchHeader.writeCrc(repaired, 0);
            examine(repaired);
        }
    }

    @Test
    void shouldSurviveDamagedBatches() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        long start = System.nanoTime();
        int rounds = 0;
        int valid = 0;
        while (rounds < MIN_ROUNDS || System.nanoTime() - start < RANDOM_NANOS) {
            rounds++;
            ByteBuffer batch = damaged(random);
            try {
                valid += examine(batch) ? 1 : 0;
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ", round " + rounds, e);
            }
        }
        assertThat(valid).isBetween(1, rounds - 1);
    }

    private static ByteBuffer damaged(Random random) {
        Compression[] all = Compression.values();
        ByteBuffer batch =
                Batches.copy(
                        Batches.byKafka(
                                all[random.nextInt(all.length)],
                                random.nextInt(100),
                                Batches.randomRecords(random, 1 + random.nextInt(5))));
        for (int flips = random.nextInt(4); flips > 0; flips--) {
            batch.put(random.nextInt(batch.limit()), (byte) random.nextInt());
        }
        if (random.nextInt(4) > 0) {
            batch.putInt(BatchHeader.LENGTH, batch.limit() - BatchHeader.LENGTH_OVERHEAD);
            batch.put(BatchHeader.MAGIC, BatchHeader.MAGIC_V2);
            BatchHeader.writeCrc(batch, 0);
        }
        return batch;
    }

    /** Returns whether the check of all records found the batch good; then it must be readable. */
    private static boolean examine(ByteBuffer bytes) {
        Outcome crc = BatchCheck.check(bytes, 0, Depth.CRC, MAX_DECOMPRESSED_BYTES);
        Outcome records = BatchCheck.check(bytes, 0, Depth.RECORDS, MAX_DECOMPRESSED_BYTES);
        try (var reader = new RecordReader(bytes, Long.MIN_VALUE, MAX_DECOMPRESSED_BYTES)) {
            int count = 0;
            while (reader.next()) {
                count++;
                reader.headers();
                reader.key();
                reader.value();
            }
            if (records instanceof Outcome.Valid(int sizeBytes) && sizeBytes == bytes.limit()) {
                assertThat(crc).isEqualTo(records);
                assertThat(reader.corruption()).isNull();
                assertThat(count).isEqualTo(BatchHeader.recordCount(bytes, 0));
                return true;
            }
        }
        return false;
    }
}
