package io.tidemark.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Frames that take memory and then come a byte at a time: others go on beside them. */
@Timeout(60)
class TricklingFramesIT extends KafkaServerFixture {
    private static final int MAX_FRAME = 24 << 20;
    private static final String OWN = "127.0.0.";
    private static final String OTHERS = "127.0.3.";
    private static final short PRODUCE_VERSION = 9;

    private final List<RawClient> hostile = new ArrayList<>();
    private volatile boolean over;

    @BeforeEach
    void configure() {
        config =
                new ServerConfig(
                        "P",
                        "127.0.0.1",
                        0,
                        MAX_FRAME,
                        32 << 20,
                        8,
                        2000,
                        0,
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(30));
        handlers.add(
                FunctionHandler.<MetadataRequestData, MetadataResponseData>all(
                        ApiMessageType.METADATA, (context, request) -> now(metadata(0))));
        handlers.add(
                FunctionHandler.<ProduceRequestData, ProduceResponseData>all(
                        ApiMessageType.PRODUCE,
                        (context, request) -> now(new ProduceResponseData())));
    }

    @AfterEach
    void leave() throws IOException {
        over = true;
        for (RawClient each : hostile) {
            each.close();
        }
    }

    /** Frames of which a part comes at once, and then a byte a second. */
    private void trickle(int count, String from, int addresses, int length, int sent)
            throws IOException {
        for (int i = 0; i < count; i++) {
            RawClient client = new RawClient(server().address(), from + (1 + i % addresses));
            hostile.add(client);
            byte[] begin = ByteBuffer.allocate(Integer.BYTES + sent).putInt(length).array();
            Thread.ofVirtual().start(() -> trickle(client, begin));
        }
    }

    private void trickle(RawClient client, byte[] begin) {
        try {
            client.send(begin);
            while (!over) {
                TimeUnit.SECONDS.sleep(1);
                client.send(new byte[1]);
            }
        } catch (IOException | InterruptedException e) {
            // it was ended
        }
    }

    @ParameterizedTest
    @CsvSource({
        // from, addresses, connections, length, sent at once
        OWN + ",1,16,25000000,600000",
        OTHERS + ",2,24,25000000,600000",
        OWN + ",1,600,120000,60000",
        OTHERS + ",2,600,120000,60000",
        OWN + ",1,1500,120000,5",
    })
    void shouldServeSmallFrames(String from, int addresses, int count, int length, int sent)
            throws Exception {
        try (RawClient client = start()) {
            trickle(count, from, addresses, length, sent);
            await(() -> server().bytesInFlight() > 8 << 20);
            long slowestMs = 0;
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(8);
            while (System.nanoTime() < end) {
                long begin = System.nanoTime();
                client.send(new MetadataRequestData().setTopics(new ArrayList<>()), V9, 7);
                client.receive(new MetadataResponseData(), V9, 7);
                slowestMs = Math.max(slowestMs, (System.nanoTime() - begin) / 1_000_000);
                TimeUnit.MILLISECONDS.sleep(5);
            }
            System.out.printf("%d from %s: %d ms at most%n", count, from, slowestMs);
            assertThat(slowestMs).isLessThan(length == 120_000 ? 3_500 : 1_000);
        }
    }

    @Test
    void shouldTakeALargeFrameThatComesAtARealPace() throws Exception {
        byte[] frame = RawClient.frame(new ProduceRequestData(), PRODUCE_VERSION, 7);
        byte[] large = ByteBuffer.allocate(16 << 20).put(frame).array();
        ByteBuffer.wrap(large).putInt(0, large.length - Integer.BYTES);
        try (RawClient client = start()) {
            trickle(24, OTHERS, 2, MAX_FRAME, 600_000);
            await(() -> server().bytesInFlight() > 8 << 20);
            client.send(large);
            client.receive(new ProduceResponseData(), PRODUCE_VERSION, 7);
        }
    }
}
