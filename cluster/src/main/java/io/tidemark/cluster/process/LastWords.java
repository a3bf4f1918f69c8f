package io.tidemark.cluster.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Why a process has ended, from the end of what it printed. */
public sealed interface LastWords {

    /** It was asked to. */
    record Stopped() implements LastWords {}

    /** It said why it could not start, or could not go on. */
    record Failed(String reason) implements LastWords {}

    /** It said nothing: killed, or its machine lost power. */
    record None() implements LastWords {}

    /** Bytes of the log that are looked at. */
    int TAIL_BYTES = 32 * 1024;

    /** The line that begins each run of a process, written by whoever starts it. */
    String RUN = "=== ";

    /** Of the log's last run. */
    static LastWords in(Path log) {
        boolean stopped = false;
        String binding = "";
        for (String line : tail(log).lines().toList().reversed()) {
            if (line.startsWith(RUN)) {
                break;
            }
            Optional<String> reason =
                    after(line, "Tidemark cannot start: ")
                            .or(() -> after(line, "The process stops: "));
            if (reason.isPresent()) {
                // A setting that cannot be is named some lines after what could not be bound.
                boolean saysMore = reason.get().endsWith(":") && !binding.isEmpty();
                return new Failed(saysMore ? binding : reason.get());
            }
            binding = after(line, "    Reason: ").map(LastWords::withoutClass).orElse(binding);
            stopped |= line.equals("Stopped.");
        }
        return stopped ? new Stopped() : new None();
    }

    /** {@code java.lang.IllegalArgumentException: } says nothing to a person. */
    private static String withoutClass(String text) {
        return text.replaceFirst("^[A-Za-z0-9_.$]+(Exception|Error): ", "");
    }

    private static Optional<String> after(String line, String start) {
        int at = line.indexOf(start);
        return at < 0 ? Optional.empty() : Optional.of(line.substring(at + start.length()));
    }

    private static String tail(Path log) {
        if (!Files.exists(log)) {
            return "";
        }
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            long from = Math.max(0, file.length() - TAIL_BYTES);
            byte[] bytes = new byte[(int) (file.length() - from)];
            file.seek(from);
            file.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
