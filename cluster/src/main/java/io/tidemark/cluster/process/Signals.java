package io.tidemark.cluster.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the operating system can do to a process. */
public final class Signals {

    private Signals() {}

    /** By the names that {@code kill} knows. */
    public enum Kind {
        TERM,
        KILL,
        STOP,
        CONT
    }

    /** Sends a signal; a process that has ended since is no failure. */
    public static void send(Kind kind, long pid) {
        run("kill", "-" + kind, Long.toString(pid));
    }

    /** Whether a process is stopped by {@link Kind#STOP}. */
    static boolean isPaused(long pid) {
        Path stat = Path.of("/proc", Long.toString(pid), "stat");
        if (!Files.exists(Path.of("/proc/self"))) {
            return run("ps", "-o", "state=", "-p", Long.toString(pid)).strip().startsWith("T");
        }
        try {
            String text = Files.readString(stat);
            // pid (name) state …, and a name may hold spaces and brackets
            return text.startsWith(") T", text.lastIndexOf(')'));
        } catch (IOException e) {
            return false; // it has just ended
        }
    }

    private static String run(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
