package io.tidemark.testkit.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A broker in a process of its own.
 *
 * <pre>
 *   start ──► running ──► ended          stop (SIGTERM), kill9 (SIGKILL), or by itself
 *               │  ▲
 *         pause ▼  │ resume              SIGSTOP, SIGCONT
 *              paused ──► ended          kill9
 * </pre>
 */
public final class BrokerProcess implements AutoCloseable {

    private static final int TAIL_BYTES = 16 * 1024;

    private final BrokerLaunch launch;
    private final Process process;

    private BrokerProcess(BrokerLaunch launch, Process process) {
        this.launch = launch;
        this.process = process;
    }

    /** Starts the process and returns at once; it is not ready yet. */
    public static BrokerProcess start(BrokerLaunch launch) {
        try {
            Files.createDirectories(launch.logFile().toAbsolutePath().getParent());
            Process process =
                    new ProcessBuilder(launch.command())
                            .redirectErrorStream(true)
                            .redirectOutput(
                                    ProcessBuilder.Redirect.appendTo(launch.logFile().toFile()))
                            .start();
            LiveProcesses.remember(process);
            return new BrokerProcess(launch, process);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot start " + launch.command(), failure);
        }
    }

    /**
     * Waits until the broker answers as ready.
     *
     * @throws IllegalStateException with the end of its log if it ended, or the time passed
     */
    public BrokerProcess awaitReady(Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build()) {
            while (!answersReady(client)) {
                if (!process.isAlive()) {
                    throw new IllegalStateException(
                            "the broker ended with " + process.exitValue() + ":\n" + logTail());
                }
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException(
                            "the broker was not ready after " + timeout + ":\n" + logTail());
                }
                process.waitFor(20, TimeUnit.MILLISECONDS);
            }
            return this;
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
        }
    }

    private boolean answersReady(HttpClient client) throws InterruptedException {
        if (launch.readiness().getScheme().equals("tcp")) {
            return acceptsConnections();
        }
        HttpRequest request =
                HttpRequest.newBuilder(launch.readiness()).timeout(Duration.ofSeconds(5)).build();
        try {
            return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notListening) {
            return false;
        }
    }

    private boolean acceptsConnections() {
        try (Socket ignored =
                new Socket(launch.readiness().getHost(), launch.readiness().getPort())) {
            return true;
        } catch (IOException notListening) {
            return false;
        }
    }

    /** Kills the process as {@code kill -9} does and waits until it is gone. */
    public void kill9() {
        LiveProcesses.kill(process);
        awaitExit(Duration.ofSeconds(30));
    }

    /** Asks the process to end as Ctrl-C does, and returns its exit code. */
    public int stop(Duration timeout) {
        jvm().destroy();
        return awaitExit(timeout)
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "still running "
                                                + timeout
                                                + " after SIGTERM:\n"
                                                + logTail()));
    }

    /** Freezes the process (SIGSTOP): its sockets stay open, nothing answers. */
    public void pause() {
        ExternalCommand.run("kill", "-STOP", Long.toString(pid())).expectSuccess();
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!stopped()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("Process " + pid() + " did not stop");
            }
            Thread.onSpinWait();
        }
    }

    /** The signal takes effect when the process is next scheduled. */
    private boolean stopped() {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid()), "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) == 'T';
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets a frozen process go on (SIGCONT). */
    public void resume() {
        ExternalCommand.run("kill", "-CONT", Long.toString(pid())).expectSuccess();
    }

    /** Waits for the process to end; empty when it still runs after the timeout. */
    public OptionalInt awaitExit(Duration timeout) {
        try {
            return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)
                    ? OptionalInt.of(process.exitValue())
                    : OptionalInt.empty();
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** The process id of the broker's JVM, also when it runs under a wrapper. */
    public long pid() {
        return jvm().pid();
    }

    /** Physical memory the process holds now, in bytes. */
    public long residentBytes() {
        return statusLine("VmRSS:") * 1024;
    }

    /** How many files and sockets the process holds open. */
    public long openFileCount() {
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(pid()), "fd"))) {
            return open.count();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private long statusLine(String name) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid()), "status"))) {
            String line = lines.filter(l -> l.startsWith(name)).findFirst().orElseThrow();
            return Long.parseLong(line.replaceAll("\\D", ""));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The whole log of all starts so far. */
    public String log() {
        try {
            return Files.readString(launch.logFile());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The last 16 KiB of the log, to go with a failure. */
    public String logTail() {
        try (RandomAccessFile file = new RandomAccessFile(launch.logFile().toFile(), "r")) {
            long from = Math.max(0, file.length() - TAIL_BYTES);
            byte[] tail = new byte[(int) (file.length() - from)];
            file.seek(from);
            file.readFully(tail);
            return new String(tail, StandardCharsets.UTF_8);
        } catch (IOException failure) {
            return "(no log: " + failure + ")";
        }
    }

    /** Ends the process at once if it still runs. */
    @Override
    public void close() {
        if (process.isAlive()) {
            kill9();
        }
    }

    private ProcessHandle jvm() {
        return launch.wrapper().isEmpty()
                ? process.toHandle()
                : process.descendants()
                        .reduce((earlier, later) -> later)
                        .orElseGet(process::toHandle);
    }

    private static IllegalStateException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted while waiting for the broker", cause);
    }
}
