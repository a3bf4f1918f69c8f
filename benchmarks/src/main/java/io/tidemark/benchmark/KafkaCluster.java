package io.tidemark.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Apache Kafka as it is: combined KRaft nodes with ids from 1, its default JVM options, the heap
 * that we give both sides.
 */
final class KafkaCluster implements Cluster {
    private static final String CLUSTER_ID = "4L6g3nShT-eMCtK--X86sw";
    private static final List<String> JVM_OPTIONS =
            List.of(
                    "-server",
                    "-XX:+UseG1GC",
                    "-XX:MaxGCPauseMillis=20",
                    "-XX:InitiatingHeapOccupancyPercent=35",
                    "-XX:+ExplicitGCInvokesConcurrent",
                    "-Djava.awt.headless=true");

    private final List<Node> nodes;
    private final String heap;
    private final List<ChildJvm> processes = new ArrayList<>();
    private double startSeconds;

    /** A node's address and folder. */
    private record Node(int id, int port, int controllerPort, Path folder) {
        Path properties() {
            return folder.resolve("server.properties");
        }

        Path log() {
            return folder.resolve("kafka.log");
        }
    }

    private KafkaCluster(List<Node> nodes, String heap) {
        this.nodes = List.copyOf(nodes);
        this.heap = heap;
    }

    /** Formats the nodes' folders and starts them; returns once all take connections. */
    static KafkaCluster start(Path folder, String heap, int count)
            throws IOException, InterruptedException {
        List<Node> nodes = new ArrayList<>();
        for (int id = 1; id <= count; id++) {
            Path own = Files.createDirectories(folder.resolve("node-" + id));
            nodes.add(new Node(id, ChildJvm.freePort(), ChildJvm.freePort(), own));
        }
        KafkaCluster cluster = new KafkaCluster(nodes, heap);
        for (Node node : nodes) {
            cluster.format(node);
        }
        long begin = System.nanoTime();
        try {
            for (Node node : nodes) {
                cluster.processes.add(cluster.run(node));
            }
            for (Node node : nodes) {
                cluster.awaitReady(node.id);
            }
        } catch (IOException | InterruptedException e) {
            cluster.close();
            throw e;
        }
        cluster.startSeconds = (System.nanoTime() - begin) / 1e9;
        return cluster;
    }

    private void format(Node node) throws IOException, InterruptedException {
        String voters =
                nodes.stream()
                        .map(each -> each.id + "@127.0.0.1:" + each.controllerPort)
                        .collect(Collectors.joining(","));
        Files.writeString(
                node.properties(),
                """
                process.roles=broker,controller
                node.id=%1$d
                controller.quorum.voters=%2$s
                listeners=PLAINTEXT://127.0.0.1:%3$d,CONTROLLER://127.0.0.1:%4$d
                advertised.listeners=PLAINTEXT://127.0.0.1:%3$d
                controller.listener.names=CONTROLLER
                log.dirs=%5$s
                offsets.topic.replication.factor=%6$d
                transaction.state.log.replication.factor=%6$d
                transaction.state.log.min.isr=1
                auto.create.topics.enable=false
                """
                        .formatted(
                                node.id,
                                voters,
                                node.port,
                                node.controllerPort,
                                node.folder.resolve("log").toAbsolutePath(),
                                nodes.size()));
        ChildJvm.start(
                        node.log(),
                        List.of(
                                "-cp",
                                ChildJvm.classPath(),
                                "kafka.tools.StorageTool",
                                "format",
                                "-t",
                                CLUSTER_ID,
                                "-c",
                                node.properties().toString()))
                .awaitExit();
    }

    private ChildJvm run(Node node) throws IOException {
        List<String> command = new ArrayList<>(JVM_OPTIONS);
        command.addAll(
                List.of(
                        "-Xms" + heap,
                        "-Xmx" + heap,
                        "-cp",
                        ChildJvm.classPath(),
                        "kafka.Kafka",
                        node.properties().toString()));
        return ChildJvm.start(node.log(), command);
    }

    /** From the start of the processes until their ports were open, formatting not counted. */
    double startSeconds() {
        return startSeconds;
    }

    @Override
    public String name() {
        return "kafka";
    }

    @Override
    public String bootstrap() {
        return nodes.stream()
                .map(node -> "127.0.0.1:" + node.port)
                .collect(Collectors.joining(","));
    }

    @Override
    public List<ChildJvm> processes() {
        return processes;
    }

    @Override
    public int replicas() {
        return nodes.size();
    }

    @Override
    public Map<String, String> topicConfig(boolean fsync) {
        return fsync ? Map.of("flush.messages", "1") : Map.of();
    }

    @Override
    public void kill(int node) {
        processes.get(node - 1).kill();
    }

    @Override
    public void stop(int node) {
        processes.get(node - 1).close();
    }

    @Override
    public void restart(int node) throws IOException {
        processes.set(node - 1, run(nodes.get(node - 1)));
    }

    @Override
    public void awaitReady(int node) throws IOException, InterruptedException {
        processes.get(node - 1).await(() -> ChildJvm.listens(nodes.get(node - 1).port));
    }

    @Override
    public void close() {
        processes.forEach(ChildJvm::close);
    }
}
