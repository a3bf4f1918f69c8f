package io.tidemark.partition.runtime;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.tidemark.environment.Clock;
import io.tidemark.environment.Timers;
import io.tidemark.environment.thread.OwnedThreads;
import io.tidemark.environment.thread.Pulse;
import io.tidemark.environment.thread.ThreadWatch;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.partition.membership.ClusterView;
import io.tidemark.partition.membership.DrainOutcome;
import io.tidemark.partition.membership.Draining;
import io.tidemark.partition.membership.Membership;
import io.tidemark.partition.membership.Vitals;
import io.tidemark.partition.metrics.PartitionMetrics;
import io.tidemark.partition.placement.NodeConfig;
import io.tidemark.partition.placement.PartitionHost;
import io.tidemark.partition.placement.ReplicaMoves;
import io.tidemark.partition.serving.PartitionLoop;
import io.tidemark.partition.serving.PartitionRegistry;
import io.tidemark.partition.serving.ReplicaTransport;
import io.tidemark.partition.storage.LogDirectories;
import io.tidemark.partition.storage.LogDirectory;
import io.tidemark.protocol.transport.EventLoops;
import java.io.IOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything of a node but its handlers: threads, log directories, partitions, membership. Made,
 * started and closed by one thread; the accessors are safe for any.
 */
public final class PartitionRuntime implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PartitionRuntime.class);

    private final NodeConfig config;
    private final ControlPlane controlPlane;
    private final Clock clock;
    private final PartitionMetrics metrics;
    private final Consumer<String> fatal;
    private final LogDirectories directories;
    private final EventLoopGroup loopGroup;
    private final List<PartitionLoop> loops;
    private final List<KafkaReplicaTransport> transports = new ArrayList<>();
    private final Map<LogDirectory, SyncThreads> syncThreads = new IdentityHashMap<>();
    private final OwnedThreads threads;
    private final ScheduledExecutorService timer;
    private final ExecutorService metadataThread;
    private final ThreadPoolExecutor workers;
    private final PartitionHost host;
    private final Membership membership;
    private final boolean everyDirectoryUsable;
    private final CompletableFuture<@Nullable Void> leading = new CompletableFuture<>();
    private ControlPlane.@Nullable Subscription subscription;
    private @Nullable ClusterImage newest; // guarded by this
    private boolean applying; // guarded by this

    /**
     * Opens and locks the log directories.
     *
     * @param fatal told, once or more, that the process cannot go on, and why
     * @throws io.tidemark.partition.storage.UnusableFolderException where they cannot be used
     */
    public PartitionRuntime(
            NodeConfig config,
            ControlPlane controlPlane,
            LogDirectory.Opener disks,
            Clock clock,
            PartitionMetrics metrics,
            Consumer<String> fatal) {
        this.config = config;
        this.controlPlane = controlPlane;
        this.clock = clock;
        this.metrics = metrics;
        this.fatal = fatal;
        directories = LogDirectories.open(config.logDirs(), config.nodeId(), disks, clock);
        everyDirectoryUsable = directories.all().size() == config.logDirs().size();
        threads = new OwnedThreads(fatal);
        timer = threads.timer("tidemark-timer");
        metadataThread = threads.pool("tidemark-metadata", 1);
        workers = threads.pool("tidemark-worker", config.workers());
        for (LogDirectory directory : directories.all()) {
            String name = "tidemark-sync-" + syncThreads.size();
            syncThreads.put(
                    directory,
                    new SyncThreads(
                            directory,
                            name,
                            config.syncThreads(),
                            this::directoryFailed,
                            metrics,
                            threads));
        }
        loopGroup = EventLoops.create(config.eventLoops(), "tidemark-loop");
        loops = new ArrayList<>();
        for (EventExecutor loop : loopGroup) {
            loops.add(new PartitionLoop(new NettyLoop((EventLoop) loop, threads), syncThreads));
        }
        host =
                new PartitionHost(
                        config,
                        new PartitionHost.Means(
                                controlPlane,
                                directories,
                                loops,
                                this::transport,
                                workers,
                                metadataThread,
                                this::later,
                                clock,
                                metrics,
                                this::nodeEpoch,
                                fatal));
        membership =
                new Membership(
                        new Command.RegisterNode(
                                config.nodeId(),
                                Uuid.randomUuid(),
                                directories.clusterId(),
                                config.listeners(),
                                config.rack(),
                                directories.online().stream().map(LogDirectory::id).toList(),
                                directories.cleanlyClosedBefore()),
                        controlPlane,
                        timer,
                        () -> host.view().image().version(),
                        new Vitals(directories, host.registry(), metrics, clock)::take,
                        new Membership.Events() {
                            @Override
                            public void activityChanged() {
                                reconcileSoon();
                            }

                            @Override
                            public void replaced(String message) {
                                fatal.accept(message);
                            }
                        });
    }

    private ReplicaTransport transport(PartitionLoop loop, Supplier<ClusterImage> cluster) {
        if (!(loop.loop() instanceof NettyLoop(EventLoop eventLoop, OwnedThreads owned))) {
            throw new IllegalStateException("not a loop of this runtime");
        }
        KafkaReplicaTransport transport =
                new KafkaReplicaTransport(
                        config.nodeId(), eventLoop, cluster, config.listeners().getFirst().name());
        transports.add(transport);
        return transport;
    }

    private Timers.Timer later(long delayMs, Runnable task) {
        try {
            Future<?> scheduled = timer.schedule(task, delayMs, TimeUnit.MILLISECONDS);
            return () -> scheduled.cancel(false);
        } catch (RejectedExecutionException e) {
            log.debug("The node is stopping", e);
            return () -> {};
        }
    }

    /**
     * Joins the cluster, recovers what is stored, and takes up what the metadata asks. Returns when
     * this node's partitions can be served.
     *
     * @throws NodeRefusedException where the coordinator refuses the node
     * @throws io.tidemark.partition.storage.UnusableFolderException where a folder belongs to
     *     another cluster
     */
    public void start() {
        long start = clock.nanos();
        syncThreads.values().forEach(SyncThreads::start);
        CommandResult.NodeRegistered registered = await(membership.join());
        for (LogDirectory directory : directories.online()) {
            try {
                directory.join(registered.clusterId());
            } catch (IOException e) {
                directoryFailed(directory, e);
            }
        }
        int stored = host.scan();
        subscription = controlPlane.subscribe((image, deltas) -> received(image));
        await(
                host.view()
                        .await(registered.version(), java.time.Duration.ofHours(24))
                        .toCompletableFuture());
        await(CompletableFuture.runAsync(host::moveStrays, metadataThread));
        membership.serve();
        await(leading);
        new Housekeeping(this, host, timer).start();
        log.info(
                "Node {} serves {} partitions, {} of them found on disk, after {} ms",
                config.nodeId(),
                registry().all().count(),
                stored,
                (clock.nanos() - start) / 1_000_000);
    }

    private static <T extends @Nullable Object> T await(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private void received(ClusterImage image) {
        synchronized (this) {
            newest = image;
        }
        reconcileSoon();
    }

    /** Applies the newest image once, however many have come meanwhile. */
    void reconcileSoon() {
        synchronized (this) {
            if (applying || newest == null) {
                return;
            }
            applying = true;
        }
        try {
            metadataThread.execute(this::reconcile);
        } catch (RejectedExecutionException e) {
            log.debug("The node is stopping", e);
        }
    }

    private void reconcile() {
        ClusterImage image;
        synchronized (this) {
            applying = false;
            image = newest;
        }
        if (image == null) {
            return;
        }
        boolean first = view().image().version() == 0;
        try {
            host.apply(
                    image,
                    membership.active(),
                    !first
                            || (everyDirectoryUsable
                                    && directories.online().size() == directories.all().size()));
            if (host.active()) {
                leading.complete(null);
            }
        } catch (RuntimeException e) {
            log.error("The metadata of version {} could not be applied", image.version(), e);
        }
    }

    /** Tries again what lacked space. */
    /** Logs that cannot be opened although their directory is in order, and why. */
    public Map<String, String> unusableLogs() {
        return host.unusable();
    }

    void retryIncomplete() {
        metadataThread.execute(
                () -> {
                    if (!host.complete()) {
                        reconcile();
                    }
                });
    }

    private void directoryFailed(LogDirectory directory, IOException cause) {
        host.failed(directory, cause);
    }

    public int nodeId() {
        return config.nodeId();
    }

    public NodeConfig config() {
        return config;
    }

    /** The epoch of this node's registration; -1 before. */
    public long nodeEpoch() {
        return membership.epoch();
    }

    public PartitionRegistry registry() {
        return host.registry();
    }

    /** Replicas that move between log directories. */
    public ReplicaMoves moves() {
        return host.moves();
    }

    public ClusterView view() {
        return host.view();
    }

    public ControlPlane controlPlane() {
        return controlPlane;
    }

    public LogDirectories directories() {
        return directories;
    }

    public Clock clock() {
        return clock;
    }

    public PartitionMetrics metrics() {
        return metrics;
    }

    /** All threads of this node that own something are watched over from now on. */
    public void watchedBy(ThreadWatch watch) {
        int index = 0;
        for (EventExecutor loop : loopGroup) {
            watch.add("tidemark-loop-" + index++, Pulse.of(loop));
        }
        syncThreads.values().forEach(threads -> threads.watchedBy(watch));
        watch.add("tidemark-timer", Pulse.of(timer));
        // It waits while workers open and recover logs, which takes as long as it takes.
        Pulse metadata = Pulse.of(metadataThread);
        watch.add("tidemark-metadata", () -> metadata.beats() || workers.getActiveCount() > 0);
    }

    /** What becomes of a task that fails on one of this node's threads. */
    public OwnedThreads threads() {
        return threads;
    }

    /** The loops that connections and partitions live on. */
    public EventLoopGroup loops() {
        return loopGroup;
    }

    /** Threads for what may block. */
    public ExecutorService workers() {
        return workers;
    }

    /** Whether the coordinator counts on this node. */
    public boolean active() {
        return membership.active();
    }

    /** Hands over what this node leads, where it can; takes the configured time at most. */
    public void drain() {
        if (active() && config.drainTimeout().isPositive()) {
            new Draining(config.nodeId(), controlPlane, view(), clock)
                    .run(
                            new Command.DrainNode(config.nodeId(), nodeEpoch(), true),
                            config.drainTimeout());
        }
    }

    /**
     * Waits for this node's turn, then hands over what it leads. Blocks.
     *
     * @param timeout for both together
     */
    public DrainOutcome drainInTurn(java.time.Duration timeout) {
        return new Draining(config.nodeId(), controlPlane, view(), clock)
                .run(new Command.DrainInTurn(config.nodeId(), nodeEpoch()), timeout);
    }

    /** Whether this node counts, and is in sync wherever somebody leads. */
    public boolean caughtUp() {
        return active() && view().image().hasCaughtUp(config.nodeId());
    }

    /** Stops cleanly: closes every log, then marks each directory so. */
    @Override
    public void close() {
        membership.close();
        if (subscription != null) {
            subscription.close();
        }
        timer.shutdownNow();
        metadataThread.shutdown();
        stopped(metadataThread);
        host.stopCopying();
        transports.forEach(KafkaReplicaTransport::close);
        Shutdown.closeLogs(registry(), directories, workers);
        syncThreads.values().forEach(SyncThreads::stop);
        workers.shutdown();
        stopped(workers);
        loopGroup.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
        directories.close();
    }

    private static void stopped(ExecutorService executor) {
        try {
            if (!executor.awaitTermination(30, TimeUnit.SECONDS)) {
                log.warn("Background work did not end in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
