package io.tidemark.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.protocol.transport.ConnectionShares;
import io.tidemark.protocol.transport.OpenFiles;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseBroker;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Limits of a listener, and its end. */
class KafkaServerLimitsIT extends KafkaServerFixture {

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
    void shouldReadNoMoreWhileManyAnswersWaitForAnEarlierOne() throws Exception {
        AtomicInteger handled = new AtomicInteger();
        CompletableFuture<@Nullable MetadataResponseData> first = new CompletableFuture<>();
        MetadataResponseData large = metadata(1);
        String host = "x".repeat(3_600);
        for (int id = 0; id < 300; id++) {
            large.brokers().add(new MetadataResponseBroker().setNodeId(id).setHost(host));
        }
        handlers.add(
                FunctionHandler.<MetadataRequestData, MetadataResponseData>all(
                        ApiMessageType.METADATA,
                        (context, request) -> handled.getAndIncrement() == 0 ? first : now(large)));
        try (RawClient client = start()) {
            for (int id = 0; id < 40; id++) {
                client.send(new MetadataRequestData(), V9, id);
            }
            await(() -> handled.get() >= 5);
            try (RawClient other = connect()) { // on the same or the other loop, afterwards
                other.send(new MetadataRequestData(), V9, 1);
                other.receive(new MetadataResponseData(), V9, 1);
            }
            assertThat(handled.get()).isLessThan(12);
            first.complete(metadata(1));
            for (int id = 0; id < 40; id++) {
                client.receive(new MetadataResponseData(), V9, id);
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
    void shouldLeaveConnectionsToOtherAddresses() throws Exception {
        holdMetadata();
        config = shares(6, 0); // of this machine three quarters, which are 4
        List<ConnectionShares.Refusal> refusals = new CopyOnWriteArrayList<>();
        server =
                KafkaServer.start(
                        config,
                        loops,
                        handlers,
                        () -> Features.NONE,
                        new ServerObserver() {
                            @Override
                            public void connectionRefused(
                                    String listener, ConnectionShares.Refusal reason) {
                                refusals.add(reason);
                            }
                        });
        List<RawClient> open = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                open.add(new RawClient(server().address(), "127.0.0.2"));
            }
            await(() -> server().connectionCount() == 4);
            try (RawClient more = new RawClient(server().address(), "127.0.0.2")) {
                assertThat(more.isClosedByServer()).isTrue();
            }
            // Others are served, until all are taken
            open.add(new RawClient(server().address(), "127.0.0.3"));
            open.getLast().send(new MetadataRequestData(), V9, 1);
            nextHeld().complete(metadata(1));
            open.getLast().receive(new MetadataResponseData(), V9, 1);
            open.add(new RawClient(server().address(), "127.0.0.4"));
            await(() -> server().connectionCount() == 6);
            try (RawClient more = new RawClient(server().address(), "127.0.0.5")) {
                assertThat(more.isClosedByServer()).isTrue();
            }
            assertThat(refusals)
                    .containsExactly(
                            ConnectionShares.Refusal.ADDRESS, ConnectionShares.Refusal.LISTENER);
        } finally {
            for (RawClient client : open) {
                client.close();
            }
        }
        await(() -> server().connectionCount() == 0);
    }

    @Test
    void shouldTakeFewerConnectionsThanFilesMayBeOpened() {
        LongSupplier now = () -> 0;
        ServerConfig asked = shares(20_000, 0);
        assertThat(KafkaServer.connections(asked, new OpenFiles(1 << 20, () -> 500, now)))
                .isEqualTo(20_000);
        assertThat(KafkaServer.connections(asked, new OpenFiles(6_000, () -> 500, now)))
                .isEqualTo(2_000);
        assertThat(KafkaServer.connections(asked, new OpenFiles(4_096, () -> 3_000, now)))
                .as("where logs have most of them")
                .isEqualTo(4_096 - 3_000 - 512);
    }

    private static ServerConfig shares(int connections, int ofOne) {
        return new ServerConfig(
                "P",
                "127.0.0.1",
                0,
                1000,
                10_000,
                2,
                connections,
                ofOne,
                Duration.ofMinutes(1),
                Duration.ofSeconds(5),
                Duration.ofSeconds(30));
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
