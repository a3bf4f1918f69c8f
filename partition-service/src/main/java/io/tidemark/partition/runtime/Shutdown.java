package io.tidemark.partition.runtime;

import io.tidemark.partition.log.PartitionLog;
import io.tidemark.partition.serving.Partition;
import io.tidemark.partition.serving.PartitionRegistry;
import io.tidemark.partition.storage.LogDirectories;
import io.tidemark.partition.storage.LogDirectory;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of a node's partitions, in good order. */
final class Shutdown {
    private static final Logger log = LoggerFactory.getLogger(Shutdown.class);

    private Shutdown() {}

    /**
     * Closes all logs, several at a time, and marks the directories in which all were closed. Waits
     * for it. Not for event loops.
     */
    static void closeLogs(
            PartitionRegistry registry, LogDirectories directories, Executor workers) {
        Set<LogDirectory> unclean = ConcurrentHashMap.newKeySet();
        List<CompletableFuture<Void>> closing =
                registry.all().map(partition -> close(partition, unclean, workers)).toList();
        CompletableFuture.allOf(closing.toArray(CompletableFuture[]::new)).join();
        for (LogDirectory directory : directories.online()) {
            if (!unclean.contains(directory)) {
                markClean(directory);
            }
        }
    }

    private static CompletableFuture<Void> close(
            Partition partition, Set<LogDirectory> unclean, Executor workers) {
        CompletableFuture<PartitionLog> released =
                partition.ask(Partition::release).thenCompose(log -> log);
        return released.thenAcceptAsync(
                closable -> {
                    partition.stored().endPurging();
                    try {
                        if (partition.directory().online()) {
                            closable.close();
                        } else {
                            closable.abandon();
                        }
                    } catch (IOException | RuntimeException e) {
                        unclean.add(partition.directory());
                        log.error("{} could not be closed; it will be recovered", partition, e);
                    }
                },
                workers);
    }

    private static void markClean(LogDirectory directory) {
        try {
            directory.store().checkpoint();
            directory.markClean();
        } catch (IOException e) {
            log.error("{} could not be marked clean; it will be recovered", directory.path(), e);
        }
    }
}
