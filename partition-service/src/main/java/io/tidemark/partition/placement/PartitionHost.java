package io.tidemark.partition.placement;

import io.tidemark.environment.Clock;
import io.tidemark.environment.Timers;
import io.tidemark.metadata.command.Command.PartitionId;
import io.tidemark.metadata.config.EffectiveConfigs;
import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.partition.log.LogFault;
import io.tidemark.partition.membership.ClusterView;
import io.tidemark.partition.metrics.PartitionMetrics;
import io.tidemark.partition.repair.FoundReplicas;
import io.tidemark.partition.repair.LostReplicas;
import io.tidemark.partition.replica.IsrProposal;
import io.tidemark.partition.replica.Nodes;
import io.tidemark.partition.serving.BatchPacker;
import io.tidemark.partition.serving.FewAtATime;
import io.tidemark.partition.serving.Partition;
import io.tidemark.partition.serving.PartitionIdentity;
import io.tidemark.partition.serving.PartitionLoop;
import io.tidemark.partition.serving.PartitionRegistry;
import io.tidemark.partition.serving.ReplicaTransport;
import io.tidemark.partition.serving.ReplicationSettings;
import io.tidemark.partition.serving.Replicator;
import io.tidemark.partition.serving.Reports;
import io.tidemark.partition.serving.Surroundings;
import io.tidemark.partition.serving.TopicSettings;
import io.tidemark.partition.storage.LogDirectories;
import io.tidemark.partition.storage.LogDirectory;
import java.io.IOException;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions of a node, and what connects them to its peers and to the coordinator. It has no
 * threads of its own: {@link Means} brings them, be they real or simulated.
 */
public final class PartitionHost implements Reports, Nodes {
    private static final Logger log = LoggerFactory.getLogger(PartitionHost.class);

    /** A heap of 256 MB for each batch that is inflated at the same time. */
    private static final long HEAP_OF_A_PACKER = 256L << 20;

    private static final long MAX_PACKERS = 64;

    private final NodeConfig config;
    private final Means means;
    private final BatchPacker.Room packing = new BatchPacker.Room();
    private final FewAtATime packers;
    private final PartitionRegistry registry = new PartitionRegistry();
    private final ClusterView view = new ClusterView();
    private final Map<PartitionLoop, Surroundings> surroundings = new IdentityHashMap<>();
    private final LogOpener opener;
    private final Reconciler reconciler;
    private final IsrUpdates isrUpdates;
    private final LostReplicas lostReplicas;
    private final FoundReplicas foundReplicas;
    private final ReplicaMoves moves;
    private volatile ClusterImage newest = ClusterImage.empty();
    private volatile ReplicationSettings settings;

    /**
     * What a host works with.
     *
     * @param loops own the partitions, at least one
     * @param transports carries a loop's fetches to other nodes; called once for each loop
     * @param workers for what may block: opening and deleting logs
     * @param metadata runs one task at a time, none of them during {@link PartitionHost#apply}
     * @param nodeEpoch of this node's registration; -1 before
     * @param fatal told, once or more, that the process cannot go on, and why
     */
    public record Means(
            ControlPlane controlPlane,
            LogDirectories directories,
            List<PartitionLoop> loops,
            Transports transports,
            Executor workers,
            Executor metadata,
            Timers timers,
            Clock clock,
            PartitionMetrics metrics,
            LongSupplier nodeEpoch,
            Consumer<String> fatal) {}

    /** Makes what carries a loop's fetches. */
    @FunctionalInterface
    public interface Transports {
        /**
         * @param cluster tells where the nodes are
         */
        ReplicaTransport of(PartitionLoop loop, Supplier<ClusterImage> cluster);
    }

    public PartitionHost(NodeConfig config, Means means) {
        this.config = config;
        this.means = means;
        this.settings = settingsIn(newest);
        isrUpdates =
                new IsrUpdates(config.nodeId(), means.nodeEpoch, means.controlPlane, means.timers);
        lostReplicas =
                new LostReplicas(
                        config.nodeId(), means.nodeEpoch, means.controlPlane, means.timers, view);
        foundReplicas =
                new FoundReplicas(
                        config.nodeId(), means.nodeEpoch, means.controlPlane, means.timers);
        packers = new FewAtATime(means.workers, packersAtATime());
        means.loops.forEach(loop -> surroundings.put(loop, surround(loop)));
        opener = new LogOpener(means.directories, means.clock, this::failed);
        reconciler =
                new Reconciler(
                        config, registry, opener, this::install, means.workers, this, settings);
        moves =
                new ReplicaMoves(
                        registry,
                        means.directories,
                        means.workers,
                        means.metadata,
                        means.timers,
                        new ReplicaMoves.Exchange() {
                            @Override
                            public void reinstall(
                                    Partition before,
                                    LogOpener.Outcome.Opened opened,
                                    TopicSettings topic) {
                                reconciler.reinstall(before, opened, topic);
                            }

                            @Override
                            public void prefer(PartitionId partition, LogDirectory directory) {
                                opener.prefer(partition.topicId(), partition.index(), directory);
                            }

                            @Override
                            public void failed(LogDirectory directory, IOException cause) {
                                PartitionHost.this.failed(directory, cause);
                            }
                        },
                        () -> settings.moveBytesPerSecond());
    }

    /** What one holds is a small part of this: a block of snappy that inflates to 22 times. */
    private static int packersAtATime() {
        return (int)
                Math.clamp(Runtime.getRuntime().maxMemory() / HEAP_OF_A_PACKER, 1, MAX_PACKERS);
    }

    private Surroundings surround(PartitionLoop loop) {
        Replicator replicator =
                new Replicator(
                        config.nodeId(),
                        loop,
                        means.clock,
                        means.transports.of(loop, () -> newest),
                        means.nodeEpoch,
                        () -> settings.limits());
        return new Surroundings(
                config.nodeId(),
                loop,
                replicator,
                this,
                this,
                means.clock,
                means.metrics,
                new BatchPacker(loop, packers, packing));
    }

    private ReplicationSettings settingsIn(ClusterImage image) {
        return ReplicationSettings.of(
                EffectiveConfigs.ofNode(image, config.nodeId(), config.staticConfigs()));
    }

    private Partition install(
            PartitionIdentity identity, LogOpener.Outcome.Opened opened, TopicSettings topic) {
        PartitionLoop loop =
                means.loops.get(
                        Math.floorMod(
                                identity.topicId().hashCode() + identity.index(),
                                means.loops.size()));
        Surroundings around = surroundings.get(loop);
        if (around == null) {
            throw new IllegalStateException("an unknown loop");
        }
        return new Partition(identity, around, opened.directory(), opened.log(), topic);
    }

    /** Looks what is stored. Once, before the first {@link #apply}; returns how many logs. */
    public int scan() {
        opener.scan();
        return opener.unopened();
    }

    /**
     * Moves what no topic knows out of the way, and goes on with moves between directories. After
     * the first image was applied.
     */
    public void moveStrays() {
        opener.moveStrays();
        moves.resume(newest, config.nodeId());
    }

    /** Logs that cannot be opened although their directory is in order, and why. Any thread. */
    public Map<String, String> unusable() {
        return opener.unusable();
    }

    /** Replicas that move between log directories. */
    public ReplicaMoves moves() {
        return moves;
    }

    /**
     * Makes this node's partitions what an image says. One thread at a time, in the order of
     * versions; waits for logs to open.
     *
     * @param sessionActive whether heartbeats say that this node counts
     * @param mayCreate false where a log that is missing may lie in a directory that failed
     */
    public void apply(ClusterImage image, boolean sessionActive, boolean mayCreate) {
        newest = image;
        settings = settingsIn(image);
        reconciler.apply(image, sessionActive, means.nodeEpoch.getAsLong(), mayCreate, settings);
        view.show(image);
    }

    /** Whether the last image, and the heartbeats, let this node lead. */
    public boolean active() {
        return reconciler.active();
    }

    /** Whether nothing has to be tried again. */
    public boolean complete() {
        return reconciler.complete();
    }

    public PartitionRegistry registry() {
        return registry;
    }

    public ClusterView view() {
        return view;
    }

    /** What is due every 100 ms: gives up appends that wait for too long. Any thread. */
    public void expireAppends() {
        onEveryLoop(loop -> loop.expireAppends(means.clock.nanos()));
    }

    /** What is due every half second: looks which replicas keep up. Any thread. */
    public void tick() {
        onEveryLoop(loop -> loop.tick(means.clock.nanos()));
    }

    private void onEveryLoop(Consumer<PartitionLoop> task) {
        means.loops.forEach(loop -> loop.execute(() -> task.accept(loop)));
    }

    /** Copies nothing any more: the node stops. Any thread. */
    public void stopCopying() {
        surroundings.forEach((loop, around) -> loop.execute(around.replicator()::stop));
        moves.stop();
    }

    // ---- what partitions report

    @Override
    public void failed(Partition partition, IOException cause) {
        LogDirectory directory = partition.directory();
        if (!LogFault.isOfOneLog(cause) || !directory.present()) {
            failed(directory, cause);
            return;
        }
        log.error("Files of {} are gone: it is opened anew, others are not", partition, cause);
        means.metadata.execute(() -> reconciler.reopen(partition));
    }

    /** A log directory's disk refuses. Any thread. */
    public void failed(LogDirectory directory, IOException cause) {
        if (!directory.fail(cause)) {
            return;
        }
        log.error("Log directory {} has failed and goes offline", directory.path(), cause);
        String reason = "log directory %s has failed".formatted(directory.path());
        registry.all()
                .filter(partition -> partition.directory() == directory)
                .forEach(
                        partition -> {
                            partition.loop().afterThisPass(partition::goOffline);
                            lostReplicas.report(
                                    new PartitionId(partition.topicId(), partition.index()),
                                    reason,
                                    LostReplicas.Known.NOBODY_ASKS);
                        });
        if (means.directories.online().isEmpty()) {
            means.fatal.accept(
                    "Every log directory has failed; the last one was %s: %s"
                            .formatted(directory.path(), cause.getMessage()));
        }
    }

    @Override
    public void propose(Partition partition, IsrProposal proposal) {
        means.metrics.isrProposed();
        log.atInfo()
                .addKeyValue("topic", partition.topic())
                .addKeyValue("partition", partition.index())
                .addKeyValue("epoch", proposal.leaderEpoch())
                .log("{} proposes the ISR {}", partition, proposal.isr());
        isrUpdates.propose(partition, proposal);
    }

    @Override
    public void lost(Partition partition, String reason) {
        Uuid topicId = partition.topicId();
        int index = partition.index();
        lostReplicas.report(
                new PartitionId(topicId, index),
                reason,
                image ->
                        image.partition(topicId, index)
                                .ifPresent(
                                        decided ->
                                                partition
                                                        .loop()
                                                        .afterThisPass(
                                                                () ->
                                                                        partition.lossIsKnown(
                                                                                decided))));
    }

    /** A replica cannot be opened here. */
    void lost(PartitionId partition, String reason) {
        lostReplicas.report(partition, reason, LostReplicas.Known.NOBODY_ASKS);
    }

    /** A replica that counts as lost is here, whole. */
    void found(PartitionId partition) {
        foundReplicas.report(partition);
    }

    // ---- what the metadata says of nodes

    @Override
    public long epoch(int node) {
        return newest.node(node).map(NodeImage::epoch).orElse((long) UNKNOWN);
    }

    @Override
    public boolean present(int node) {
        return newest.node(node).filter(known -> !known.fenced()).isPresent();
    }

    @Override
    public boolean live(int node) {
        return newest.node(node).filter(NodeImage::live).isPresent();
    }
}
