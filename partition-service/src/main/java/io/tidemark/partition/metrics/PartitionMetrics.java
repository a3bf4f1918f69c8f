package io.tidemark.partition.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tidemark.metadata.image.PartitionImage;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** Counters and histograms of the data path. Safe for any thread; nothing here locks. */
public final class PartitionMetrics {
    private final MeterRegistry registry;
    private final Counter appends;
    private final Counter bytesIn;
    private final Counter bytesOut;
    private final Counter diskFull;
    private final Counter bytesRetained;
    private final Counter bytesReplicated;
    private final Counter truncations;
    private final Counter mended;
    private final Counter isrChanges;
    private final Counter isrShrinks;
    private final Counter isrExpands;
    private final Timer syncs;
    private final DistributionSummary syncShares;
    private final LongAdder waitingFetches = new LongAdder();

    public PartitionMetrics(MeterRegistry registry) {
        this.registry = registry;
        appends = counter("appends", "Appends taken, retries left out");
        bytesIn = counter("bytes.in", "Bytes of record batches appended");
        bytesOut = counter("bytes.out", "Bytes of record batches fetched");
        diskFull = counter("disk.full", "Appends refused because a disk was full");
        bytesRetained = counter("retention.bytes", "Bytes dropped by retention");
        bytesReplicated =
                counter("replication.bytes.in", "Bytes of record batches copied from leaders");
        mended = counter("damage.mended", "Damaged places put back as another replica had them");
        truncations = counter("truncations", "Logs cut because they differed from their leader's");
        isrChanges = counter("isr.changes", "In-sync sets that leaders proposed");
        isrShrinks = counter("isr.shrinks", "In-sync sets that lost a replica, at their leader");
        isrExpands = counter("isr.expands", "In-sync sets that a replica joined, at their leader");
        syncs =
                Timer.builder("tidemark.partition.sync")
                        .description("Time of one group commit of a log directory")
                        .serviceLevelObjectives(
                                Duration.ofNanos(250_000),
                                Duration.ofMillis(1),
                                Duration.ofMillis(5),
                                Duration.ofMillis(25),
                                Duration.ofMillis(100),
                                Duration.ofSeconds(1))
                        .register(registry);
        syncShares =
                DistributionSummary.builder("tidemark.partition.sync.partitions")
                        .description("Partitions that shared one group commit")
                        .serviceLevelObjectives(1, 2, 4, 8, 16, 64, 256)
                        .register(registry);
        gauge("fetch.waiters", "Fetches that wait for records", waitingFetches::sum);
    }

    private Counter counter(String name, String description) {
        return Counter.builder("tidemark.partition." + name)
                .description(description)
                .register(registry);
    }

    /** Registers a value that is read when metrics are collected, on any thread. */
    public void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder("tidemark.partition." + name, value)
                .description(description)
                .strongReference(true)
                .register(registry);
    }

    public void appended(int bytes) {
        appends.increment();
        bytesIn.increment(bytes);
    }

    public void fetched(long bytes) {
        bytesOut.increment(bytes);
    }

    public void diskFull() {
        diskFull.increment();
    }

    public void retained(long bytes) {
        bytesRetained.increment(bytes);
    }

    public void replicated(int bytes) {
        bytesReplicated.increment(bytes);
    }

    public void truncated() {
        truncations.increment();
    }

    public void mended() {
        mended.increment();
    }

    public void isrProposed() {
        isrChanges.increment();
    }

    /** The coordinator has decided about a partition that this node leads. */
    public void inSyncChanged(PartitionImage before, PartitionImage now) {
        if (before.leaderEpoch() == now.leaderEpoch()) {
            if (!now.isr().containsAll(before.isr())) {
                isrShrinks.increment();
            }
            if (!before.isr().containsAll(now.isr())) {
                isrExpands.increment();
            }
        }
    }

    /** In-sync sets that lost a replica while this node led. */
    public long isrShrinks() {
        return (long) isrShrinks.count();
    }

    /** In-sync sets that a replica joined while this node led. */
    public long isrExpands() {
        return (long) isrExpands.count();
    }

    /** Damaged places put back as another replica had them. */
    public long mendedPlaces() {
        return (long) mended.count();
    }

    /** Bytes copied from leaders. */
    public long bytesReplicated() {
        return (long) bytesReplicated.count();
    }

    public void synced(long nanos, int partitions) {
        syncs.record(nanos, TimeUnit.NANOSECONDS);
        syncShares.record(partitions);
    }

    public void fetchWaits() {
        waitingFetches.increment();
    }

    public void fetchWaited() {
        waitingFetches.decrement();
    }
}
