package io.tidemark.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BatchHeaderTest {

    @ParameterizedTest
    @EnumSource(Compression.class)
    void shouldReadEachFieldAsKafkaDoes(Compression compression) {
        ByteBuffer batch =
                Batches.byKafka(
                        compression,
                        1234567890123L,
                        77,
                        (short) 5,
                        Integer.MAX_VALUE - 3,
                        Batches.randomRecords(new Random(1), 10));
        ByteBuffer shifted = Batches.join(ByteBuffer.allocate(7), batch);
        MutableRecordBatch kafka = only(batch);

        assertThat(BatchHeader.baseOffset(shifted, 7)).isEqualTo(kafka.baseOffset());
        assertThat(BatchHeader.lastOffset(shifted, 7)).isEqualTo(kafka.lastOffset());
        assertThat(BatchHeader.sizeBytes(shifted, 7)).isEqualTo(kafka.sizeInBytes());
        assertThat(BatchHeader.leaderEpoch(shifted, 7)).isEqualTo(kafka.partitionLeaderEpoch());
        assertThat(BatchHeader.magic(shifted, 7)).isEqualTo(kafka.magic());
        assertThat(BatchHeader.crc(shifted, 7)).isEqualTo(kafka.checksum());
        assertThat(BatchHeader.computeCrc(shifted, 7)).isEqualTo(kafka.checksum());
        assertThat(BatchHeader.compressionId(shifted, 7)).isEqualTo(compression.id());
        assertThat(BatchHeader.maxTimestampMs(shifted, 7)).isEqualTo(kafka.maxTimestamp());
        assertThat(BatchHeader.producerId(shifted, 7)).isEqualTo(77);
        assertThat(BatchHeader.hasProducerId(shifted, 7)).isTrue();
        assertThat(BatchHeader.producerEpoch(shifted, 7)).isEqualTo((short) 5);
        assertThat(BatchHeader.baseSequence(shifted, 7)).isEqualTo(kafka.baseSequence());
        assertThat(BatchHeader.lastSequence(shifted, 7)).isEqualTo(kafka.lastSequence());
        assertThat(BatchHeader.recordCount(shifted, 7)).isEqualTo(kafka.countOrNull());
        assertThat(BatchHeader.isTransactional(shifted, 7)).isFalse();
        assertThat(BatchHeader.isControl(shifted, 7)).isFalse();
        assertThat(BatchHeader.isLogAppendTime(shifted, 7)).isFalse();
    }

    @Test
    void shouldWrapSequencesAsKafkaDoes() {
        assertThat(BatchHeader.addToSequence(Integer.MAX_VALUE, 1)).isZero();
        assertThat(BatchHeader.addToSequence(Integer.MAX_VALUE - 3, 9)).isEqualTo(5);
        assertThat(BatchHeader.addToSequence(7, 2)).isEqualTo(9);
    }

    @Test
    void shouldKeepTheCrcRightWhenOffsetAndEpochAreAssigned() {
        ByteBuffer batch = Batches.copy(Batches.byKafka(Compression.NONE, "a", "b"));

        BatchHeader.setBaseOffset(batch, 0, 42);
        BatchHeader.setLeaderEpoch(batch, 0, 3);

        MutableRecordBatch kafka = only(batch);
        kafka.ensureValid();
        assertThat(kafka.baseOffset()).isEqualTo(42);
        assertThat(kafka.lastOffset()).isEqualTo(43);
        assertThat(kafka.partitionLeaderEpoch()).isEqualTo(3);
    }

    @Test
    void shouldSetLogAppendTimeAsKafkaDoes() {
        ByteBuffer ours = Batches.copy(Batches.byKafka(Compression.LZ4, "a", "b"));
        ByteBuffer theirs = Batches.copy(ours);

        BatchHeader.setLogAppendTime(ours, 0, 99);
        only(theirs).setMaxTimestamp(TimestampType.LOG_APPEND_TIME, 99);

        assertThat(ours).isEqualTo(theirs);
        only(ours).ensureValid();
    }

    private static MutableRecordBatch only(ByteBuffer batch) {
        return MemoryRecords.readableRecords(batch).batches().iterator().next();
    }
}
