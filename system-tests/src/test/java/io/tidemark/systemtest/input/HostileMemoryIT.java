package io.tidemark.systemtest.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.protocol.ErrorCode;
import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.broker.Installation;
import io.tidemark.systemtest.client.Clients;
import io.tidemark.systemtest.rest.Http;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.ApiMessageType.ListenerType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that mean harm to a broker with a small heap, one kind after the other, while a producer
 * and a probe of liveness go on beside them as though nothing was.
 */
class HostileMemoryIT {
    private static final int MB = 1 << 20;
    private static final int PARTITIONS = 40;
    private static final int IDLE = 3_000;
    private static final int FETCHES = 200;

    /** What is asked for on many connections at once may take longer; nobody waits for it. */
    private static final int TOGETHER_MS = 5_000;

    private final List<HostileClient> open = new ArrayList<>();

    @Test
    void shouldServeOthersBesideEveryHostileClient(@TempDir Path scratch) {
        try (Broker broker = Broker.start(small(scratch.resolve("data")));
                Http management = new Http(broker::management)) {
            long pid = broker.process().pid();
            String bombed = Clients.newTopic(broker, PARTITIONS);
            String packed =
                    Clients.newTopic(
                            broker, PARTITIONS, Map.of("compression.type", "uncompressed"));
            String topic = Clients.newTopic(broker, 1);
            try (Bystanders bystanders = new Bystanders(broker, management, topic)) {
                attack("frames that are announced", () -> announce(broker));
                attack("tagged fields", () -> taggedFields(broker));
                attack("arrays of tiny elements", () -> arrays(broker));
                attack("bombs", () -> bombs(broker, bombed, ErrorCode.NONE));
                attack(
                        "bombs to be packed otherwise",
                        () -> bombs(broker, packed, ErrorCode.MESSAGE_TOO_LARGE));
                attack("searches in bombs", () -> searches(broker, bombed));
                attack("a frame that is left", () -> hangUp(broker, bombed));
                attack("idle connections", () -> idle(broker));
                attack("malformed requests", () -> malformed(broker));
                attack("fetches", () -> fetches(broker, topic));
                bystanders.assertUnharmed();
            }
            assertThat(broker.process().isAlive()).as(broker.process().log()).isTrue();
            assertThat(broker.process().pid()).isEqualTo(pid);
            assertThat(broker.process().log()).doesNotContain("OutOfMemoryError");
            await().atMost(Clients.PATIENCE).until(() -> bytesInFlight(management) == 0);
            assertThat(management.get("/actuator/health").ok().at("/status").asString())
                    .isEqualTo("UP");
        } finally {
            leave();
        }
    }

    /** A heap of 256 MB, and threads as on a machine with eight processors. */
    private static Installation small(Path folder) {
        Installation installation = Installation.tidemark(folder);
        return installation.launchedBy(
                installation
                        .launch()
                        .withJvmOptions("-Xmx256m")
                        .with("tidemark.partition.event-loops", "4")
                        .with("tidemark.partition.recovery-threads", "8"));
    }

    private void attack(String name, Runnable attack) {
        long begin = System.nanoTime();
        attack.run();
        leave();
        System.out.printf("%s: %d ms%n", name, (System.nanoTime() - begin) / 1_000_000);
    }

    private void leave() {
        open.forEach(HostileClient::close);
        open.clear();
    }

    /** Comes from one of three addresses, none of which is the bystanders'. */
    private HostileClient connect(Broker broker) {
        HostileClient client =
                new HostileClient("127.0.1." + (1 + open.size() % 3), broker.kafkaPort());
        open.add(client);
        return client;
    }

    private void announce(Broker broker) {
        byte[] begin = SmallRequest.header(ApiMessageType.PRODUCE, (short) 9);
        for (int i = 0; i < 12; i++) {
            connect(broker).announce(100 * MB).sendRaw(begin);
        }
        await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
    }

    private void taggedFields(Broker broker) {
        for (boolean inHeader : new boolean[] {true, false}) {
            byte[] frame = HostileRequests.taggedFields(7_500_000, inHeader);
            together(broker, 10, frame);
            leave();
        }
        connect(broker).send(HostileRequests.taggedFields(40_000_000, false)).awaitReaction();
    }

    private void arrays(Broker broker) {
        for (ApiMessageType api : ApiMessageType.values()) {
            if (!api.listeners().contains(ListenerType.BROKER)) {
                continue;
            }
            short version = api.highestSupportedVersion(false);
            for (int array = 0; array < SmallRequest.arrays(api, version); array++) {
                byte[] frame = SmallRequest.frame(api, version, array, MB);
                connect(broker).send(frame).awaitReaction(200);
                leave();
            }
        }
    }

    private void bombs(Broker broker, String topic, ErrorCode expected) {
        List<Compression> codecs =
                List.of(
                        Compression.zstd().build(),
                        Compression.gzip().build(),
                        Compression.lz4().build());
        for (Compression codec : codecs) {
            byte[] bomb = HostileRequests.bomb(codec, 60 * MB);
            assertThat(produced(broker, topic, bomb)).isEqualTo(expected);
            together(broker, 6, HostileRequests.produce(topic, PARTITIONS, bomb));
            // Their connections stay, and hundreds of bombs with them: others have their turn.
            assertThat(fromElsewhere(broker, topic, bomb)).isEqualTo(expected);
            leave();
        }
        byte[] bomb = HostileRequests.bomb(Compression.snappy().build(), 18 * MB);
        together(broker, 3, HostileRequests.produce(topic, PARTITIONS, bomb));
    }

    /** What becomes of one batch. */
    private ErrorCode produced(Broker broker, String topic, byte[] batch) {
        ByteBuffer answer =
                connect(broker).send(HostileRequests.produce(topic, 1, batch)).receive();
        return HostileRequests.firstError(answer);
    }

    private static ErrorCode fromElsewhere(Broker broker, String topic, byte[] batch) {
        try (HostileClient other = new HostileClient("127.0.2.1", broker.kafkaPort())) {
            return HostileRequests.firstError(
                    other.send(HostileRequests.produce(topic, 1, batch)).receive());
        }
    }

    private void searches(Broker broker, String topic) {
        byte[] bomb = HostileRequests.bomb(Compression.zstd().build(), 60 * MB);
        connect(broker).send(HostileRequests.produce(topic, PARTITIONS, bomb)).receive();
        together(broker, 12, HostileRequests.search(topic, PARTITIONS, 1));
    }

    private void hangUp(Broker broker, String topic) {
        byte[] bomb = HostileRequests.bomb(Compression.zstd().build(), 60 * MB);
        together(broker, 3, HostileRequests.produce(topic, PARTITIONS, bomb));
        byte[] part = new byte[20 * MB];
        together(broker, 3, client -> client.announce(80 * MB).sendRaw(part));
    }

    private void idle(Broker broker) {
        for (int i = 0; i < IDLE; i++) {
            connect(broker);
        }
    }

    private void malformed(Broker broker) {
        for (ApiMessageType api : ApiMessageType.values()) {
            if (!api.listeners().contains(ListenerType.BROKER)) {
                continue;
            }
            for (short version = api.lowestSupportedVersion();
                    version <= api.highestSupportedVersion(true);
                    version++) {
                for (byte[] frame : HostileRequests.malformed(api, version)) {
                    connect(broker).send(frame);
                }
            }
            open.forEach(client -> client.awaitReaction(200));
            leave();
        }
    }

    private void fetches(Broker broker, String topic) {
        byte[] frame = HostileRequests.fetch(topic);
        for (int i = 0; i < FETCHES; i++) {
            HostileClient client = connect(broker);
            for (int pipelined = 0; pipelined < 10; pipelined++) {
                client.send(frame);
            }
        }
        open.forEach(HostileClient::awaitReaction);
    }

    /** The same frame on many connections at once. */
    private void together(Broker broker, int connections, byte[] frame) {
        together(broker, connections, client -> client.send(frame).awaitReaction(TOGETHER_MS));
    }

    private void together(Broker broker, int connections, Consumer<HostileClient> each) {
        List<Thread> senders = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            HostileClient client = connect(broker);
            senders.add(Thread.ofVirtual().start(() -> each.accept(client)));
        }
        for (Thread sender : senders) {
            try {
                sender.join(TOGETHER_MS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static double bytesInFlight(Http management) {
        return management
                .get("/actuator/prometheus")
                .body()
                .lines()
                .filter(line -> line.startsWith("tidemark_partition_bytes_in_flight"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .findFirst()
                .orElseThrow();
    }
}
