package io.tidemark.partition.node;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidemark.environment.Clock;
import io.tidemark.environment.FileDisk;
import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.security.Authorizer;
import io.tidemark.partition.metrics.PartitionMetrics;
import io.tidemark.partition.placement.NodeConfig;
import io.tidemark.partition.storage.LogDirectory;
import io.tidemark.protocol.server.ServerConfig;
import io.tidemark.protocol.server.ServerObserver;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A real node on loopback, on a free port. */
final class TestNode implements AutoCloseable {
    final PartitionNode node;
    final String bootstrap;
    final BlockingQueue<String> fatal;
    final SimpleMeterRegistry meters;

    private TestNode(
            PartitionNode node, int port, BlockingQueue<String> fatal, SimpleMeterRegistry meters) {
        this.meters = meters;
        this.node = node;
        this.bootstrap = "127.0.0.1:" + port;
        this.fatal = fatal;
    }

    static TestNode start(ControlPlane controlPlane, int loops, Path... logDirs)
            throws IOException {
        return start(controlPlane, loops, FileDisk::new, logDirs);
    }

    static TestNode start(
            ControlPlane controlPlane, int loops, LogDirectory.Opener disks, Path... logDirs)
            throws IOException {
        return start(
                controlPlane,
                new Which(1, Optional.empty(), Map.of("num.partitions", "1")),
                loops,
                disks,
                logDirs);
    }

    /** Which of several nodes it is. */
    record Which(
            int nodeId,
            Optional<String> rack,
            Map<String, String> staticConfigs,
            int scrubBytesPerSecond,
            Duration clockOffset) {
        Which(int nodeId, Optional<String> rack, Map<String, String> staticConfigs) {
            this(nodeId, rack, staticConfigs, 64 << 20, Duration.ZERO);
        }
    }

    static TestNode start(
            ControlPlane controlPlane,
            Which which,
            int loops,
            LogDirectory.Opener disks,
            Path... logDirs)
            throws IOException {
        int port = freePort();
        NodeConfig config =
                new NodeConfig(
                        which.nodeId,
                        List.of(logDirs),
                        loops,
                        2,
                        8,
                        List.of(new NodeImage.Listener("PLAINTEXT", "127.0.0.1", port)),
                        which.rack,
                        Duration.ofMillis(200),
                        which.scrubBytesPerSecond,
                        Duration.ofSeconds(5),
                        which.staticConfigs);
        BlockingQueue<String> fatal = new LinkedBlockingQueue<>();
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        PartitionNode node =
                new PartitionNode(
                        config,
                        List.of(ServerConfig.of("PLAINTEXT", "127.0.0.1", port)),
                        new ServingLimits(55 << 20, 100, true),
                        new PartitionNode.Outside(
                                controlPlane,
                                Authorizer.allowAll(),
                                disks,
                                Clock.system(which.clockOffset),
                                new PartitionMetrics(meters),
                                ServerObserver.NONE,
                                Optional.empty()),
                        fatal::add);
        try {
            node.start();
        } catch (BindException | RuntimeException e) {
            node.close();
            throw e;
        }
        return new TestNode(node, port, fatal, meters);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        node.close();
    }
}
