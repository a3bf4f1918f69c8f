package io.tidemark.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.EventLoopGroup;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.transport.EventLoops;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class KafkaServerIT {
    private static final short V9 = 9;
    private static EventLoopGroup loops;

    /** Metadata requests that wait for the test to complete them. */
    private final BlockingQueue<CompletableFuture<@Nullable MetadataResponseData>> held =
            new LinkedBlockingQueue<>();

    private final List<ApiHandler<?, ?>> handlers = new ArrayList<>();
    private ServerConfig config = ServerConfig.of("PLAINTEXT", "127.0.0.1", 0);
    private @Nullable KafkaServer server;

    @BeforeAll
    static void startLoops() {
        loops = EventLoops.create(2, "test");
    }

    @AfterAll
    static void stopLoops() {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @AfterEach
    void stopServer() {
        if (server != null) {
            server.close();
            KafkaServer stopped = server;
            await(() -> stopped.bytesInFlight() == 0 && stopped.connectionCount() == 0);
        }
    }

    private RawClient start() throws IOException {
        server = KafkaServer.start(config, loops, handlers);
        return connect();
    }

    private RawClient connect() throws IOException {
        return new RawClient(server().address());
    }

    private KafkaServer server() {
        return Objects.requireNonNull(server);
    }

    private void holdMetadata() {
        handlers.add(
                FunctionHandler.<MetadataRequestData, MetadataResponseData>all(
                        ApiMessageType.METADATA,
                        (context, request) -> {
                            CompletableFuture<@Nullable MetadataResponseData> response =
                                    new CompletableFuture<>();
                            held.add(response);
                            return response;
                        }));
    }

    private CompletableFuture<@Nullable MetadataResponseData> nextHeld()
            throws InterruptedException {
        var next = held.poll(20, TimeUnit.SECONDS);
        assertThat(next).as("a request that reached its handler").isNotNull();
        return next;
    }

    private static MetadataResponseData metadata(int controller) {
        return new MetadataResponseData().setControllerId(controller);
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time").isLessThan(deadline);
            Thread.onSpinWait();
            try {
                TimeUnit.MILLISECONDS.sleep(2);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static <S extends ApiMessage> CompletionStage<@Nullable S> now(S response) {
        return CompletableFuture.completedFuture(response);
    }

    @Test
    void shouldTakeRequestsAtOnceAndAnswerInOrder() throws Exception {
        holdMetadata();
        try (RawClient client = start()) {
            for (int id = 0; id < 3; id++) {
                client.send(new MetadataRequestData(), V9, id);
            }
            var first = nextHeld();
            var second = nextHeld();
            var third = nextHeld();

            third.complete(metadata(3));
            second.complete(metadata(2));
            assertThat(client.socket().getInputStream().available()).isZero();
            first.complete(metadata(1));

            for (int id = 0; id < 3; id++) {
                MetadataResponseData response = client.receive(new MetadataResponseData(), V9, id);
                assertThat(response.controllerId()).isEqualTo(id + 1);
            }
        }
    }

    @Test
    void shouldTakeARequestThatComesByteByByte() throws Exception {
        holdMetadata();
        try (RawClient client = start()) {
            for (byte b : RawClient.frame(new MetadataRequestData(), V9, 7)) {
                client.send(new byte[] {b});
            }
            nextHeld().complete(metadata(1));
            client.receive(new MetadataResponseData(), V9, 7);
        }
    }

    @Test
    void shouldTakeManyRequestsThatComeAtOnce() throws Exception {
        handlers.add(
                FunctionHandler.<MetadataRequestData, MetadataResponseData>all(
                        ApiMessageType.METADATA, (context, request) -> now(metadata(1))));
        try (RawClient client = start()) {
            byte[] one = RawClient.frame(new MetadataRequestData(), V9, 5);
            int count = 5_000;
            ByteBuffer all = ByteBuffer.allocate(one.length * count);
            while (all.hasRemaining()) {
                all.put(one);
            }
            Thread sender =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        try {
                                            client.send(all.array());
                                        } catch (IOException e) {
                                            throw new java.io.UncheckedIOException(e);
                                        }
                                    });
            for (int i = 0; i < count; i++) {
                client.receive(new MetadataResponseData(), V9, 5);
            }
            sender.join();
        }
    }

    @Test
    void shouldAdvertiseWhatIsServed() throws Exception {
        holdMetadata();
        handlers.add(
                FunctionHandler.<ProduceRequestData, ProduceResponseData>all(
                        ApiMessageType.PRODUCE, (c, r) -> now(new ProduceResponseData())));
        Features features =
                new Features(
                        7,
                        List.of(
                                new Features.Feature(
                                        "group.version", (short) 0, (short) 1, (short) 1),
                                new Features.Feature("kraft", (short) 1, (short) 2, (short) 0)));
        server = KafkaServer.start(config, loops, handlers, () -> features, ServerObserver.NONE);
        try (RawClient client = connect()) {
            for (short version = 0; version <= 4; version++) {
                client.send(
                        new ApiVersionsRequestData()
                                .setClientSoftwareName("x")
                                .setClientSoftwareVersion("1.0"),
                        version,
                        version);
                ApiVersionsResponseData response =
                        client.receive(new ApiVersionsResponseData(), version, version);
                assertThat(response.errorCode()).isZero();
                assertThat(response.apiKeys().find(ApiMessageType.METADATA.apiKey()).maxVersion())
                        .isEqualTo(ApiMessageType.METADATA.highestSupportedVersion(false));
                assertThat(response.apiKeys().find(ApiMessageType.PRODUCE.apiKey()).minVersion())
                        .isZero();
                assertThat(response.apiKeys()).hasSize(3);
                assertThat(response.supportedFeatures()).hasSize(Math.max(0, version - 2));
                if (version >= 3) {
                    assertThat(response.finalizedFeaturesEpoch()).isEqualTo(7);
                    assertThat(response.finalizedFeatures().find("group.version").maxVersionLevel())
                            .isEqualTo((short) 1);
                }
            }
        }
    }

    @Test
    void shouldAnswerApiVersionsOfAVersionItDoesNotKnow() throws Exception {
        try (RawClient client = start()) {
            byte[] frame = RawClient.frame(new ApiVersionsRequestData(), (short) 4, 3);
            ByteBuffer.wrap(frame).putShort(6, (short) 99);
            client.send(frame);
            ApiVersionsResponseData response =
                    client.receive(new ApiVersionsResponseData(), (short) 0, 3);
            assertThat(response.errorCode()).isEqualTo(ErrorCode.UNSUPPORTED_VERSION.number());
            assertThat(response.apiKeys().find((short) 18).maxVersion()).isEqualTo((short) 4);
            // The client asks again, on the same connection.
            client.send(new ApiVersionsRequestData(), (short) 0, 4);
            client.receive(new ApiVersionsResponseData(), (short) 0, 4);
        }
    }

    @Test
    void shouldRefuseOddSoftwareNames() throws Exception {
        try (RawClient client = start()) {
            client.send(
                    new ApiVersionsRequestData()
                            .setClientSoftwareName("no spaces\n")
                            .setClientSoftwareVersion("1"),
                    (short) 3,
                    3);
            ApiVersionsResponseData response =
                    client.receive(new ApiVersionsResponseData(), (short) 3, 3);
            assertThat(response.errorCode()).isEqualTo(ErrorCode.INVALID_REQUEST.number());
        }
    }

    @Test
    void shouldAnswerAVersionThatItReadsButDoesNotServeWithTheApisOwnError() throws Exception {
        handlers.add(
                new FunctionHandler<InitProducerIdRequestData, InitProducerIdResponseData>(
                        ApiMessageType.INIT_PRODUCER_ID,
                        (short) 0,
                        (short) 2,
                        (c, r) -> now(new InitProducerIdResponseData())));
        try (RawClient client = start()) {
            client.send(new InitProducerIdRequestData(), (short) 4, 1);
            assertThat(client.receive(new InitProducerIdResponseData(), (short) 4, 1).errorCode())
                    .isEqualTo(ErrorCode.UNSUPPORTED_VERSION.number());
            client.send(new InitProducerIdRequestData(), (short) 2, 2);
            assertThat(client.receive(new InitProducerIdResponseData(), (short) 2, 2).errorCode())
                    .isZero();
        }
    }

    @Test
    void shouldCloseWhatItCannotUnderstandAfterAnsweringWhatItCould() throws Exception {
        holdMetadata();
        byte[] unknownApi = RawClient.frame(new MetadataRequestData(), V9, 2);
        ByteBuffer.wrap(unknownApi).putShort(4, (short) 999);
        byte[] unknownVersion = RawClient.frame(new MetadataRequestData(), V9, 2);
        ByteBuffer.wrap(unknownVersion).putShort(6, (short) 999);
        byte[] cutOff = Arrays.copyOf(RawClient.frame(new MetadataRequestData(), V9, 2), 16);
        ByteBuffer.wrap(cutOff).putInt(0, 12);
        byte[] hugeArray =
                ByteBuffer.allocate(18)
                        .putInt(14)
                        .putShort((short) 3)
                        .putShort((short) 1)
                        .putInt(1)
                        .putShort((short) -1)
                        .putInt(Integer.MAX_VALUE)
                        .array();
        byte[] tooShort = ByteBuffer.allocate(7).putInt(3).array();
        byte[] tooLong = ByteBuffer.allocate(8).putInt(Integer.MAX_VALUE).array();
        byte[] negative = ByteBuffer.allocate(8).putInt(-5).array();
        server = KafkaServer.start(config, loops, handlers);
        for (byte[] bad :
                List.of(
                        unknownApi,
                        unknownVersion,
                        cutOff,
                        hugeArray,
                        tooShort,
                        tooLong,
                        negative)) {
            try (RawClient client = connect()) {
                client.send(new MetadataRequestData(), V9, 1);
                client.send(bad);
                nextHeld().complete(metadata(1));
                client.receive(new MetadataResponseData(), V9, 1);
                assertThat(client.isClosedByServer()).isTrue();
            }
        }
    }

    @Test
    void shouldAnswerAFailureOfAHandlerWithTheApisOwnError() throws Exception {
        handlers.add(
                FunctionHandler.<InitProducerIdRequestData, InitProducerIdResponseData>all(
                        ApiMessageType.INIT_PRODUCER_ID,
                        (c, r) -> {
                            if (r.transactionTimeoutMs() == 1) {
                                throw new IllegalStateException("thrown on purpose by a test");
                            }
                            return CompletableFuture.failedFuture(
                                    r.transactionTimeoutMs() == 2
                                            ? new IOException("disk broken on purpose by a test")
                                            : new IllegalStateException("failed on purpose"));
                        }));
        try (RawClient client = start()) {
            ErrorCode[] expected = {
                ErrorCode.UNKNOWN_SERVER_ERROR,
                ErrorCode.KAFKA_STORAGE_ERROR,
                ErrorCode.UNKNOWN_SERVER_ERROR
            };
            for (int i = 1; i <= 3; i++) {
                client.send(
                        new InitProducerIdRequestData().setTransactionTimeoutMs(i), (short) 4, i);
                assertThat(
                                client.receive(new InitProducerIdResponseData(), (short) 4, i)
                                        .errorCode())
                        .isEqualTo(expected[i - 1].number());
            }
        }
    }

    @Test
    void shouldPauseReadingAConnectionWithTooManyRequestsOpen() throws Exception {
        holdMetadata();
        config =
                new ServerConfig(
                        "P",
                        "127.0.0.1",
                        0,
                        1000,
                        10_000,
                        2,
                        10,
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(5));
        try (RawClient client = start()) {
            for (int id = 0; id < 20; id++) {
                client.send(new MetadataRequestData(), V9, id);
            }
            for (int id = 0; id < 20; id++) {
                var next = nextHeld();
                assertThat(held.size()).isLessThanOrEqualTo(1);
                next.complete(metadata(id));
                assertThat(client.receive(new MetadataResponseData(), V9, id).controllerId())
                        .isEqualTo(id);
            }
        }
    }

    @Test
    void shouldCloseIdleConnectionsButNotThoseThatWait() throws Exception {
        holdMetadata();
        config =
                new ServerConfig(
                        "P",
                        "127.0.0.1",
                        0,
                        1000,
                        10_000,
                        2,
                        10,
                        Duration.ofMillis(300),
                        Duration.ofSeconds(5));
        try (RawClient busy = start();
                RawClient idle = connect();
                RawClient halfWay = connect()) {
            busy.send(new MetadataRequestData(), V9, 1);
            var waits = nextHeld();
            halfWay.send(new byte[] {0, 0, 1, 0, 0, 3});
            assertThat(idle.isClosedByServer()).isTrue();
            assertThat(halfWay.isClosedByServer()).isTrue();
            await(() -> server().connectionCount() == 1);
            waits.complete(metadata(1));
            busy.receive(new MetadataResponseData(), V9, 1);
            assertThat(busy.isClosedByServer()).isTrue();
        }
    }

    @Test
    void shouldRefuseConnectionsBeyondTheLimit() throws Exception {
        holdMetadata();
        config =
                new ServerConfig(
                        "P",
                        "127.0.0.1",
                        0,
                        1000,
                        10_000,
                        2,
                        1,
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(5));
        RawClient first = start();
        await(() -> server().connectionCount() == 1);
        try (RawClient second = connect()) {
            assertThat(second.isClosedByServer()).isTrue();
        }
        first.close();
        await(() -> server().connectionCount() == 0);
        try (RawClient third = connect()) {
            third.send(new MetadataRequestData(), V9, 1);
            nextHeld().complete(metadata(1));
            third.receive(new MetadataResponseData(), V9, 1);
        }
    }

    @Test
    void shouldLetRequestsFinishWhenItCloses() throws Exception {
        holdMetadata();
        try (RawClient client = start()) {
            client.send(new MetadataRequestData(), V9, 1);
            var inFlight = nextHeld();
            Thread closing = Thread.ofPlatform().start(() -> server().close());
            await(() -> !accepts());
            inFlight.complete(metadata(1));
            client.receive(new MetadataResponseData(), V9, 1);
            assertThat(client.isClosedByServer()).isTrue();
            closing.join();
        }
    }

    private boolean accepts() {
        try {
            connect().close();
            return true;
        } catch (ConnectException e) {
            return false;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void shouldNotWaitForEverWhenItCloses() throws Exception {
        holdMetadata();
        config =
                new ServerConfig(
                        "P",
                        "127.0.0.1",
                        0,
                        1000,
                        10_000,
                        2,
                        10,
                        Duration.ofMinutes(1),
                        Duration.ofMillis(100));
        try (RawClient client = start()) {
            client.send(new MetadataRequestData(), V9, 1);
            var never = nextHeld();
            server().close();
            assertThat(client.isClosedByServer()).isTrue();
            never.complete(metadata(1));
        }
    }

    @Test
    void shouldSayThatThePortIsTaken() throws Exception {
        start().close();
        ServerConfig same = ServerConfig.of("PLAINTEXT", "127.0.0.1", server().address().getPort());
        assertThatThrownBy(() -> KafkaServer.start(same, loops, handlers))
                .isInstanceOf(BindException.class)
                .hasMessageContaining("127.0.0.1:" + same.port());
    }

    @Test
    void shouldRunActionsWhenAConnectionCloses() throws Exception {
        BlockingQueue<Connection> closed = new LinkedBlockingQueue<>();
        handlers.add(
                FunctionHandler.<MetadataRequestData, MetadataResponseData>all(
                        ApiMessageType.METADATA,
                        (context, request) -> {
                            Connection connection = context.connection();
                            connection.onClose(() -> closed.add(connection));
                            assertThat(context.clientId()).isEqualTo("raw");
                            assertThat(connection.listener()).isEqualTo("PLAINTEXT");
                            return now(metadata(1));
                        }));
        try (RawClient client = start()) {
            client.send(new MetadataRequestData(), V9, 1);
            assertThat(client.receive(new MetadataResponseData(), V9, 1).controllerId())
                    .isEqualTo(1);
        }
        Connection connection = closed.poll(20, TimeUnit.SECONDS);
        assertThat(connection).isNotNull();
        connection.onClose(() -> closed.add(connection));
        assertThat(closed.poll(20, TimeUnit.SECONDS)).isSameAs(connection);
    }
}
