package io.tidemark.testkit.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An external program, run to its end. */
public final class ExternalCommand {

    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);

    private ExternalCommand() {}

    /** Whether the PATH holds an executable of this name. */
    public static boolean isInstalled(String program) {
        String path = System.getenv("PATH");
        return path != null
                && Arrays.stream(path.split(":"))
                        .filter(folder -> !folder.isEmpty())
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /** Runs a program for at most 60 s; its output and error stream come back together. */
    public static Finished run(String... command) {
        return run(List.of(command), null, DEFAULT_TIMEOUT);
    }

    /**
     * Runs a program with {@code input} on its standard input, if given. One that is still running
     * after the timeout is ended and reported as an {@link IllegalStateException}.
     */
    public static Finished run(List<String> command, @Nullable String input, Duration timeout) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            LiveProcesses.remember(process);
            CompletableFuture<String> output =
                    CompletableFuture.supplyAsync(() -> readAll(process.getInputStream()));
            try (OutputStream toProcess = process.getOutputStream()) {
                if (input != null) {
                    toProcess.write(input.getBytes(StandardCharsets.UTF_8));
                }
            } catch (IOException ignored) {
                // It ended without reading its input; its exit code tells the rest.
            }
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
                throw new IllegalStateException(
                        command + " did not end within " + timeout + ": " + output.join());
            }
            return new Finished(process.exitValue(), output.join());
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot run " + command, failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running " + command, interrupted);
        }
    }

    private static String readAll(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The end of a program. */
    public record Finished(int exitCode, String output) {

        /** The output of a program that must have succeeded. */
        public String expectSuccess() {
            if (exitCode != 0) {
                throw new IllegalStateException("exit code " + exitCode + ": " + output);
            }
            return output;
        }
    }
}
