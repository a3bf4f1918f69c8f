package io.tidemark.gateway.shared.redis;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.testcontainers.DockerClientFactory;

/**
 * A Redis that a test may start, stop, freeze and empty: this machine's own where it is installed,
 * else one in a container. Keeps its port, and nothing over a stop.
 */
public abstract class RedisServer implements AutoCloseable {

    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

    private final int port;

    RedisServer(int port) {
        this.port = port;
    }

    /** A Redis that has been started; skips the test where there is no way to have one. */
    public static RedisServer started() throws Exception {
        RedisServer server = stopped();
        server.start();
        return server;
    }

    /** A Redis that has not been started. */
    public static RedisServer stopped() throws IOException {
        int port = freePort();
        if (isInstalled("redis-server")) {
            return new RedisProcess(port);
        }
        if (hasEngine()) {
            return new RedisContainer(port);
        }
        return abort("there is neither a redis-server on the PATH nor a container engine");
    }

    private static boolean hasEngine() {
        try {
            return DockerClientFactory.instance().isDockerAvailable();
        } catch (RuntimeException e) {
            return false;
        }
    }

    private static boolean isInstalled(String program) {
        String path = System.getenv("PATH");
        return path != null
                && Arrays.stream(path.split(":"))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0)) {
            return probe.getLocalPort();
        }
    }

    public int port() {
        return port;
    }

    /** For {@code tidemark.redis.url}. */
    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    /** Starts it and returns once it answers. */
    public final void start() throws Exception {
        launch();
        await("Redis answers on port " + port)
                .pollInterval(Duration.ofMillis(10))
                .atMost(START_TIMEOUT)
                .until(this::answers);
    }

    private boolean answers() {
        try {
            return RedisCommand.send(port, "PING").startsWith("+PONG");
        } catch (IOException e) {
            return false;
        }
    }

    /** Loses everything that it has. */
    public void flush() throws IOException {
        RedisCommand.send(port, "FLUSHALL");
    }

    abstract void launch() throws Exception;

    /** Ends it at once. */
    public abstract void kill() throws Exception;

    /** Lets it answer nothing; its connections stay. */
    public abstract void freeze() throws Exception;

    /** Lets it go on. */
    public abstract void thaw() throws Exception;

    @Override
    public abstract void close();
}
