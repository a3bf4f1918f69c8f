package io.tidemark.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.tidemark.protocol.transport.EventLoops;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** A server on a free port, with handlers that a test adds, and raw clients. */
abstract class KafkaServerFixture {
    static final short V9 = 9;
    static EventLoopGroup loops;

    /** Metadata requests that wait for the test to complete them. */
    final BlockingQueue<CompletableFuture<@Nullable MetadataResponseData>> held =
            new LinkedBlockingQueue<>();

    final List<ApiHandler<?, ?>> handlers = new ArrayList<>();
    ServerConfig config = ServerConfig.of("PLAINTEXT", "127.0.0.1", 0);
    @Nullable KafkaServer server;

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

    RawClient start() throws IOException {
        server = KafkaServer.start(config, loops, handlers);
        return connect();
    }

    RawClient connect() throws IOException {
        return new RawClient(server().address());
    }

    KafkaServer server() {
        return Objects.requireNonNull(server);
    }

    void holdMetadata() {
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

    CompletableFuture<@Nullable MetadataResponseData> nextHeld() throws InterruptedException {
        var next = held.poll(20, TimeUnit.SECONDS);
        assertThat(next).as("a request that reached its handler").isNotNull();
        return next;
    }

    static MetadataResponseData metadata(int controller) {
        return new MetadataResponseData().setControllerId(controller);
    }

    static void await(BooleanSupplier condition) {
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

    static <S extends ApiMessage> CompletionStage<@Nullable S> now(S response) {
        return CompletableFuture.completedFuture(response);
    }
}
