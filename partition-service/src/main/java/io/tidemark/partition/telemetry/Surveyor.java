package io.tidemark.partition.telemetry;

import io.tidemark.environment.Clock;
import io.tidemark.partition.serving.Partition;
import io.tidemark.partition.serving.PartitionLoop;
import io.tidemark.partition.serving.PartitionRegistry;
import io.tidemark.partition.serving.PartitionStats;
import io.tidemark.partition.serving.Traffic;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at every partition, at most once a second however often it is asked. Loops are visited at
 * the same time, and have other work between two shares of {@value #SHARE} partitions. Where a loop
 * does not come to it within half a second, its partitions are shown as they were.
 *
 * <p>Any thread but a loop's.
 */
public final class Surveyor {
    private static final Logger LOG = LoggerFactory.getLogger(Surveyor.class);
    private static final int SHARE = 64;
    private static final long FRESH_NANOS = 1_000_000_000L;
    private static final long WAIT_MS = 500;

    private final PartitionRegistry registry;
    private final Clock clock;

    // guarded by this
    private Map<Partition, Traffic.Counts> seen = new IdentityHashMap<>();
    private Survey last = new Survey(List.of(), new TreeMap<>(), Traffic.Counts.NONE);
    private long takenNanos;
    private boolean taken;

    public Surveyor(PartitionRegistry registry, Clock clock) {
        this.registry = registry;
        this.clock = clock;
    }

    /** The partitions as they are now, or were up to a second ago. */
    public synchronized Survey survey() {
        if (!taken || clock.nanos() - takenNanos > FRESH_NANOS) {
            refresh();
            last = sum();
            takenNanos = clock.nanos();
            taken = true;
        }
        return last;
    }

    private void refresh() {
        Map<PartitionLoop, List<Partition>> byLoop = new IdentityHashMap<>();
        registry.all()
                .forEach(
                        partition ->
                                byLoop.computeIfAbsent(partition.loop(), l -> new ArrayList<>())
                                        .add(partition));
        List<CompletableFuture<Void>> visits = new ArrayList<>();
        byLoop.forEach(
                (loop, partitions) -> {
                    CompletableFuture<Void> done = new CompletableFuture<>();
                    visits.add(done);
                    visit(loop, partitions, 0, done);
                });
        try {
            CompletableFuture.allOf(visits.toArray(CompletableFuture[]::new))
                    .get(WAIT_MS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.debug("Some partitions are shown as they were", e);
        } catch (ExecutionException e) {
            LOG.warn("Some partitions are shown as they were", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void visit(
            PartitionLoop loop,
            List<Partition> partitions,
            int from,
            CompletableFuture<Void> done) {
        try {
            loop.execute(
                    () -> {
                        int to = Math.min(from + SHARE, partitions.size());
                        try {
                            partitions.subList(from, to).forEach(Partition::refreshStats);
                        } catch (RuntimeException e) {
                            done.completeExceptionally(e);
                            return;
                        }
                        if (to == partitions.size()) {
                            done.complete(null);
                        } else {
                            loop.afterThisPass(() -> visit(loop, partitions, to, done));
                        }
                    });
        } catch (RejectedExecutionException e) {
            LOG.debug("The node is stopping", e);
            done.complete(null);
        }
    }

    /** Counters never fall: what a partition counted stays when it leaves. */
    private Survey sum() {
        List<Survey.Line> lines = new ArrayList<>();
        TreeMap<String, Survey.Topic> topics = new TreeMap<>();
        Map<Partition, Traffic.Counts> now = new IdentityHashMap<>();
        Traffic.Counts all = last.traffic();
        for (Partition partition : registry.all().toList()) {
            PartitionStats stats = partition.stats();
            Survey.Line line =
                    new Survey.Line(
                            partition.topic(),
                            partition.index(),
                            partition.directory().online(),
                            stats);
            Traffic.Counts more =
                    stats.traffic().minus(seen.getOrDefault(partition, Traffic.Counts.NONE));
            now.put(partition, stats.traffic());
            lines.add(line);
            all = all.plus(more);
            Survey.Topic before =
                    topics.computeIfAbsent(partition.topic(), topic -> start(last.topics(), topic));
            topics.put(partition.topic(), before.plus(line, more));
        }
        seen = now;
        return new Survey(List.copyOf(lines), topics, all);
    }

    private static Survey.Topic start(Map<String, Survey.Topic> last, String topic) {
        Survey.Topic known = last.get(topic);
        return known == null ? Survey.Topic.EMPTY : new Survey.Topic(known.traffic(), 0, 0);
    }
}
