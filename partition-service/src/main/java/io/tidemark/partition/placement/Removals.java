package io.tidemark.partition.placement;

import io.tidemark.partition.log.LogStore.StoredPartition;
import io.tidemark.partition.log.PartitionLog;
import io.tidemark.partition.serving.Partition;
import io.tidemark.partition.storage.LogDirectory;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the logs of partitions that are not this node's any more. Those that wait are taken out
 * of the way together, durably, with one checkpoint for all. Then their files are removed, one
 * folder at a time, so that logs are opened in between. What a stop or a crash leaves, the next
 * start removes. For any thread; the work is done on a worker, never on two.
 */
final class Removals {
    private static final Logger log = LoggerFactory.getLogger(Removals.class);

    private final Executor workers;
    private final PartitionHost host;
    private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean busy = new AtomicBoolean();
    private final Queue<Retired> retired = new ArrayDeque<>(); // of whoever set busy

    private record Waiting(
            Partition partition, PartitionLog log, CompletableFuture<@Nullable Void> gone) {}

    private record Retired(LogDirectory directory, String folder) {}

    Removals(Executor workers, PartitionHost host) {
        this.workers = workers;
        this.host = host;
    }

    /** Completes when the folder's name is free; also where its directory has failed. */
    CompletableFuture<@Nullable Void> add(Partition partition) {
        return partition
                .ask(Partition::release)
                .thenCompose(released -> released)
                .thenCompose(released -> add(partition, released));
    }

    private CompletableFuture<@Nullable Void> add(Partition partition, PartitionLog released) {
        CompletableFuture<@Nullable Void> gone = new CompletableFuture<>();
        waiting.add(new Waiting(partition, released, gone));
        wake();
        return gone;
    }

    private void wake() {
        if (busy.compareAndSet(false, true)) {
            goOn();
        }
    }

    private void goOn() {
        try {
            workers.execute(this::step);
        } catch (RejectedExecutionException e) {
            log.debug("The node is stopping", e);
        }
    }

    private void step() {
        if (waiting.isEmpty() && retired.isEmpty()) {
            busy.set(false);
            if (!waiting.isEmpty()) {
                wake();
            }
            return;
        }
        try {
            if (waiting.isEmpty()) {
                remove(retired.remove());
            } else {
                retireAll();
            }
        } catch (RuntimeException e) {
            log.error("The removal of logs failed and goes on", e);
        }
        goOn();
    }

    private void retireAll() {
        List<Waiting> taken = new ArrayList<>();
        for (Waiting next = waiting.poll(); next != null; next = waiting.poll()) {
            taken.add(next);
        }
        try {
            Map<LogDirectory, List<StoredPartition>> byDirectory = new HashMap<>();
            for (Waiting next : taken) {
                Partition partition = next.partition();
                host.moves().cancel(partition);
                partition.stored().endPurging();
                next.log().abandon();
                byDirectory
                        .computeIfAbsent(partition.directory(), directory -> new ArrayList<>())
                        .add(
                                new StoredPartition(
                                        partition.topic(), partition.index(), partition.topicId()));
            }
            byDirectory.forEach(this::retire);
        } finally {
            // Whoever wants the name finds out what is there.
            taken.forEach(each -> each.gone().complete(null));
        }
    }

    private void retire(LogDirectory directory, List<StoredPartition> replicas) {
        if (!directory.online()) {
            return;
        }
        try {
            directory
                    .store()
                    .retire(replicas)
                    .forEach(folder -> retired.add(new Retired(directory, folder)));
        } catch (IOException e) {
            host.failed(directory, e);
        }
    }

    private void remove(Retired gone) {
        if (!gone.directory().online()) {
            return;
        }
        try {
            gone.directory().store().remove(gone.folder());
        } catch (IOException e) {
            host.failed(gone.directory(), e);
        }
    }
}
