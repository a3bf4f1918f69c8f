package io.tidemark.metadata.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.tidemark.environment.Clock;
import io.tidemark.environment.thread.OwnedThreads;
import io.tidemark.environment.thread.Pulse;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.json.MetadataJson;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The thread that follows the metadata is missed where it hangs, and where it dies. */
@Timeout(60)
class MetadataStreamTest {
    private static final Duration SILENCE = Duration.ofMillis(300);

    private final BlockingQueue<String> ends = new LinkedBlockingQueue<>();
    private final BlockingQueue<Pulse> pulses = new LinkedBlockingQueue<>();
    private final Semaphore opened = new Semaphore(0);
    private final BlockingQueue<Long> says = new LinkedBlockingQueue<>();
    private HttpServer coordinator;
    private HttpControlPlane controlPlane;

    /**
     * A coordinator that tells what there is, and then gives the signs of life that a test wants.
     */
    @BeforeEach
    void start() throws IOException {
        coordinator =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        coordinator.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        coordinator.createContext(
                "/internal/metadata",
                exchange -> {
                    exchange.sendResponseHeaders(200, 0);
                    OutputStream body = exchange.getResponseBody();
                    ClusterImage image = ClusterImage.empty().apply(1, List.of());
                    write(new StreamMessage.Snapshot(image), body);
                    opened.release();
                    try {
                        for (long version = says.take(); version > 0; version = says.take()) {
                            write(new StreamMessage.Alive(version), body);
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        coordinator.start();
        Duration second = Duration.ofSeconds(1);
        controlPlane =
                new HttpControlPlane(
                        List.of(
                                URI.create(
                                        "http://127.0.0.1:" + coordinator.getAddress().getPort())),
                        new HttpControlPlane.Timeouts(second, second, second, second, SILENCE),
                        Clock.system(),
                        new OwnedThreads(ends::add),
                        (name, pulse) -> pulses.add(pulse));
    }

    private static void write(StreamMessage message, OutputStream body) throws IOException {
        body.write(MetadataJson.encode(message));
        body.write('\n');
        body.flush();
    }

    @AfterEach
    void close() {
        controlPlane.close();
        coordinator.stop(0);
    }

    @Test
    void shouldLiveWhileACoordinatorSaysNothing() throws InterruptedException {
        controlPlane.subscribe((image, deltas) -> {});
        Pulse pulse = pulses.take();

        for (int beats = 0; beats < 3; beats++) {
            await(pulse::beats);
        }
        assertThat(pulse.thread().orElseThrow().getName()).isEqualTo("metadata-stream");
    }

    @Test
    void shouldGiveNoSignOfLifeWhileItHangs() throws InterruptedException {
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        controlPlane.subscribe(
                (image, deltas) -> {
                    hangs.countDown();
                    try {
                        over.await();
                    } catch (InterruptedException closed) {
                        Thread.currentThread().interrupt();
                    }
                });
        Pulse pulse = pulses.take();
        hangs.await();
        boolean unused = pulse.beats();

        Thread.sleep(3 * SILENCE.toMillis()); // in which nothing may come
        assertThat(pulse.beats()).isFalse();

        over.countDown();
        await(pulse::beats);
    }

    @Test
    void shouldLeaveAStreamThatGivesSignsOfLifeAlone() throws InterruptedException {
        controlPlane.subscribe((image, deltas) -> {});
        opened.acquire();
        do {
            says.add(2L); // of which nothing comes
        } while (!opened.tryAcquire(SILENCE.toMillis() / 10, TimeUnit.MILLISECONDS));
    }

    @Test
    void shouldTakeItsProcessAlongWhenItDies() throws InterruptedException {
        controlPlane.subscribe(
                (image, deltas) -> {
                    throw new LinkageError("as after a bad upgrade");
                });

        assertThat(ends.poll(20, TimeUnit.SECONDS)).contains("metadata-stream", "bad upgrade");
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            Thread.sleep(10);
        }
    }
}
