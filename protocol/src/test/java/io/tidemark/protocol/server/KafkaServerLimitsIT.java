package io.tidemark.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
