package io.tidemark.partition.placement;

import io.tidemark.environment.DiskFullException;
import io.tidemark.environment.Timers;
import io.tidemark.metadata.command.Command.PartitionId;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.partition.log.FutureFolder;
import io.tidemark.partition.log.LogCopy;
import io.tidemark.partition.log.LogCopy.Portion;
import io.tidemark.partition.log.LogCopy.Progress;
import io.tidemark.partition.log.LogStore.StoredPartition;
import io.tidemark.partition.log.PartitionLog;
import io.tidemark.partition.serving.Partition;
import io.tidemark.partition.serving.PartitionRegistry;
import io.tidemark.partition.serving.TopicSettings;
import io.tidemark.partition.storage.LogDirectories;
import io.tidemark.partition.storage.LogDirectory;
import io.tidemark.protocol.ErrorCode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves replicas between this node's log directories. A copy grows beside the replica, which goes
 * on serving; when it is level, the replica is let go of for as long as it takes to copy what came
 * meanwhile and to rename two folders, and goes on with the copy. A crash at any point leaves the
 * replica in one of the two places, whole. ADR 84 says how.
 *
 * <p>Safe for any thread. Copying happens on workers, the exchange on the metadata thread.
 */
public final class ReplicaMoves {
    private static final Logger log = LoggerFactory.getLogger(ReplicaMoves.class);
    private static final long RETRY_MS = 1_000;
    private static final long BUSY_RETRY_MS = 100;

    private final PartitionRegistry registry;
    private final LogDirectories directories;
    private final Executor workers;
    private final Executor metadata;
    private final Timers timers;
    private final Exchange exchange;
    private final LongSupplier bytesPerSecond;
    private final Map<Place, ReplicaMove> moves = new ConcurrentHashMap<>();
    private final Object starting = new Object();
    private volatile boolean stopped;

    private record Place(Uuid topicId, int index) {
        static Place of(Partition partition) {
            return new Place(partition.topicId(), partition.index());
        }

        static Place of(ReplicaMove move) {
            return new Place(move.replica().topicId(), move.replica().partition());
        }
    }

    /** What moves ask of their node. */
    interface Exchange {
        /** Puts a partition with another log in the place of one that was let go of. */
        void reinstall(Partition before, LogOpener.Outcome.Opened opened, TopicSettings settings);

        /** Remembers where a replica is to be created that is not here yet. */
        void prefer(PartitionId partition, LogDirectory directory);

        /** A log directory's disk refuses. */
        void failed(LogDirectory directory, IOException cause);
    }

    /**
     * @param metadata runs one task at a time, and no change of metadata meanwhile
     * @param bytesPerSecond of each move; 0 for no limit
     */
    ReplicaMoves(
            PartitionRegistry registry,
            LogDirectories directories,
            Executor workers,
            Executor metadata,
            Timers timers,
            Exchange exchange,
            LongSupplier bytesPerSecond) {
        this.registry = registry;
        this.directories = directories;
        this.workers = workers;
        this.metadata = metadata;
        this.timers = timers;
        this.exchange = exchange;
        this.bytesPerSecond = bytesPerSecond;
    }

    /** What moves at the moment. */
    public List<ReplicaMove.Shown> shown() {
        return moves.values().stream().map(ReplicaMove::shown).toList();
    }

    /**
     * Begins to move a replica; one that is wanted where it is ends its move.
     *
     * @return completes when the move will survive a restart; NONE, or why it cannot begin
     */
    public CompletionStage<ErrorCode> place(Partition partition, LogDirectory wanted) {
        return CompletableFuture.supplyAsync(
                () -> begin(partition.topicId(), partition.index(), wanted), workers);
    }

    /** Remembers where a replica is to be created that is not here yet, until the process ends. */
    public void prefer(PartitionId partition, LogDirectory directory) {
        exchange.prefer(partition, directory);
    }

    private ErrorCode begin(Uuid topicId, int index, LogDirectory wanted) {
        synchronized (starting) {
            Place place = new Place(topicId, index);
            ReplicaMove under = moves.get(place);
            if (under != null && under.to() != wanted) {
                cancel(under);
            }
            Partition partition = registry.find(topicId, index);
            if (partition == null) {
                return ErrorCode.REPLICA_NOT_AVAILABLE;
            }
            if (partition.directory() == wanted || moves.containsKey(place)) {
                return ErrorCode.NONE;
            }
            if (stopped || !wanted.online()) {
                return ErrorCode.KAFKA_STORAGE_ERROR;
            }
            return begin(place, partition, wanted);
        }
    }

    private ErrorCode begin(Place place, Partition partition, LogDirectory wanted) {
        try {
            ReplicaMove move =
                    ReplicaMove.begin(
                            new StoredPartition(
                                    partition.topic(), partition.index(), partition.topicId()),
                            partition.settings().log(),
                            wanted);
            moves.put(place, move);
            log.info(
                    "{} moves from {} to {}",
                    partition,
                    partition.directory().path(),
                    wanted.path());
            step(move);
            return ErrorCode.NONE;
        } catch (DiskFullException e) {
            log.warn("{} cannot move to {}: the disk is full", partition, wanted.path());
        } catch (IOException e) {
            exchange.failed(wanted, e);
        }
        return ErrorCode.KAFKA_STORAGE_ERROR;
    }

    /** Goes on with what an earlier process began. On the metadata thread, with its first image. */
    void resume(ClusterImage image, int nodeId) {
        for (LogDirectory directory : directories.online()) {
            try {
                for (FutureFolder.Owner owner : directory.store().futures()) {
                    resume(image, nodeId, directory, owner);
                }
            } catch (IOException e) {
                exchange.failed(directory, e);
            }
        }
    }

    private void resume(
            ClusterImage image, int nodeId, LogDirectory directory, FutureFolder.Owner owner)
            throws IOException {
        boolean ours =
                image.partition(owner.topicId(), owner.partition())
                        .map(PartitionImage::replicas)
                        .filter(replicas -> replicas.contains(nodeId))
                        .isPresent();
        Partition partition = registry.find(owner.topicId(), owner.partition());
        if (!ours || (partition != null && partition.directory() == directory)) {
            directory.store().deleteFuture(owner);
        } else if (partition != null) {
            workers.execute(() -> begin(owner.topicId(), owner.partition(), directory));
        }
        // Else the replica's own directory is offline: the copy is kept until it is back.
    }

    /** The replica is being deleted: its copy goes first. On a worker. */
    void cancel(Partition partition) {
        ReplicaMove move = moves.get(Place.of(partition));
        if (move != null) {
            cancel(move);
        }
    }

    private void cancel(ReplicaMove move) {
        try {
            if (move.cancel()) {
                log.info("The move of {} to {} was cancelled", move.replica(), move.to().path());
            }
        } catch (IOException e) {
            exchange.failed(move.to(), e);
        } finally {
            moves.remove(Place.of(move), move);
        }
    }

    /** Lets go of all copies; what is there is found again. Before directories are closed. */
    void stop() {
        synchronized (starting) {
            stopped = true;
            moves.values().forEach(ReplicaMove::stop);
        }
    }

    private void step(ReplicaMove move) {
        Optional<LogCopy.Position> at = move.position();
        Partition partition = registry.find(move.replica().topicId(), move.replica().partition());
        if (stopped || at.isEmpty()) {
            return;
        }
        if (partition == null) {
            stepLater(move, RETRY_MS);
            return;
        }
        LogCopy.Position position = at.get();
        partition
                .ask(asked -> Optional.ofNullable(ReplicaMove.next(asked, position)))
                .whenCompleteAsync(
                        (portion, failure) -> take(move, partition, portion, failure), workers);
    }

    private void take(
            ReplicaMove move,
            Partition partition,
            @Nullable Optional<Portion> portion,
            @Nullable Throwable failure) {
        if (failure != null || portion == null || portion.isEmpty()) {
            stepLater(move, RETRY_MS); // its own directory is offline, or its disk is full
            return;
        }
        try {
            move.take(portion.get()).ifPresent(progress -> goOn(move, partition, progress));
        } catch (DiskFullException e) {
            log.warn("No space to move {} to {}", partition, move.to().path());
            stepLater(move, 5 * RETRY_MS);
        } catch (LogCopy.SourceException e) {
            partition.loop().execute(() -> partition.failed(e));
            stepLater(move, RETRY_MS);
        } catch (IOException e) {
            giveUp(move, e);
        }
    }

    private void giveUp(ReplicaMove move, IOException cause) {
        move.giveUp();
        moves.remove(Place.of(move), move);
        exchange.failed(move.to(), cause);
    }

    private void goOn(ReplicaMove move, Partition partition, Progress progress) {
        switch (progress) {
            case Progress.Copied(int bytes) -> pay(move, bytes);
            case Progress.Complete complete -> metadata.execute(() -> exchange(move));
            case Progress.Unreadable(long offset, String message) -> {
                log.warn(
                        "{} cannot be moved yet, from offset {} on: {}",
                        partition,
                        offset,
                        message);
                stepLater(move, 5 * RETRY_MS);
            }
        }
    }

    /** Waits until the bytes copied are within the limit, which may change meanwhile. */
    private void pay(ReplicaMove move, long owedBytes) {
        long rate = bytesPerSecond.getAsLong();
        long waitMs = rate > 0 ? Math.min(RETRY_MS, 1_000 * owedBytes / rate) : 0;
        if (waitMs == 0) {
            stepLater(move, 0);
        } else {
            timers.schedule(waitMs, () -> pay(move, owedBytes - rate * waitMs / 1_000));
        }
    }

    private void stepLater(ReplicaMove move, long delayMs) {
        if (delayMs == 0) {
            workers.execute(() -> step(move));
        } else {
            timers.schedule(delayMs, () -> workers.execute(() -> step(move)));
        }
    }

    /** A partition that was let go of. */
    private record LetGo(CompletableFuture<PartitionLog> log, TopicSettings settings) {}

    /** Empty where the replica that goes on would not know what this one proposed, or lost. */
    private static Optional<LetGo> letGo(Partition partition) {
        return partition.settled()
                ? Optional.of(new LetGo(partition.release(), partition.settings()))
                : Optional.empty();
    }

    private void exchange(ReplicaMove move) {
        Partition partition = registry.find(move.replica().topicId(), move.replica().partition());
        if (stopped || partition == null || move.position().isEmpty()) {
            return;
        }
        LetGo letGo;
        PartitionLog original;
        try {
            letGo = partition.ask(ReplicaMoves::letGo).join().orElse(null);
            if (letGo == null) {
                stepLater(move, BUSY_RETRY_MS);
                return;
            }
            original = letGo.log.join();
        } catch (CompletionException e) {
            stepLater(move, RETRY_MS);
            return;
        }
        partition.stored().endPurging();
        exchange(move, partition, original, letGo.settings);
    }

    private void exchange(
            ReplicaMove move, Partition partition, PartitionLog original, TopicSettings settings) {
        Optional<PartitionLog> moved = Optional.empty();
        try {
            moved = move.complete(original, settings.log());
            if (moved.isEmpty()) {
                stepLater(move, RETRY_MS);
            }
        } catch (DiskFullException e) {
            log.warn("No space to move {} to {}", partition, move.to().path());
            giveUpCopy(move);
        } catch (LogCopy.SourceException e) {
            exchange.failed(partition.directory(), e);
            stepLater(move, RETRY_MS);
        } catch (IOException | IllegalStateException e) {
            giveUp(move, e instanceof IOException io ? io : new IOException(e));
        }
        LogDirectory from = partition.directory();
        if (moved.isEmpty()) {
            exchange.reinstall(
                    partition, new LogOpener.Outcome.Opened(from, original, false), settings);
            return;
        }
        original.abandon(); // all of it is durable in the copy
        retire(move, from);
        moves.remove(Place.of(move), move);
        log.info("{} has moved from {} to {}", partition, from.path(), move.to().path());
        exchange.reinstall(
                partition, new LogOpener.Outcome.Opened(move.to(), moved.get(), false), settings);
    }

    /** With no space left for its last bytes it is copied anew when somebody asks again. */
    private void giveUpCopy(ReplicaMove move) {
        cancel(move);
    }

    private void retire(ReplicaMove move, LogDirectory from) {
        from.partitionRemoved();
        try {
            from.store().retire(List.of(move.replica()));
            workers.execute(() -> removeRetired(from));
        } catch (IOException e) {
            exchange.failed(from, e); // a start that finds both takes the newer one
        }
    }

    private void removeRetired(LogDirectory from) {
        try {
            from.store().removeDeleted();
        } catch (IOException e) {
            exchange.failed(from, e);
        }
    }
}
