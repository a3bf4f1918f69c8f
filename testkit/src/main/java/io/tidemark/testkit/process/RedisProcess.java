package io.tidemark.testkit.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * This machine's redis-server, keeping nothing, on a port that stays the same over restarts. Used
 * by one thread at a time.
 */
public final class RedisProcess implements AutoCloseable {

    private static final String PROGRAM = "redis-server";
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

    private final int port = FreePorts.next();
    private @Nullable Process process;

    public static boolean isInstalled() {
        return ExternalCommand.isInstalled(PROGRAM);
    }

    /** For {@code tidemark.redis.url}. */
    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    /** Starts it and returns once it answers. */
    public RedisProcess start() {
        try {
            Process started =
                    new ProcessBuilder(
                                    PROGRAM,
                                    "--port",
                                    Integer.toString(port),
                                    "--bind",
                                    "127.0.0.1",
                                    "--save",
                                    "",
                                    "--appendonly",
                                    "no")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            LiveProcesses.remember(started);
            process = started;
            awaitAnswer();
            return this;
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot run " + PROGRAM, failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while Redis started", interrupted);
        }
    }

    private void awaitAnswer() throws InterruptedException {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!answers()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("Redis does not answer on port " + port);
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(1_000);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            return socket.getInputStream().read() == '+';
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Kills it as a crash does, and what it held is gone. */
    public void kill9() {
        Process running = process;
        if (running != null) {
            LiveProcesses.kill(running);
            running.onExit().join();
        }
    }

    @Override
    public void close() {
        kill9();
    }
}
