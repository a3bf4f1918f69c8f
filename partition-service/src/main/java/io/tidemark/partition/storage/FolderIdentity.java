package io.tidemark.partition.storage;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.Uuid;

/**
 * Whose folder it is, as {@code meta.properties} tells it in Kafka's form:
 *
 * <pre>
 *   version=1
 *   cluster.id=4L6g3nShT-eMCtK--X86sw     missing until the node first joined
 *   node.id=1
 *   directory.id=BJGxqtlUSSKEMQBCqXTqVA
 * </pre>
 */
record FolderIdentity(Optional<String> clusterId, int nodeId, Uuid directoryId) {
    static final String FILE = "meta.properties";

    static Optional<FolderIdentity> read(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Properties properties = new Properties();
        try (var reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        try {
            return Optional.of(
                    new FolderIdentity(
                            Optional.ofNullable(properties.getProperty("cluster.id")),
                            Integer.parseInt(properties.getProperty("node.id", "")),
                            Uuid.fromString(properties.getProperty("directory.id", ""))));
        } catch (IllegalArgumentException e) {
            throw new UnusableFolderException(
                    "%s cannot be understood: %s".formatted(file, e.getMessage()), e);
        }
    }

    /** Replaces the file atomically and durably. */
    void write(Path folder) throws IOException {
        Properties properties = new Properties();
        properties.setProperty("version", "1");
        clusterId.ifPresent(id -> properties.setProperty("cluster.id", id));
        properties.setProperty("node.id", Integer.toString(nodeId));
        properties.setProperty("directory.id", directoryId.toString());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        properties.store(new java.io.OutputStreamWriter(bytes, StandardCharsets.UTF_8), null);
        Path temporary = folder.resolve(FILE + ".tmp");
        try (FileChannel channel =
                FileChannel.open(
                        temporary,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer content = ByteBuffer.wrap(bytes.toByteArray());
            while (content.hasRemaining()) {
                channel.write(content);
            }
            channel.force(true);
        }
        Files.move(
                temporary,
                folder.resolve(FILE),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }
}
