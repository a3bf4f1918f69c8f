package io.tidemark.partition.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.protocol.record.BatchHeader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Replicas that lose records, lag, move, or stop. */
class ReplicaChangesIT extends ReplicatingNodes {

    @Test
    void shouldCopyEverythingToAReplicaThatLostItsDisk() throws Exception {
        startAll();
        create(Map.of("min.insync.replicas", "2"));
        try (var producer = producer()) {
            sendAll(producer, 0, 50);
            kill(3);
            wipe(3);
            sendAll(producer, 50, 60);
            start(3);
            awaitIsr(1, 2, 3);
            sendAll(producer, 60, 61);
        }
        assertThat(endOn(3)).isEqualTo(61);
        assertThat(bytesOn(3)).isEqualTo(bytesOn(1));
    }

    @Test
    void shouldNotLeadWithoutTheRecordsItHad() throws Exception {
        startAll();
        create(Map.of("min.insync.replicas", "2"));
        try (var producer = producer()) {
            sendAll(producer, 0, 50);
        }
        kill(3);
        wipe(3);
        controlPlane.elect(TOPIC, 3, 1, 2, 3);

        start(3);

        await(() -> leader() != 3 && isr().size() == 3);
        assertThat(controlPlane.losses())
                .extracting(Command.PartitionId::topicId)
                .containsExactly(existing(3).topicId());
        assertThat(values(50)).isEqualTo(numbers(0, 50));
        assertThat(endOn(3)).isEqualTo(50);
    }

    @Test
    void shouldLeaveTheSlowBehindAndTakeThemBack() throws Exception {
        nodeConfigs.put("replica.lag.time.max.ms", "1000");
        startAll();
        create(Map.of("min.insync.replicas", "2"));
        try (var producer = producer()) {
            sendAll(producer, 0, 5);
            disks.hold(folder(3));
            sendAll(producer, 5, 6);
            awaitIsr(1, 2);
            sendAll(producer, 6, 50);
            assertThat(endOn(3)).isLessThan(50);

            disks.release();
            awaitIsr(1, 2, 3);
            sendAll(producer, 50, 60);
        }
        assertThat(endOn(3)).isEqualTo(60);
        assertThat(values(60)).isEqualTo(numbers(0, 60));
    }

    @Test
    void shouldRepairWhatIsDamagedFromAPeer() throws Exception {
        startAll();
        create(Map.of("min.insync.replicas", "2"));
        try (var producer = producer()) {
            sendAll(producer, 0, 100);
            for (int damaged : List.of(2, 1)) { // a follower; the leader
                byte[] whole = bytesOn(3);
                flipABit(damaged, whole.length / 2);

                await(() -> controlPlane.losses().size() == (damaged == 2 ? 1 : 2));
                awaitIsr(1, 2, 3);
                assertThat(bytesOn(damaged)).isEqualTo(whole);
                List<String> damage = ask(damaged, partition -> partition.log().corruption());
                assertThat(damage).isEmpty();
            }
            assertThat(leader()).isNotEqualTo(1);
            sendAll(producer, 100, 110);
        }
        assertThat(values(110)).isEqualTo(numbers(0, 110));
    }

    @Test
    void shouldRepairALeaderWhoseFollowerFindsItsDamage() throws Exception {
        scrubBytesPerSecond = 0;
        startAll();
        create(Map.of("min.insync.replicas", "2"));
        try (var producer = producer()) {
            sendAll(producer, 0, 50);
            kill(3);
            wipe(3);
            sendAll(producer, 50, 100);
            byte[] whole = bytesOn(2);
            flipABit(1, whole.length / 2);

            start(3);

            await(() -> controlPlane.losses().size() >= 1 && leader() != 1);
            awaitIsr(1, 2, 3);
            assertThat(bytesOn(1)).isEqualTo(whole);
            assertThat(bytesOn(3)).isEqualTo(whole);
            sendAll(producer, 100, 110);
        }
        assertThat(values(110)).isEqualTo(numbers(0, 110));
    }

    @Test
    void shouldLeadWhenElectedThoughItsLossWasReportedWhileNobodyLed() throws Exception {
        startAll();
        create(Map.of("min.insync.replicas", "1"));
        try (var producer = producer()) {
            sendAll(producer, 0, 100);
        }
        kill(2);
        kill(3);
        controlPlane.elect(TOPIC, PartitionImage.NO_LEADER, 1);
        await(() -> !ask(1, partition -> partition.replica().leading()));
        flipABit(1, bytesOn(1).length / 2);
        await(() -> !controlPlane.losses().isEmpty());
        Thread.sleep(300); // the answer to its report, which is seen nowhere

        controlPlane.elect(TOPIC, 1, 1);

        await(() -> ask(1, partition -> partition.replica().leading()));
    }

    @Test
    void shouldMendFromEachOtherWhatIsDamagedInDifferentPlaces() throws Exception {
        scrubBytesPerSecond = 0; // nothing is found before it is read
        startAll();
        create(Map.of("min.insync.replicas", "2"));
        try (var producer = producer()) {
            for (int i = 0; i < 100; i += 10) {
                sendAll(producer, i, i + 10); // in batches of their own
            }
            byte[] whole = bytesOn(1);
            kill(3);
            wipe(3);
            flipABit(1, batchAt(whole, whole.length * 3 / 4) + BatchHeader.SIZE_BYTES);
            flipABit(2, batchAt(whole, whole.length / 4) + BatchHeader.SIZE_BYTES);

            start(3);

            awaitIsr(1, 2, 3);
            for (int node : List.of(1, 2, 3)) {
                assertThat(bytesOn(node)).as("node %d", node).isEqualTo(whole);
            }
            sendAll(producer, 100, 110);
        }
        assertThat(values(110)).isEqualTo(numbers(0, 110));
    }

    /** A batch's CRC covers neither its offset, nor its length, nor its leader epoch. */
    @ParameterizedTest
    @ValueSource(ints = {0, 7, 8, 11, 12, 13, 14, 15, 16, 17})
    void shouldNotCopyADamagedHeader(int position) throws Exception {
        scrubBytesPerSecond = 0;
        startAll();
        create(Map.of("min.insync.replicas", "2"));
        try (var producer = producer()) {
            for (int i = 0; i < 50; i += 10) {
                sendAll(producer, i, i + 10); // in batches of their own
            }
            byte[] whole = bytesOn(2);
            kill(3);
            wipe(3);
            flipABit(1, batchAt(whole, whole.length / 2) + position);

            start(3);

            await(() -> controlPlane.losses().size() >= 1 && leader() != 1);
            awaitIsr(1, 2, 3);
            assertThat(bytesOn(1)).isEqualTo(whole);
            assertThat(bytesOn(3)).isEqualTo(whole);
            sendAll(producer, 50, 60);
        }
        assertThat(values(60)).isEqualTo(numbers(0, 60));
    }

    /** Where the first batch begins that does so at or after a position. */
    private static int batchAt(byte[] log, int position) {
        int at = 0;
        while (at < position) {
            at += BatchHeader.sizeBytes(ByteBuffer.wrap(log), at);
        }
        return at;
    }

    @Test
    void shouldGoOnUnderClocksThatAreAnHourOff() throws Exception {
        clockOffsets.put(1, Duration.ofHours(1));
        clockOffsets.put(2, Duration.ofHours(-1));
        startAll();
        create(Map.of("min.insync.replicas", "2", "retention.ms", "7200000"));
        try (var producer = producer()) {
            sendAll(producer, 0, 50);
            for (int leader : List.of(2, 3, 1)) {
                controlPlane.elect(TOPIC, leader, 1, 2, 3);
                await(() -> leader() == leader);
                sendAll(producer, 50 * leader, 50 * leader + 50);
            }
            kill(2);
            clockOffsets.put(2, Duration.ofHours(1)); // it jumps by two hours
            start(2);
            awaitIsr(1, 2, 3);
            controlPlane.elect(TOPIC, 2, 1, 2, 3);
            await(() -> leader() == 2);
            sendAll(producer, 200, 250);
        }
        List<String> sent = new ArrayList<>(numbers(0, 50));
        sent.addAll(numbers(100, 200));
        sent.addAll(numbers(50, 100));
        sent.addAll(numbers(200, 250));
        assertThat(values(250)).isEqualTo(sent);
        assertThat(bytesOn(2)).isEqualTo(bytesOn(1));
    }

    @Test
    void shouldMoveWithItsAssignment() throws Exception {
        startAll();
        create(Map.of("min.insync.replicas", "2"));
        try (var producer = producer()) {
            sendAll(producer, 0, 20);
            controlPlane.assign(TOPIC, 1, 2);
            await(() -> partition(node(3)) == null);
            await(() -> !Files.exists(folder(3).resolve("orders-0")));
            sendAll(producer, 20, 30);

            controlPlane.assign(TOPIC, 1, 2, 3);
            awaitIsr(1, 2, 3);
            sendAll(producer, 30, 31);
        }
        assertThat(endOn(3)).isEqualTo(31);
    }

    @Test
    void shouldHandOverWithoutAFailedCallWhenItStops() throws Exception {
        startAll();
        create(Map.of("min.insync.replicas", "2"));
        try (var producer = producer()) {
            sendAll(producer, 0, 10);
            int stopping = leader();
            TestNode stopped = node(stopping);
            nodes.remove(stopping);
            CompletableFuture<Void> stop = CompletableFuture.runAsync(stopped::close);
            int next = 10;
            long slowest = 0;
            while (!stop.isDone() || next < 40) {
                long begin = System.nanoTime();
                send(producer, next++).get(20, TimeUnit.SECONDS);
                slowest = Math.max(slowest, System.nanoTime() - begin);
            }
            stop.join();
            assertThat(leader()).isNotEqualTo(stopping);
            assertThat(Duration.ofNanos(slowest)).isLessThan(Duration.ofSeconds(3));
            assertThat(values(next)).isEqualTo(numbers(0, next));
        }
    }
}
