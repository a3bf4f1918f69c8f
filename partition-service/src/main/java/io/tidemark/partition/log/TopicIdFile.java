package io.tidemark.partition.log;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.Uuid;

/**
 * Which topic a folder belongs to, for a topic that is deleted and created again keeps its name.
 * {@code partition.metadata}, as Kafka has it:
 *
 * <pre>
 *  version: 0
 *  topic_id: 7Sf8ZdzqRh2fPdeNsGIgGw
 * </pre>
 */
final class TopicIdFile {
    private static final String NAME = "partition.metadata";
    private static final String VERSION = "version: 0";
    private static final String TOPIC_ID = "topic_id: ";

    private TopicIdFile() {}

    static Optional<Uuid> read(LogFolder folder) throws IOException {
        Optional<List<String>> lines = TextFile.read(folder.disk(), folder.path(NAME));
        if (lines.isEmpty()
                || lines.get().size() != 2
                || !lines.get().get(0).equals(VERSION)
                || !lines.get().get(1).startsWith(TOPIC_ID)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Uuid.fromString(lines.get().get(1).substring(TOPIC_ID.length())));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Nothing of it is durable before {@link #secure}, and a sync of the folder. */
    static void write(LogFolder folder, Uuid topicId) throws IOException {
        TextFile.replaceUnforced(
                folder.disk(), folder.path(NAME), VERSION + "\n" + TOPIC_ID + topicId + "\n");
    }

    static void secure(LogFolder folder) throws IOException {
        TextFile.secure(folder.disk(), folder.path(NAME));
    }
}
