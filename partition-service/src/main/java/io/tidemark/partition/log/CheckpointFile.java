package io.tidemark.partition.log;

import io.tidemark.environment.Disk;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Kafka's form of a checkpoint: a version, the number of entries, an entry a line with a space
 * between its fields.
 *
 * <pre>
 *  0
 *  2
 *  orders 0 1042
 *  orders 1 990
 * </pre>
 */
final class CheckpointFile {
    private static final String VERSION = "0";

    private CheckpointFile() {}

    /** The entries' fields; empty where the file is missing or makes no sense. */
    static Optional<List<String[]>> read(Disk disk, String path, int fields) throws IOException {
        return TextFile.read(disk, path).flatMap(lines -> parse(lines, fields));
    }

    private static Optional<List<String[]>> parse(List<String> lines, int fields) {
        if (lines.size() < 2
                || !lines.get(0).equals(VERSION)
                || !lines.get(1).equals(Integer.toString(lines.size() - 2))) {
            return Optional.empty();
        }
        List<String[]> entries =
                lines.subList(2, lines.size()).stream().map(line -> line.split(" ", -1)).toList();
        boolean whole = entries.stream().allMatch(entry -> entry.length == fields);
        return whole ? Optional.of(entries) : Optional.empty();
    }

    static String format(List<String> entries) {
        StringBuilder text = new StringBuilder();
        text.append(VERSION).append('\n').append(entries.size()).append('\n');
        entries.forEach(entry -> text.append(entry).append('\n'));
        return text.toString();
    }
}
