package io.tidemark.partition.placement;

import io.tidemark.environment.Clock;
import io.tidemark.environment.DiskFullException;
import io.tidemark.partition.log.LogFault;
import io.tidemark.partition.log.LogStore.StoredPartition;
import io.tidemark.partition.log.PartitionLog;
import io.tidemark.partition.serving.Partition;
import io.tidemark.partition.serving.TopicSettings;
import io.tidemark.partition.storage.LogDirectories;
import io.tidemark.partition.storage.LogDirectory;
import io.tidemark.partition.storage.StoredReplicas;
import io.tidemark.partition.storage.StoredReplicas.Located;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens logs where they lie, or places new ones. {@link #open} is for worker threads, several at a
 * time.
 */
final class LogOpener {
    private static final Logger log = LoggerFactory.getLogger(LogOpener.class);
    private static final int MAX_PREFERRED = 100_000;
    private static final long PROGRESS_INTERVAL_NANOS = 2_000_000_000L;

    private final LogDirectories directories;
    private final Clock clock;
    private final Failures failures;
    private final Map<Key, Located> located = new ConcurrentHashMap<>();
    private final Set<Key> waitingForSpace = ConcurrentHashMap.newKeySet(); // of those located
    private final Set<Key> again = ConcurrentHashMap.newKeySet(); // were open in this process
    private final Map<String, String> unusable = new ConcurrentHashMap<>();
    private final Map<Key, LogDirectory> preferred = new HashMap<>(); // guarded by itself
    private final AtomicLong lastProgressNanos;

    private record Key(Uuid topicId, int index) {}

    /** Told when a log directory's disk refuses. Any thread. */
    @FunctionalInterface
    interface Failures {
        void failed(LogDirectory directory, IOException cause);
    }

    /** What became of opening. */
    sealed interface Outcome {
        /**
         * An open log and its place.
         *
         * @param created whether there was none before
         */
        record Opened(LogDirectory directory, PartitionLog log, boolean created)
                implements Outcome {}

        /** Its directory is offline, or it may lie in one that is. */
        record Unavailable() implements Outcome {}

        /** There is no space to create or recover it: worth another try. */
        record NoSpace(LogDirectory directory) implements Outcome {}
    }

    LogOpener(LogDirectories directories, Clock clock, Failures failures) {
        this.directories = directories;
        this.clock = clock;
        this.failures = failures;
        this.lastProgressNanos = new AtomicLong(clock.nanos());
    }

    /** Looks what is stored, and finishes deletions that a crash broke off. */
    void scan() {
        for (Located found : StoredReplicas.find(directories, failures::failed)) {
            StoredPartition stored = found.stored();
            located.put(new Key(stored.topicId(), stored.partition()), found);
        }
    }

    /** Remembers where a replica is to be created that is not here yet. Any thread. */
    void prefer(Uuid topicId, int index, LogDirectory directory) {
        synchronized (preferred) {
            if (preferred.size() < MAX_PREFERRED) {
                preferred.put(new Key(topicId, index), directory);
            }
        }
    }

    private Optional<LogDirectory> placeNew(Key key) {
        LogDirectory wanted;
        synchronized (preferred) {
            wanted = preferred.remove(key);
        }
        if (wanted == null || !wanted.online()) {
            return directories.place();
        }
        wanted.partitionAdded();
        return Optional.of(wanted);
    }

    /** A log that was open is to be opened again where it lay, as after a crash. */
    void putBack(Partition partition) {
        Key key = new Key(partition.topicId(), partition.index());
        again.add(key);
        located.put(
                key,
                new Located(
                        partition.directory(),
                        new StoredPartition(
                                partition.topic(), partition.index(), partition.topicId())));
    }

    /** Logs that cannot be opened although their directory is in order, and why. Any thread. */
    Map<String, String> unusable() {
        return Map.copyOf(unusable);
    }

    /** How many stored logs were not opened yet. */
    int unopened() {
        return located.size();
    }

    /** Whether a log is here that was not opened yet. */
    boolean has(Uuid topicId, int index) {
        return located.containsKey(new Key(topicId, index));
    }

    /**
     * Opens a log.
     *
     * @param mayCreate false where a log that is not found may lie in a directory that has failed
     * @param replicated whether others have the partition too: were the folder of an empty log to
     *     go with the power, it would pass for a log that was lost
     */
    Outcome open(
            String topic,
            int index,
            Uuid topicId,
            TopicSettings settings,
            boolean mayCreate,
            boolean replicated) {
        Key key = new Key(topicId, index);
        Located found = located.remove(key);
        if (found == null && !mayCreate) {
            return new Outcome.Unavailable();
        }
        Optional<LogDirectory> place =
                found == null ? placeNew(key) : Optional.of(found.directory());
        if (place.isEmpty() || !place.get().online()) {
            return new Outcome.Unavailable();
        }
        LogDirectory directory = place.get();
        boolean reopened = again.remove(key);
        boolean clean = found == null || (directory.cleanlyClosedBefore() && !reopened);
        try {
            PartitionLog opened =
                    directory
                            .store()
                            .openLog(
                                    topic,
                                    index,
                                    topicId,
                                    settings.log(),
                                    clean
                                            ? PartitionLog.Recovery.CLEAN
                                            : PartitionLog.Recovery.UNCLEAN,
                                    this::progress);
            boolean known = clean && found != null;
            if (replicated && !known && opened.logEndOffset() == 0) {
                makeDurable(opened);
            }
            if (!opened.corruption().isEmpty()) {
                log.error("Damage in {}-{}: {}", topic, index, opened.corruption());
            }
            unusable.remove(topic + "-" + index);
            return new Outcome.Opened(directory, opened, found == null || reopened);
        } catch (DiskFullException e) {
            if (found == null) {
                directory.partitionRemoved();
            } else {
                // A new log must not take its place, and it is not known to be whole.
                waitingForSpace.add(key);
                located.put(key, found);
            }
            log.error("No space for the log of {}-{} in {}", topic, index, directory.path());
            return new Outcome.NoSpace(directory);
        } catch (IOException e) {
            log.error("The log of {}-{} cannot be opened", topic, index, e);
            if (LogFault.isOfOneLog(e) && directory.present()) {
                unusable.put(topic + "-" + index, String.valueOf(e));
            } else {
                failures.failed(directory, e);
            }
            return new Outcome.Unavailable();
        }
    }

    private static void makeDurable(PartitionLog opened) throws IOException {
        PartitionLog.SyncTicket ticket = opened.prepareSync();
        ticket.run();
        opened.synced(ticket);
        if (!ticket.complete()) {
            opened.abandon();
            throw new DiskFullException("a new log could not be made durable");
        }
    }

    private void progress(String topic, int partition, long bytes, long totalBytes) {
        long now = clock.nanos();
        long last = lastProgressNanos.get();
        if (now - last > PROGRESS_INTERVAL_NANOS && lastProgressNanos.compareAndSet(last, now)) {
            log.info(
                    "Recovering {}-{}: {} of {} MB scanned; {} more logs to open",
                    topic,
                    partition,
                    bytes >> 20,
                    totalBytes >> 20,
                    located.size());
        }
    }

    private List<Located> strays() {
        return located.entrySet().stream()
                .filter(entry -> !waitingForSpace.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** Moves logs of topics that the metadata does not know out of the way; they are kept. */
    void moveStrays() {
        for (Located stray : strays()) {
            StoredPartition stored = stray.stored();
            log.warn(
                    "No topic has {}-{} with id {}: its folder in {} is kept as a stray",
                    stored.topic(),
                    stored.partition(),
                    stored.topicId(),
                    stray.directory().path());
            try {
                stray.directory().store().moveStray(stored);
                stray.directory().partitionRemoved();
            } catch (IOException e) {
                failures.failed(stray.directory(), e);
            }
            located.remove(new Key(stored.topicId(), stored.partition()));
        }
    }
}
