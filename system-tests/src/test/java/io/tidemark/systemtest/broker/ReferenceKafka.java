package io.tidemark.systemtest.broker;

import io.tidemark.testkit.process.ExternalCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.Uuid;

/** Prepares Apache Kafka's data folder: combined broker and controller, one node. */
final class ReferenceKafka {

    private static final Duration FORMAT_TIMEOUT = Duration.ofSeconds(60);

    private ReferenceKafka() {}

    /** Returns the broker's properties file. */
    static Path format(Path dataFolder, int kafkaPort, int controllerPort) {
        Path properties = dataFolder.resolve("server.properties");
        try {
            Files.createDirectories(dataFolder);
            Files.writeString(
                    properties,
                    """
                    process.roles=broker,controller
                    node.id=1
                    controller.quorum.voters=1@127.0.0.1:%2$d
                    controller.listener.names=CONTROLLER
                    listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
                    listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
                    log.dirs=%3$s/logs
                    offsets.topic.replication.factor=1
                    offsets.topic.num.partitions=1
                    transaction.state.log.replication.factor=1
                    transaction.state.log.min.isr=1
                    auto.create.topics.enable=false
                    """
                            .formatted(kafkaPort, controllerPort, dataFolder));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        ExternalCommand.run(
                        List.of(
                                System.getProperty("java.home") + "/bin/java",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "kafka.tools.StorageTool",
                                "format",
                                "--cluster-id",
                                Uuid.randomUuid().toString(),
                                "--config",
                                properties.toString()),
                        null,
                        FORMAT_TIMEOUT)
                .expectSuccess();
        return properties;
    }
}
