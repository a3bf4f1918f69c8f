package io.tidemark.partition.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A partition's files change under a running node: it alone suffers, and is mended. */
class DamageWhileRunningIT extends ReplicatingNodes {

    enum Decay {
        CUT,
        CUT_BEFORE_IT_IS_SCRUBBED,
        GROWN,
        DELETED,
        REPLACED,
        FOLDER_DELETED
    }

    @ParameterizedTest
    @EnumSource
    void shouldGoOnAndBeMended(Decay decay) throws Exception {
        scrubBytesPerSecond = decay == Decay.CUT_BEFORE_IT_IS_SCRUBBED ? 0 : 64 << 20;
        startAll();
        create(Map.of("min.insync.replicas", "2"));
        try (var producer = producer()) {
            sendAll(producer, 0, 100);
            int damaged = leader();
            byte[] whole = bytesOn(damaged);

            inflict(decay, damaged, whole);

            sendAll(producer, 100, 120);
            if (decay != Decay.GROWN) {
                await(() -> !controlPlane.losses().isEmpty() && leader() != damaged);
            }
            await(() -> partition(node(damaged)) != null);
            awaitIsr(1, 2, 3);
            sendAll(producer, 120, 130);
            int other = damaged == 3 ? 2 : 3;
            await(() -> endOn(damaged) == 130 && endOn(other) == 130);
            assertThat(bytesOn(damaged)).isEqualTo(bytesOn(other)).startsWith(whole);
            assertThat(node(damaged).node.runtime().directories().online()).hasSize(1);
            assertThat(node(damaged).fatal).isEmpty();
        }
        assertThat(values(130)).isEqualTo(numbers(0, 130));
    }

    private void inflict(Decay decay, int node, byte[] whole) throws IOException {
        Path log = logFile(node);
        switch (decay) {
            case CUT, CUT_BEFORE_IT_IS_SCRUBBED -> {
                try (var file = FileChannel.open(log, StandardOpenOption.WRITE)) {
                    file.truncate(whole.length / 2);
                }
            }
            case GROWN -> Files.write(log, new byte[1_000], StandardOpenOption.APPEND);
            case DELETED -> Files.delete(log);
            case REPLACED -> {
                Path other = Files.write(folder.resolve("other"), new byte[whole.length]);
                Files.move(other, log, StandardCopyOption.REPLACE_EXISTING);
            }
            case FOLDER_DELETED -> {
                Path gone = Files.move(log.getParent(), folder.resolve("gone"));
                assertThat(gone).isDirectory();
            }
        }
    }

    @Test
    void shouldNotServeABitThatChangedUnderARunningLeader() throws Exception {
        scrubBytesPerSecond = 0; // nothing is found before it is read
        startAll();
        create(Map.of("min.insync.replicas", "2"));
        try (var producer = producer()) {
            for (int i = 0; i < 100; i += 10) {
                sendAll(producer, i, i + 10); // in batches of their own
            }
        }
        int damaged = leader();
        byte[] whole = bytesOn(damaged);
        awaitNothingFresh();
        flipABit(damaged, middleOf(whole).lastByte());

        assertThat(values(100)).isEqualTo(numbers(0, 100));

        await(() -> controlPlane.losses().size() == 1 && leader() != damaged);
        awaitIsr(1, 2, 3);
        assertThat(bytesOn(damaged)).isEqualTo(whole);
    }

    @Test
    void shouldTellReadersWhereAllReplicasAreDamaged() throws Exception {
        scrubBytesPerSecond = 0;
        startAll();
        create(Map.of("min.insync.replicas", "2"));
        try (var producer = producer()) {
            for (int i = 0; i < 100; i += 10) {
                sendAll(producer, i, i + 10); // in batches of their own
            }
        }
        awaitNothingFresh();
        BatchPlace middle = middleOf(bytesOn(1));
        for (int node : List.of(1, 2, 3)) {
            flipABit(node, middle.lastByte());
        }

        // Somebody might put it back; who has not in 30 s, will not.
        assertThatThrownBy(() -> values(100)).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> values(100))
                .isInstanceOf(KafkaException.class)
                .hasMessageContaining("corrupt message when fetching offset " + middle.offset());
    }

    /**
     * A batch in a log's file.
     *
     * @param offset of its first record
     * @param lastByte counted from the beginning of the file
     */
    private record BatchPlace(long offset, int lastByte) {}

    /** The batch in the middle; how many records a producer puts into one depends on its luck. */
    private static BatchPlace middleOf(byte[] file) {
        int end = 0;
        for (RecordBatch batch : MemoryRecords.readableRecords(ByteBuffer.wrap(file)).batches()) {
            end += batch.sizeInBytes();
            if (end > file.length / 2) {
                return new BatchPlace(batch.baseOffset(), end - 1);
            }
        }
        throw new AssertionError("no batch in the middle of " + file.length + " bytes");
    }

    /** What was appended a moment ago is served as it is. */
    private void awaitNothingFresh() {
        long end = System.nanoTime() + 2_500_000_000L;
        await(() -> System.nanoTime() > end);
    }

    @Test
    void shouldLeaveOutOneLogThatCannotBeOpened() throws Exception {
        startAll();
        create(Map.of("min.insync.replicas", "2"));
        try (var producer = producer()) {
            sendAll(producer, 0, 10);
            kill(2);
            Path log = logFile(2);
            Files.delete(log);
            Files.createDirectory(log); // no file any more
            sendAll(producer, 10, 20);

            start(2);

            await(() -> node(2).node.runtime().unusableLogs().containsKey(TOPIC + "-0"));
            assertThat(node(2).node.runtime().directories().online()).hasSize(1);
            sendAll(producer, 20, 30);
        }
        assertThat(isr()).isEqualTo(List.of(1, 3));
        try (Stream<Path> files = Files.list(folder(2))) {
            assertThat(files).isNotEmpty();
        }
    }
}
