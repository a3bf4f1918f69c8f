package io.tidemark.testkit.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** This machine's Chromium without a window, showing one page. Used by one thread at a time. */
public final class BrowserProcess implements AutoCloseable {

    private static final String PROGRAM = "chromium";
    private static final long CLOSE_TIMEOUT_SECONDS = 10;

    private final Process process;

    private BrowserProcess(Process process) {
        this.process = process;
    }

    public static boolean isInstalled() {
        return ExternalCommand.isInstalled(PROGRAM);
    }

    /**
     * Opens a page; its scripts run until the browser is closed.
     *
     * @param profile an empty folder, which takes its files and sockets: at most 60 characters long
     */
    public static BrowserProcess open(URI page, Path profile) {
        ProcessBuilder command =
                new ProcessBuilder(
                                PROGRAM,
                                "--headless",
                                // A sandbox is denied to root, and in containers.
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-dev-shm-usage",
                                "--no-first-run",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync",
                                "--user-data-dir=" + profile,
                                page.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        command.environment().put("TMPDIR", profile.toString());
        try {
            Process process = command.start();
            LiveProcesses.remember(process);
            return new BrowserProcess(process);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot run " + PROGRAM, failure);
        }
    }

    /** Closes the page, and ends the browser with all of its processes. */
    @Override
    public void close() {
        List<ProcessHandle> all =
                Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
        process.destroy();
        try {
            CompletableFuture.allOf(
                            all.stream()
                                    .map(ProcessHandle::onExit)
                                    .toArray(CompletableFuture[]::new))
                    .get(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            all.forEach(ProcessHandle::destroyForcibly);
        } catch (InterruptedException interrupted) {
            all.forEach(ProcessHandle::destroyForcibly);
            Thread.currentThread().interrupt();
        }
    }
}
