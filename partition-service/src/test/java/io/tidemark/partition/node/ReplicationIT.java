package io.tidemark.partition.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.NotEnoughReplicasAfterAppendException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/** Three nodes that copy from each other, over real connections and files. */
class ReplicationIT extends ReplicatingNodes {

    @Test
    void shouldAcknowledgeWhatAllInSyncReplicasHave() throws Exception {
        startAll();
        create(Map.of("min.insync.replicas", "2"));

        try (var producer = producer()) {
            sendAll(producer, 0, 500);
            for (int node : List.of(1, 2, 3)) {
                assertThat(endOn(node)).isEqualTo(500);
            }
        }
        assertThat(values(500)).isEqualTo(numbers(0, 500));
        await(() -> highWatermarkOn(2) == 500 && highWatermarkOn(3) == 500);
    }

    @Test
    void shouldGoOnWithAnotherLeaderAndLoseNothing() throws Exception {
        startAll();
        create(Map.of("min.insync.replicas", "2"));
        try (var producer = producer()) {
            for (int i = 0; i < 200; i++) {
                if (i == 50) {
                    kill(1);
                }
                if (i == 120) {
                    start(1);
                    awaitIsr(1, 2, 3);
                    kill(leader());
                }
                send(producer, i).get(20, TimeUnit.SECONDS);
            }
        }
        assertThat(values(200)).isEqualTo(numbers(0, 200));
    }

    @Test
    void shouldCutWhatAFormerLeaderHasMore() throws Exception {
        startAll();
        create(Map.of("min.insync.replicas", "2"));
        try (var producer = producer()) {
            sendAll(producer, 0, 10);
        }
        kill(2);
        kill(3);
        awaitIsr(1);
        try (var careless = producer("acks", "1", "enable.idempotence", "false")) {
            sendAll(careless, 90, 95); // never acknowledged by more than one
        }
        assertThat(endOn(1)).isEqualTo(15);
        kill(1);
        start(2);
        start(3);
        controlPlane.elect(TOPIC, 2, 2, 3);
        try (var producer = producer()) {
            sendAll(producer, 10, 12);
            start(1);
            awaitIsr(1, 2, 3);
            sendAll(producer, 12, 20);
        }

        assertThat(values(20)).isEqualTo(numbers(0, 20));
        for (int node : List.of(1, 2, 3)) {
            assertThat(endOn(node)).isEqualTo(20);
            assertThat(bytesOn(node)).isEqualTo(bytesOn(2));
        }
    }

    @Test
    void shouldNotTellAnEndThatReadersMayHavePassed() throws Exception {
        // Given a new leader that cannot know yet how far the last one let consumers read
        startAll();
        create(Map.of("min.insync.replicas", "2"));
        try (var producer = producer()) {
            sendAll(producer, 0, 10);
            disks.hold(folder(3));
            Future<RecordMetadata> open = send(producer, 10);
            await(() -> endOn(2) == 11 && endOn(3) == 11);
            kill(1);
            controlPlane.elect(TOPIC, 2, 2, 3);
            await(() -> ask(2, partition -> partition.replica().leading()));

            try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap()))) {
                // When, then
                assertThatThrownBy(() -> latest(admin, 1_500))
                        .hasCauseInstanceOf(TimeoutException.class);
                disks.release();
                assertThat(latest(admin, 20_000)).isEqualTo(11);
            }
            assertThat(open.get(20, TimeUnit.SECONDS).offset()).isEqualTo(10);
        }
    }

    @Test
    void shouldRefuseRecordsThatTooFewWouldHave() throws Exception {
        nodeConfigs.put("replica.lag.time.max.ms", "1000");
        startAll();
        create(Map.of("min.insync.replicas", "3"));
        try (var producer = producer("retries", "0", "enable.idempotence", "false")) {
            sendAll(producer, 0, 5);
            disks.hold(folder(3));
            Future<RecordMetadata> waiting = send(producer, 5);

            assertThatThrownBy(() -> waiting.get(20, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(NotEnoughReplicasAfterAppendException.class);
            assertThatThrownBy(() -> send(producer, 6).get(20, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(NotEnoughReplicasException.class);
            assertThat(highWatermarkOn(1)).isEqualTo(5);

            disks.release();
            awaitIsr(1, 2, 3);
            sendAll(producer, 7, 8);
            assertThat(highWatermarkOn(1)).isEqualTo(7);
        }
    }

    @Test
    void shouldServeConsumersFromAReplicaInTheirRack() throws Exception {
        nodeConfigs.put(
                "replica.selector.class",
                "org.apache.kafka.common.replica.RackAwareReplicaSelector");
        startAll();
        create(Map.of("min.insync.replicas", "2"));
        try (var producer = producer()) {
            sendAll(producer, 0, 30);
        }

        assertThat(values(30, Map.of("client.rack", "rack-2"))).isEqualTo(numbers(0, 30));

        assertThat(bytesOut(2)).isPositive();
        assertThat(bytesOut(3)).isZero();
    }

    @Test
    void shouldFollowTheStartOfTheLeadersLog() throws Exception {
        startAll();
        create(Map.of("min.insync.replicas", "2"));
        try (var producer = producer()) {
            sendAll(producer, 0, 10);
            kill(3);
            sendAll(producer, 10, 30);
            deleteBefore(20);
            await(() -> startOn(2) == 20);
            start(3);
            awaitIsr(1, 2, 3);
            sendAll(producer, 30, 31);
        }
        assertThat(startOn(3)).isEqualTo(20);
        assertThat(endOn(3)).isEqualTo(31);
        assertThat(values(11)).isEqualTo(numbers(20, 31));
    }
}
