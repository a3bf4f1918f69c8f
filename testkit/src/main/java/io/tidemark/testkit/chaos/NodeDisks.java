package io.tidemark.testkit.chaos;

import io.tidemark.testkit.cluster.ClusterMember;
import io.tidemark.testkit.process.ExternalCommand;
import io.tidemark.testkit.process.LoopVolume;
import io.tidemark.testkit.process.SyncTracer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The nodes' disks and what happens to them. Each is a filesystem of its own where the machine can
 * mount one; else just a folder, which can be wiped and damaged but neither fill up nor lose power.
 */
final class NodeDisks implements AutoCloseable {
    private static final long RESERVE_BYTES = 128 * 1024;
    private static final int DAMAGED_BYTES = 32;

    private final Map<Integer, LoopVolume> volumes = new HashMap<>();

    /** Gives each node a volume of that size; they must not have been started. */
    void mount(List<ClusterMember> nodes, Path images, long sizeBytes) {
        for (ClusterMember node : nodes) {
            volumes.put(
                    node.id(),
                    LoopVolume.create(
                            images.resolve("node-" + node.id() + ".img"),
                            node.dataFolder(),
                            sizeBytes));
        }
    }

    boolean areVolumes() {
        return !volumes.isEmpty();
    }

    private LoopVolume volume(ClusterMember node) {
        LoopVolume volume = volumes.get(node.id());
        if (volume == null) {
            throw new IllegalStateException(node + " has no volume of its own");
        }
        return volume;
    }

    /** All space but a little is taken, and given back. */
    Fault full(ClusterMember node, Duration hold) {
        Path balloon = node.dataFolder().resolve("balloon");
        return new Fault(
                FaultKind.DISK_FULL,
                node.toString(),
                Set.of(node.id()),
                1,
                () -> fill(balloon),
                hold,
                false,
                () -> delete(balloon));
    }

    private static void fill(Path balloon) {
        try {
            long free = Files.getFileStore(balloon.getParent()).getUsableSpace() - RESERVE_BYTES;
            if (free > 0) {
                ExternalCommand.run("fallocate", "-l", Long.toString(free), balloon.toString());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Fault slowSync(ClusterMember node, Duration hold) {
        SyncTracer tracer = new SyncTracer("inject=fsync,fdatasync:delay_enter=300000");
        return new Fault(
                FaultKind.SLOW_SYNC,
                node.toString(),
                Set.of(),
                1,
                () -> tracer.attach(node.process().pid()),
                hold,
                false,
                tracer::detach);
    }

    /** After a failed sync a node may end or go on without the directory: it is restarted. */
    Fault failedSync(ClusterMember node, Duration hold) {
        SyncTracer tracer = new SyncTracer("inject=fsync,fdatasync:error=EIO:when=1");
        return new Fault(
                FaultKind.FAILED_SYNC,
                node.toString(),
                Set.of(node.id()),
                1,
                () -> tracer.attach(node.process().pid()),
                hold,
                true,
                () -> {
                    tracer.detach();
                    node.kill9();
                    FaultDraw.restart(List.of(node));
                });
    }

    Fault wiped(ClusterMember node) {
        return new Fault(
                FaultKind.WIPED_DISK,
                node.toString(),
                Set.of(node.id()),
                1,
                () -> {
                    node.kill9();
                    wipe(node.dataFolder());
                },
                Duration.ZERO,
                true,
                () -> FaultDraw.restart(List.of(node)));
    }

    private static void wipe(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.equals(folder) && !file.getFileName().toString().equals("lost+found")) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Fault corrupted(ClusterMember node, Random random) {
        return new Fault(
                FaultKind.CORRUPTION,
                node.toString(),
                Set.of(node.id()),
                1,
                () -> {
                    node.kill9();
                    damage(node.dataFolder(), random);
                },
                Duration.ZERO,
                true,
                () -> FaultDraw.restart(List.of(node)));
    }

    /** Changes bytes in the middle half of the largest segment of each of two partitions. */
    private static void damage(Path folder, Random random) {
        for (Path segment : largestSegments(folder)) {
            try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
                long length = file.length();
                long at = length / 4 + random.nextLong(length / 2);
                byte[] bytes = new byte[(int) Math.min(DAMAGED_BYTES, length - at)];
                file.seek(at);
                file.readFully(bytes);
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] ^= (byte) (1 + random.nextInt(255));
                }
                file.seek(at);
                file.write(bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static List<Path> largestSegments(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .filter(file -> file.toFile().length() > 64 * 1024)
                    .sorted(Comparator.comparingLong(file -> -file.toFile().length()))
                    .limit(2)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Power goes and comes back at once: what was not forced is gone. */
    Fault powerLoss(List<ClusterMember> nodes) {
        return new Fault(
                nodes.size() == 1 ? FaultKind.POWER_LOSS : FaultKind.POWER_LOSS_OF_ALL,
                String.join(", ", nodes.stream().map(ClusterMember::toString).toList()),
                nodes.stream().map(ClusterMember::id).collect(Collectors.toSet()),
                nodes.size(),
                () -> {
                    nodes.parallelStream().forEach(ClusterMember::kill9);
                    for (ClusterMember node : nodes) {
                        volumes.put(node.id(), volume(node).losePower());
                    }
                },
                Duration.ZERO,
                false,
                () -> FaultDraw.restart(nodes));
    }

    @Override
    public void close() {
        volumes.values().forEach(LoopVolume::close);
        volumes.clear();
    }

    /** Why syncs cannot be tampered with here; empty where they can. */
    static Optional<String> whyNoTracer() {
        return ExternalCommand.isInstalled("strace")
                ? Optional.empty()
                : Optional.of("strace is not installed");
    }
}
