package io.tidemark.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What strangers send to use up memory or time: others go on, and nothing is kept of it. */
@Timeout(60)
class HostileFramesIT extends KafkaServerFixture {
    private static final int BUDGET = 32 << 20;
    private static final int MAX_FRAME = 24 << 20;
    private static final short PRODUCE_VERSION = 9;

    private RawClient serve() throws IOException {
        return serve(Duration.ofMinutes(1));
    }

    private RawClient serve(Duration frameTimeout) throws IOException {
        config =
                new ServerConfig(
                        "P",
                        "127.0.0.1",
                        0,
                        MAX_FRAME,
                        BUDGET,
                        8,
                        1000,
                        0,
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(5),
                        frameTimeout);
        handlers.add(
                FunctionHandler.<MetadataRequestData, MetadataResponseData>all(
                        ApiMessageType.METADATA,
                        (context, request) -> now(metadata(request.topics().size()))));
        handlers.add(
                FunctionHandler.<ProduceRequestData, ProduceResponseData>all(
                        ApiMessageType.PRODUCE,
                        (context, request) -> now(new ProduceResponseData())));
        return start();
    }

    private static void ask(RawClient client) throws IOException {
        client.send(new MetadataRequestData().setTopics(new ArrayList<>()), V9, 7);
        assertThat(client.receive(new MetadataResponseData(), V9, 7).controllerId()).isZero();
    }

    private static byte[] announcing(int length, int sent) {
        return ByteBuffer.allocate(Integer.BYTES + sent).putInt(length).array();
    }

    @Test
    void shouldServeOthersWhileLargeFramesAreAnnouncedAndNotSent() throws Exception {
        List<RawClient> silent = new ArrayList<>();
        try (RawClient client = serve()) {
            for (int i = 0; i < 100; i++) {
                silent.add(connect());
                silent.getLast().send(announcing(MAX_FRAME, 0));
            }
            await(() -> server().connectionCount() == 101);
            ask(client);
            assertThat(server().bytesInFlight()).isLessThan(BUDGET / 8);
        } finally {
            for (RawClient each : silent) {
                each.close();
            }
        }
    }

    @Test
    void shouldServeOthersWhenThoseWhoWaitHangUp() throws Exception {
        try (RawClient client = serve()) {
            for (int i = 0; i < 10; i++) {
                try (RawClient leaving = connect()) {
                    leaving.send(announcing(MAX_FRAME, MAX_FRAME / 3));
                }
            }
            ask(client);
        }
    }

    @Test
    void shouldEndFramesThatDoNotComeWholeInTime() throws Exception {
        try (RawClient client = serve(Duration.ofMillis(300));
                RawClient half = connect();
                RawClient started = connect();
                RawClient lengthOnly = connect()) {
            half.send(announcing(MAX_FRAME, MAX_FRAME / 2));
            started.send(announcing(MAX_FRAME, 1));
            lengthOnly.send(new byte[] {0, 0});
            assertThat(half.isClosedByServer()).isTrue();
            assertThat(started.isClosedByServer()).isTrue();
            assertThat(lengthOnly.isClosedByServer()).isTrue();
            ask(client);
        }
    }

    @Test
    void shouldNotCountTheTimeInWhichItDoesNotRead() throws Exception {
        holdMetadata();
        config =
                new ServerConfig(
                        "P",
                        "127.0.0.1",
                        0,
                        MAX_FRAME,
                        BUDGET,
                        1,
                        10,
                        0,
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(5),
                        Duration.ofMillis(200));
        try (RawClient client = start();
                RawClient slow = connect()) {
            byte[] next = RawClient.frame(new MetadataRequestData(), V9, 2);
            client.send(new MetadataRequestData(), V9, 1);
            client.send(Arrays.copyOf(next, next.length - 1));
            var first = nextHeld();
            slow.send(announcing(MAX_FRAME, 1));
            assertThat(slow.isClosedByServer()).as("after the time for a frame").isTrue();
            first.complete(metadata(1));
            client.receive(new MetadataResponseData(), V9, 1);
            client.send(new byte[] {next[next.length - 1]});
            nextHeld().complete(metadata(2));
            client.receive(new MetadataResponseData(), V9, 2);
        }
    }

    @Test
    void shouldTakeEveryFrameInTheEndWhenAllTogetherAreMoreThanTheBudget() throws Exception {
        byte[] frame = RawClient.frame(new ProduceRequestData(), PRODUCE_VERSION, 7);
        byte[] large = ByteBuffer.allocate(16 << 20).put(frame).array();
        ByteBuffer.wrap(large).putInt(0, large.length - Integer.BYTES);
        int half = large.length / 2;
        List<RawClient> clients = new ArrayList<>();
        List<Thread> senders = new ArrayList<>();
        try (RawClient client = serve()) {
            for (int i = 0; i < 8; i++) {
                RawClient each = connect();
                clients.add(each);
                senders.add(Thread.ofPlatform().start(() -> send(each, large, 0, half)));
            }
            // One may have got all that its frame needs before another had anything.
            await(() -> server().bytesInFlight() >= large.length - Integer.BYTES);
            for (int i = 0; i < 8; i++) {
                RawClient each = clients.get(i);
                Thread first = senders.get(i);
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    join(first);
                                    send(each, large, half, large.length);
                                });
            }
            for (RawClient each : clients) {
                each.receive(new ProduceResponseData(), PRODUCE_VERSION, 7);
                each.close();
            }
            ask(client);
        }
    }

    private static void send(RawClient client, byte[] bytes, int from, int to) {
        try {
            client.socket().getOutputStream().write(bytes, from, to - from);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    // ---- what they decode to

    @Test
    void shouldRefuseUnknownTagsBeyondMeasureInHeaders() throws Exception {
        ByteBuffer bytes = header(ApiMessageType.PRODUCE, PRODUCE_VERSION, 4_000_000);
        tags(bytes, 1_000_000);
        refuses(bytes);
    }

    @Test
    void shouldRefuseUnknownTagsBeyondMeasureInBodies() throws Exception {
        ByteBuffer bytes = header(ApiMessageType.METADATA, V9, 4_000_000);
        bytes.put((byte) 0).put(new byte[] {1, 0, 0, 0});
        tags(bytes, 1_000_000);
        refuses(bytes);
    }

    @Test
    void shouldRefuseManyTinyElements() throws Exception {
        ByteBuffer bytes = header(ApiMessageType.METADATA, V9, 4_000_000);
        bytes.put((byte) 0);
        varint(bytes, 900_000 + 1);
        for (int i = 0; i < 900_000; i++) {
            bytes.put((byte) 1).put((byte) 0); // a name of no letters, no tags
        }
        bytes.put(new byte[] {0, 0, 0, 0});
        refuses(bytes);
    }

    @Test
    void shouldTakeAsMuchAsHonestClientsSend() throws Exception {
        MetadataRequestData request = new MetadataRequestData();
        List<MetadataRequestData.MetadataRequestTopic> topics = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            topics.add(new MetadataRequestData.MetadataRequestTopic().setName("topic-" + i));
        }
        try (RawClient client = serve()) {
            client.send(request.setTopics(topics), V9, 7);
            assertThat(client.receive(new MetadataResponseData(), V9, 7).controllerId())
                    .isEqualTo(10_000);
        }
    }

    private void refuses(ByteBuffer frame) throws Exception {
        frame.putInt(0, frame.position() - Integer.BYTES);
        byte[] bytes = new byte[frame.position()];
        frame.get(0, bytes);
        try (RawClient client = serve();
                RawClient hostile = connect()) {
            hostile.send(bytes);
            assertThat(hostile.isClosedByServer()).isTrue();
            await(() -> server().bytesInFlight() == 0);
            ask(client);
        }
    }

    /** Length to come, then a header of version 2 up to its tags. */
    private static ByteBuffer header(ApiMessageType api, short version, int capacity) {
        return ByteBuffer.allocate(capacity)
                .putInt(0)
                .putShort(api.apiKey())
                .putShort(version)
                .putInt(7)
                .putShort((short) -1);
    }

    /** Tags that nobody knows, each without content. */
    private static void tags(ByteBuffer bytes, int count) {
        varint(bytes, count);
        for (int i = 0; i < count; i++) {
            bytes.put((byte) 100).put((byte) 0);
        }
    }

    private static void varint(ByteBuffer bytes, int value) {
        new ByteBufferAccessor(bytes).writeUnsignedVarint(value);
    }
}
