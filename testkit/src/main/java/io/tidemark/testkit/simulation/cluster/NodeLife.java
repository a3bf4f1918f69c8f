package io.tidemark.testkit.simulation.cluster;

import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.tidemark.environment.Disk;
import io.tidemark.environment.DiskFile;
import io.tidemark.environment.SeededEntropy;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.config.TopicConfigs;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.partition.metrics.PartitionMetrics;
import io.tidemark.partition.placement.NodeConfig;
import io.tidemark.partition.placement.PartitionHost;
import io.tidemark.partition.serving.Partition;
import io.tidemark.partition.serving.PartitionLoop;
import io.tidemark.partition.serving.SyncQueue;
import io.tidemark.partition.storage.LogDirectories;
import io.tidemark.partition.storage.LogDirectory;
import io.tidemark.protocol.record.BatchCheck;
import io.tidemark.protocol.record.BatchHeader;
import io.tidemark.testkit.simulation.SimulatedDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * One life of a partition service: the real {@link PartitionHost}, which brings the real
 * partitions, replicas, fetchers and logs, on the machine's simulated disks and network.
 */
final class NodeLife implements NodeMembership.Events {
    private static final PartitionMetrics METRICS =
            new PartitionMetrics(new CompositeMeterRegistry());
    private static final long EXPIRE_APPENDS_MS = 250;
    private static final long TICK_MS = 500;
    private static final int SCRUB_BYTES = 20_000;
    private static final long KEEP_HOUSE_MS = 1_500;
    private static final Path[] NAMES = {Path.of("disk-0"), Path.of("disk-1")};

    private final PartitionNode node;
    private final List<LogDirectory> directories = new ArrayList<>();
    private final FetchService fetches;
    private final NodeMembership membership;
    private final SimulatedControlPlane controlPlane;
    private final long number;
    private @Nullable PartitionHost host;
    private ClusterImage newest = ClusterImage.empty();
    private @Nullable TopicImage minInSyncOf;
    private int minInSync = 1;
    private boolean serving;
    private boolean stopping;
    private long syncsUnderWay;

    NodeLife(PartitionNode node, long number) {
        this.node = node;
        this.number = number;
        this.controlPlane =
                node.cluster()
                        .controlPlane(
                                node,
                                command ->
                                        Mutants.answer(node.cluster().mutation(), command, this));
        this.fetches = new FetchService(node, this);
        this.membership = new NodeMembership(node, controlPlane, this);
    }

    void begin() {
        Map<LogDirectory, SyncQueue.Worker> workers = new IdentityHashMap<>();
        List<Disks.Place> places = node.disks().places();
        for (int i = 0; i < places.size(); i++) {
            try {
                Disk disk = Mutants.disk(node.cluster().mutation(), places.get(i).disk());
                LogDirectory opened =
                        LogDirectory.open(
                                NAMES[i], node.index(), places.get(i).directoryId(), disk, node);
                directories.add(opened);
                workers.put(opened, batch -> sync(opened, batch));
            } catch (IOException e) {
                node.cluster().schedule().note(i);
            }
        }
        if (directories.isEmpty()) {
            node.afterNanos(0, node::exit);
            return;
        }
        LogDirectories all = LogDirectories.of(directories);
        PartitionLoop loop = new PartitionLoop(new NodeLoop(node), workers);
        host =
                new PartitionHost(
                        new NodeConfig(
                                node.index(),
                                List.of(),
                                1,
                                1,
                                1,
                                List.of(),
                                Optional.empty(),
                                Duration.ofSeconds(1),
                                0,
                                Duration.ZERO,
                                configs()),
                        new PartitionHost.Means(
                                controlPlane,
                                all,
                                List.of(loop),
                                (ofLoop, cluster) -> new NodeTransport(node),
                                Runnable::run,
                                Runnable::run,
                                node,
                                node,
                                METRICS,
                                membership::epoch,
                                why -> node.afterNanos(0, node::exit)));

        membership.register(
                number,
                directories.stream().map(LogDirectory::id).toList(),
                all.cleanlyClosedBefore());
    }

    /** What no client could set: a topic's segments are a megabyte at least. */
    private Map<String, String> configs() {
        return Map.of(
                "replica.lag.time.max.ms", "2500",
                "replica.fetch.wait.max.ms", "400",
                "log.segment.bytes", Integer.toString(node.cluster().shape().segmentBytes()));
    }

    /** Forces the files a little later, and tells when that is done. */
    private void sync(LogDirectory directory, SyncQueue.Batch batch) {
        syncsUnderWay++;
        node.afterNanos(
                node.disks().syncNanos(),
                () -> {
                    IOException failure = null;
                    for (SyncQueue.Share share : batch.shares()) {
                        try {
                            share.run();
                        } catch (IOException e) {
                            failure = e;
                        }
                    }
                    if (failure != null && host != null) {
                        host.failed(directory, failure);
                    }
                    syncsUnderWay--;
                    batch.finished(failure);
                });
    }

    @Override
    public void registered() {
        PartitionHost started = host();
        if (newest.version() == 0) {
            started.scan();
            controlPlane.subscribe((image, deltas) -> received(image));
        } else {
            apply();
        }
    }

    private PartitionHost host() {
        if (host == null) {
            throw new IllegalStateException(node + " has no host");
        }
        return host;
    }

    private void received(ClusterImage image) {
        newest = image;
        apply();
        List<Command.PartitionId> lost =
                Mutants.lost(node.cluster().mutation(), node.index(), image);
        if (!lost.isEmpty()) {
            controlPlane.submit(
                    new Command.ReplicasLost(node.index(), epoch(), lost, "by mutation"));
        }
        if (!serving && image.version() >= membership.registeredVersion()) {
            serving = true;
            host().moveStrays();
            membership.serve();
            repeat(EXPIRE_APPENDS_MS, host()::expireAppends);
            repeat(TICK_MS, host()::tick);
            repeat(KEEP_HOUSE_MS, this::keepHouse);
        }
    }

    private void apply() {
        boolean mayCreate = directories.stream().allMatch(LogDirectory::online);
        ClusterImage image = Mutants.image(node.cluster().mutation(), this, newest);
        host().apply(image, membership.active(), serving || mayCreate);
    }

    private void repeat(long intervalMs, Runnable task) {
        node.schedule(
                intervalMs,
                () -> {
                    task.run();
                    repeat(intervalMs, task);
                });
    }

    /** Calls with each partition and the image that comes next. */
    void eachPartition(BiConsumer<Partition, PartitionImage> task) {
        partitions()
                .toList()
                .forEach(
                        partition -> {
                            PartitionImage next = image(partition.index());
                            if (next != null && partition.directory().online()) {
                                task.accept(partition, next);
                            }
                        });
    }

    /** Reads again what is stored, to find damage. */
    private static void scrub(Partition partition) {
        if (!partition.directory().online()) {
            return;
        }
        try {
            boolean clean = partition.log().corruption().isEmpty();
            partition.log().scrub(SCRUB_BYTES);
            if (clean && !partition.log().corruption().isEmpty()) {
                partition.damaged();
            }
        } catch (IOException e) {
            partition.failed(e);
        }
    }

    private void keepHouse() {
        partitions().forEach(Partition::keepHouse);
        if (node.damaged()) {
            partitions().forEach(NodeLife::scrub);
        }
        apply(); // what lacked space is tried again
        checkpoint();
    }

    private void checkpoint() {
        for (LogDirectory directory : directories) {
            if (directory.online()) {
                try {
                    directory.store().checkpoint();
                } catch (io.tidemark.environment.DiskFullException e) {
                    node.cluster().schedule().note(1);
                } catch (IOException e) {
                    host().failed(directory, e);
                }
            }
        }
    }

    @Override
    public void activityChanged() {
        if (newest.version() > 0) {
            apply();
        }
    }

    @Override
    public void replaced() {
        node.afterNanos(0, node::exit);
    }

    @Override
    public long appliedVersion() {
        return newest.version();
    }

    /** Of its registration; -1 before. */
    long epoch() {
        return membership.epoch();
    }

    ClusterImage newest() {
        return newest;
    }

    private Stream<Partition> partitions() {
        return host == null ? Stream.empty() : host.registry().all();
    }

    @Nullable Partition partition(int partition) {
        return host == null ? null : host.registry().find(Cluster.TOPIC, partition);
    }

    @Nullable PartitionImage image(int partition) {
        TopicImage topic = newest.topics().get(Cluster.TOPIC);
        return topic == null ? null : topic.partition(partition).orElse(null);
    }

    /** The topic's id; zero where it is not known yet. */
    Uuid topicId() {
        TopicImage topic = newest.topics().get(Cluster.TOPIC);
        return topic == null ? Uuid.ZERO_UUID : topic.id();
    }

    FetchService fetches() {
        return fetches;
    }

    /** The topic's min.insync.replicas, from the image this node acts upon. */
    int minInSync() {
        TopicImage topic = newest.topics().get(Cluster.TOPIC);
        if (topic != null && topic != minInSyncOf) {
            minInSyncOf = topic;
            minInSync =
                    Integer.parseInt(
                            topic.configs().getOrDefault(TopicConfigs.MIN_INSYNC_REPLICAS, "1"));
        }
        return minInSync;
    }

    boolean directoryFailed() {
        return directories.size() < node.disks().places().size()
                || !directories.stream().allMatch(LogDirectory::online);
    }

    /**
     * Changes a bit in one of the log files. Returns whether there was one. The recovery point is
     * written before: nobody can tell damage above it from what a crash has torn.
     */
    boolean flipBit(SeededEntropy chance) {
        if (!serving) {
            return false;
        }
        checkpoint();
        SimulatedDisk disk = node.disks().any(chance);
        int partition = chance.nextInt(node.cluster().shape().partitions());
        String folder = Cluster.TOPIC + "-" + partition;
        List<String> logs =
                disk.list(folder).stream().filter(name -> name.endsWith(".log")).toList();
        if (logs.isEmpty()) {
            return false;
        }
        String path = folder + "/" + logs.get(chance.nextInt(logs.size()));
        try (DiskFile file = disk.openForRead(path)) {
            if (file.size() == 0) {
                return false;
            }
            ByteBuffer content = ByteBuffer.allocate(Math.toIntExact(file.size()));
            file.read(content, 0);
            int position = chance.nextInt(content.flip().limit());
            int bit = chance.nextInt(Byte.SIZE);
            ByteBuffer batch = batchAt(content, position);
            if (batch == null) {
                return false;
            }
            node.pristine(partition).keep(batch);
            disk.flipBit(path, covered(batch.position(), position), bit);
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Null where something before is bad already, and nobody knows where batches begin. */
    private static @Nullable ByteBuffer batchAt(ByteBuffer content, int position) {
        int start = 0;
        while (BatchCheck.check(content, start, BatchCheck.Depth.CRC, content.limit())
                instanceof BatchCheck.Outcome.Valid(int sizeBytes)) {
            if (start + sizeBytes > position) {
                return content.duplicate().position(start).limit(start + sizeBytes);
            }
            start += sizeBytes;
        }
        return null;
    }

    /**
     * Neither CRC nor structure covers a batch's base offset and leader epoch, and no reader can
     * tell; a bit of the CRC is taken for one of theirs.
     */
    private static int covered(int batch, int position) {
        int field = position - batch;
        boolean uncovered =
                field < BatchHeader.LENGTH
                        || (field >= BatchHeader.LEADER_EPOCH && field < BatchHeader.MAGIC);
        return uncovered ? batch + BatchHeader.CRC : position;
    }

    /** Hands leadership over, closes every log and ends. */
    void stopCleanly() {
        if (stopping || !serving) {
            return;
        }
        stopping = true;
        membership.drain(this::close);
    }

    private void close() {
        if (syncsUnderWay > 0) {
            node.schedule(5, this::close);
            return;
        }
        host().stopCopying();
        List<Partition> closing = partitions().toList();
        for (Partition partition : closing) {
            partition.release();
        }
        if (syncsUnderWay > 0) {
            throw new IllegalStateException("a sync began while the node was closing");
        }
        finish(closing);
    }

    private void finish(List<Partition> closing) {
        try {
            for (Partition partition : closing) {
                if (partition.directory().online()) {
                    partition.log().close();
                }
            }
            for (LogDirectory directory : directories) {
                if (directory.online()) {
                    directory.store().checkpoint();
                    directory.markClean();
                }
            }
        } catch (IOException e) {
            node.cluster().schedule().note(2); // it will be recovered
        }
        membership.leave(node::exit);
    }
}
