package io.tidemark.partition.runtime;

import io.tidemark.environment.Clock;
import io.tidemark.partition.placement.NodeConfig;
import io.tidemark.partition.placement.PartitionHost;
import io.tidemark.partition.repair.Scrubbing;
import io.tidemark.partition.serving.PartitionRegistry;
import io.tidemark.partition.storage.LogDirectories;
import io.tidemark.partition.storage.LogDirectory;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What must be done again and again. The timer thread only hands the work out. */
final class Housekeeping {
    private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);
    private static final long EXPIRE_APPENDS_MS = 100;
    private static final long TICK_MS = 500;
    private static final long CHECKPOINT_MS = 5_000;
    private static final long OBSERVE_MS = 5_000;

    private final NodeConfig config;
    private final Clock clock;
    private final ScheduledExecutorService timer;
    private final ExecutorService workers;
    private final PartitionHost host;
    private final PartitionRegistry registry;
    private final LogDirectories directories;
    private final PartitionRuntime runtime;
    private final AtomicBoolean purging = new AtomicBoolean();
    private final AtomicBoolean checkpointing = new AtomicBoolean();

    Housekeeping(PartitionRuntime runtime, PartitionHost host, ScheduledExecutorService timer) {
        this.runtime = runtime;
        this.host = host;
        this.timer = timer;
        this.config = runtime.config();
        this.clock = runtime.clock();
        this.workers = runtime.workers();
        this.registry = runtime.registry();
        this.directories = runtime.directories();
    }

    void start() {
        repeat(EXPIRE_APPENDS_MS, host::expireAppends);
        repeat(TICK_MS, host::tick);
        repeat(CHECKPOINT_MS, () -> onWorker(checkpointing, this::checkpoint));
        repeat(config.retentionCheckInterval().toMillis(), this::keepHouse);
        repeat(OBSERVE_MS, runtime::retryIncomplete);
        if (config.scrubBytesPerSecond() > 0) {
            Scrubbing scrubbing = new Scrubbing(registry, config.scrubBytesPerSecond());
            repeat(Scrubbing.INTERVAL_MS, scrubbing::step);
        }
    }

    private void repeat(long intervalMs, Runnable task) {
        timer.scheduleWithFixedDelay(
                () -> {
                    try {
                        task.run();
                    } catch (RejectedExecutionException e) {
                        log.debug("The node is stopping", e);
                    } catch (RuntimeException e) {
                        log.error("Housekeeping failed and goes on", e);
                    }
                },
                intervalMs,
                intervalMs,
                TimeUnit.MILLISECONDS);
    }

    private void keepHouse() {
        registry.all().forEach(partition -> partition.loop().execute(partition::keepHouse));
        onWorker(purging, this::purge);
    }

    /** Runs on a worker, unless the last run still goes on. */
    private void onWorker(AtomicBoolean busy, Runnable task) {
        if (busy.compareAndSet(false, true)) {
            workers.execute(
                    () -> {
                        try {
                            task.run();
                        } finally {
                            busy.set(false);
                        }
                    });
        }
    }

    private void purge() {
        long nowMs = clock.wallMs();
        registry.all()
                .filter(partition -> partition.directory().online())
                .forEach(
                        partition -> {
                            try {
                                partition.stored().purge(nowMs);
                            } catch (IOException e) {
                                partition.loop().execute(() -> partition.failed(e));
                            }
                        });
    }

    private void checkpoint() {
        for (LogDirectory directory : directories.online()) {
            try {
                directory.store().checkpoint();
            } catch (io.tidemark.environment.DiskFullException e) {
                log.warn("No space to write the checkpoints of {}", directory.path());
            } catch (IOException e) {
                host.failed(directory, e);
            }
        }
    }
}
