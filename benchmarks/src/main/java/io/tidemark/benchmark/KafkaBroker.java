package io.tidemark.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Apache Kafka as it is: one combined KRaft node, its default JVM options, the heap that we give
 * both sides.
 */
final class KafkaBroker implements Broker {
    private static final List<String> JVM_OPTIONS =
            List.of(
                    "-server",
                    "-XX:+UseG1GC",
                    "-XX:MaxGCPauseMillis=20",
                    "-XX:InitiatingHeapOccupancyPercent=35",
                    "-XX:+ExplicitGCInvokesConcurrent",
                    "-Djava.awt.headless=true");

    private final ChildJvm process;
    private final int port;

    private final double startSeconds;

    private KafkaBroker(ChildJvm process, int port, double startSeconds) {
        this.process = process;
        this.port = port;
        this.startSeconds = startSeconds;
    }

    /** From the start of the process until its port was open, formatting not counted. */
    double startSeconds() {
        return startSeconds;
    }

    static KafkaBroker start(Path folder, String heap) throws IOException, InterruptedException {
        int port = ChildJvm.freePort();
        int controllerPort = ChildJvm.freePort();
        Files.createDirectories(folder);
        Path properties = folder.resolve("server.properties");
        Files.writeString(
                properties,
                """
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@127.0.0.1:%2$d
                listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
                advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
                controller.listener.names=CONTROLLER
                log.dirs=%3$s
                offsets.topic.replication.factor=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                auto.create.topics.enable=false
                """
                        .formatted(port, controllerPort, folder.resolve("log").toAbsolutePath()));
        Path log = folder.resolve("kafka.log");
        ChildJvm.start(
                        log,
                        List.of(
                                "-cp",
                                ChildJvm.classPath(),
                                "kafka.tools.StorageTool",
                                "format",
                                "-t",
                                "4L6g3nShT-eMCtK--X86sw",
                                "-c",
                                properties.toString()))
                .awaitExit();
        List<String> command = new java.util.ArrayList<>(JVM_OPTIONS);
        command.addAll(
                List.of(
                        "-Xms" + heap,
                        "-Xmx" + heap,
                        "-cp",
                        ChildJvm.classPath(),
                        "kafka.Kafka",
                        properties.toString()));
        long begin = System.nanoTime();
        ChildJvm process = ChildJvm.start(log, command);
        process.await(() -> ChildJvm.listens(port));
        return new KafkaBroker(process, port, (System.nanoTime() - begin) / 1e9);
    }

    @Override
    public String name() {
        return "kafka";
    }

    @Override
    public String bootstrap() {
        return "127.0.0.1:" + port;
    }

    @Override
    public ChildJvm process() {
        return process;
    }

    @Override
    public Map<String, String> topicConfig(boolean fsync) {
        return fsync ? Map.of("flush.messages", "1") : Map.of();
    }

    @Override
    public void close() {
        process.close();
    }
}
