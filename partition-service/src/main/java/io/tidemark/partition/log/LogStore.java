package io.tidemark.partition.log;

import io.tidemark.environment.Clock;
import io.tidemark.environment.Disk;
import io.tidemark.environment.DiskFullException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.kafka.common.Uuid;

/**
 * The logs in one log directory, and what the directory remembers of all of them: recovery points,
 * log start offsets and high watermarks, in Kafka's three checkpoint files. Safe for any thread;
 * different logs may be opened at the same time.
 */
public final class LogStore {

    private static final String RECOVERY_POINTS = "recovery-point-offset-checkpoint";
    private static final String LOG_STARTS = "log-start-offset-checkpoint";
    private static final String HIGH_WATERMARKS = "replication-offset-checkpoint";
    private static final String DELETE = "-delete";
    private static final String STRAY = "-stray";
    private static final int MAX_NAME_LENGTH = 255;

    private final Disk disk;
    private final Clock clock;
    private final ConcurrentMap<String, LogMarks> marks = new ConcurrentHashMap<>();
    private final LogMarks.Checkpoints checkpoints;
    private boolean logStartsKnown;

    private LogStore(Disk disk, Clock clock) {
        this.disk = disk;
        this.clock = clock;
        this.checkpoints =
                new LogMarks.Checkpoints(
                        new OffsetCheckpoint(disk, RECOVERY_POINTS),
                        new OffsetCheckpoint(disk, LOG_STARTS),
                        new OffsetCheckpoint(disk, HIGH_WATERMARKS));
    }

    private void load() throws IOException {
        checkpoints.recoveryPoints().load(this::marksOf, LogMarks::recoveryPoint);
        logStartsKnown = checkpoints.logStarts().load(this::marksOf, LogMarks::logStartOffset);
        checkpoints.highWatermarks().load(this::marksOf, LogMarks::highWatermark);
    }

    /** Reads the checkpoints. What cannot be read counts as unknown: recovery then scans more. */
    public static LogStore open(Disk disk, Clock clock) throws IOException {
        LogStore store = new LogStore(disk, clock);
        store.load();
        return store;
    }

    /**
     * The partitions stored here, by folder name. Folders being deleted, strays and folders without
     * a readable {@code partition.metadata} are not among them.
     */
    public List<StoredPartition> stored() throws IOException {
        List<StoredPartition> stored = new ArrayList<>();
        for (String name : disk.list("")) {
            int dash = name.lastIndexOf('-');
            OptionalInt partition =
                    dash > 0 ? number(name.substring(dash + 1)) : OptionalInt.empty();
            if (partition.isPresent()) {
                TopicIdFile.read(new LogFolder(disk, name))
                        .ifPresent(
                                topicId ->
                                        stored.add(
                                                new StoredPartition(
                                                        name.substring(0, dash),
                                                        partition.getAsInt(),
                                                        topicId)));
            }
        }
        return stored;
    }

    /** A partition's folder. */
    public record StoredPartition(String topic, int partition, Uuid topicId) {}

    /**
     * Opens, creates or recovers a log; the owner of the log may be another thread than this one.
     * One that is open must not be opened again.
     *
     * @param recovery {@code CLEAN} trusts the files up to their ends (a clean-shutdown marker was
     *     found); {@code UNCLEAN} scans from the recovery point, truncates a torn tail and rebuilds
     *     indexes
     */
    public PartitionLog openLog(
            String topic,
            int partition,
            Uuid topicId,
            LogConfig config,
            PartitionLog.Recovery recovery,
            RecoveryProgress progress)
            throws IOException {
        LogFolder folder = new LogFolder(disk, LogFolder.nameOf(topic, partition));
        return openLog(
                folder,
                new StoredPartition(topic, partition, topicId),
                config,
                recovery == PartitionLog.Recovery.CLEAN,
                progress);
    }

    /**
     * Opens, creates or recovers the copy of a replica that is moving here from another directory.
     * It counts for nothing until it is {@link #promote promoted}. Never trusts its files: only
     * what is promoted is closed in good order.
     */
    public PartitionLog openFuture(StoredPartition replica, LogConfig config) throws IOException {
        PartitionLog opened =
                openLog(
                        FutureFolder.of(disk, replica),
                        replica,
                        config,
                        false,
                        RecoveryProgress.IGNORED);
        disk.syncDirectory("");
        return opened;
    }

    /** Whether a copy is here, whole or not. */
    public boolean hasFuture(StoredPartition replica) throws IOException {
        return disk.exists(FutureFolder.of(disk, replica).name());
    }

    /** The copies that are here, by topic id. */
    public List<FutureFolder.Owner> futures() throws IOException {
        return disk.list("").stream().flatMap(name -> FutureFolder.ownerOf(name).stream()).toList();
    }

    /**
     * Makes a closed copy the replica, durably, with its offsets.
     *
     * @throws IllegalStateException where a folder of that name is here
     */
    public void promote(StoredPartition replica) throws IOException {
        String name = LogFolder.nameOf(replica.topic(), replica.partition());
        if (disk.exists(name)) {
            throw new IllegalStateException(name + " is here already");
        }
        checkpoint();
        disk.rename(FutureFolder.of(disk, replica).name(), name);
        disk.syncDirectory("");
    }

    /** Removes a copy, which must be closed, and what is remembered of it. */
    public void deleteFuture(StoredPartition replica) throws IOException {
        forget(List.of(replica));
        deleteFuture(new FutureFolder.Owner(replica.topicId(), replica.partition()));
    }

    /** Removes a copy of which nothing is remembered. */
    public void deleteFuture(FutureFolder.Owner owner) throws IOException {
        String name = FutureFolder.nameOf(owner);
        if (disk.exists(name)) {
            remove(name);
            disk.syncDirectory("");
        }
    }

    /**
     * Takes replicas' folders out of the way, durably; {@link #remove} removes them then. No log of
     * them may be open.
     *
     * @return what the folders are called now
     */
    public List<String> retire(Collection<StoredPartition> replicas) throws IOException {
        forget(replicas);
        List<String> retired = new ArrayList<>();
        for (StoredPartition replica : replicas) {
            retired.add(rename(replica, DELETE));
        }
        disk.syncDirectory("");
        return retired;
    }

    /** As of the last checkpoint, or since: all records below it are durable. */
    public long recoveryPoint(StoredPartition replica) {
        return marksOf(replica.topic(), replica.partition()).recoveryPoint();
    }

    private PartitionLog openLog(
            LogFolder folder,
            StoredPartition owner,
            LogConfig config,
            boolean clean,
            RecoveryProgress progress)
            throws IOException {
        String topic = owner.topic();
        int partition = owner.partition();
        Uuid topicId = owner.topicId();
        disk.createDirectories(folder.name());
        Optional<Uuid> stored = TopicIdFile.read(folder);
        if (stored.isEmpty()) {
            // Durable with the first record. Where a crash was sooner, none was acknowledged.
            TopicIdFile.write(folder, topicId);
        } else if (!stored.get().equals(topicId)) {
            throw new IllegalStateException(
                    "%s belongs to topic id %s, not %s"
                            .formatted(folder.name(), stored.get(), topicId));
        }
        LogMarks mark = marksOf(topic, partition);
        boolean folderDurable = stored.isPresent() && mark.recoveryPoint() > 0;
        LogRecovery.Recovered recovered =
                new LogRecovery(
                                folder,
                                new LogRecovery.Request(
                                        topic,
                                        partition,
                                        config,
                                        clean && stored.isPresent(),
                                        folderDurable,
                                        mark.recoveryPoint(),
                                        logStartsKnown ? mark.logStartOffset() : -1,
                                        clock.wallMs(),
                                        progress))
                        .recover();
        LogState state =
                new LogState(
                        folder,
                        clock,
                        mark,
                        config,
                        recovered,
                        new DroppedSegments(folder, this, SegmentFiles.renamed(folder)));
        state.namesChanged = true;
        state.folderUnsynced = !folderDurable;
        return new PartitionLog(this, state);
    }

    /** Told while a log is scanned, on the thread that opens it. */
    @FunctionalInterface
    public interface RecoveryProgress {
        /** Bytes scanned so far, of those to scan. */
        void scanned(String topic, int partition, long bytes, long totalBytes);

        /** Nobody asks. */
        RecoveryProgress IGNORED = (topic, partition, bytes, totalBytes) -> {};
    }

    /**
     * Writes the checkpoint files where anything changed, durably. Call it every few seconds: what
     * lies above the last recovery point is scanned after a crash.
     */
    public void checkpoint() throws IOException {
        saveRecoveryPoints();
        saveLogStarts();
        checkpoints.highWatermarks().save(marks.values(), LogMarks::highWatermark);
    }

    /** Renames a partition's folder to {@code <name>.<id>-stray}, out of the way; kept. */
    public void moveStray(StoredPartition partition) throws IOException {
        forget(List.of(partition));
        rename(partition, STRAY);
        disk.syncDirectory("");
    }

    /** Removes the folders of deleted partitions that a crash left behind. Returns how many. */
    public int removeDeleted() throws IOException {
        int removed = 0;
        for (String name : disk.list("")) {
            if (name.endsWith(DELETE)) {
                remove(name);
                removed++;
            }
        }
        return removed;
    }

    void saveRecoveryPoints() throws IOException {
        checkpoints.recoveryPoints().save(marks.values(), LogMarks::recoveryPoint);
    }

    void saveLogStarts() throws IOException {
        checkpoints.logStarts().save(marks.values(), LogMarks::logStartOffset);
    }

    /** Removes a folder that is out of the way, with its files. */
    public void remove(String folder) throws IOException {
        for (String file : disk.list(folder)) {
            disk.delete(folder + "/" + file);
        }
        disk.delete(folder);
    }

    /**
     * Forgets logs' offsets before their folders go: a new one of such a name would be missing what
     * they promise.
     */
    private void forget(Collection<StoredPartition> replicas) throws IOException {
        for (StoredPartition replica : replicas) {
            marks.remove(LogFolder.nameOf(replica.topic(), replica.partition()));
        }
        checkpoints.moved();
        try {
            checkpoint();
        } catch (DiskFullException e) {
            // Removal makes room; the checkpoint is written with the next change.
        }
    }

    private String rename(StoredPartition replica, String suffix) throws IOException {
        String name = LogFolder.nameOf(replica.topic(), replica.partition());
        String renamed = renamed(name, replica.topicId(), suffix);
        disk.rename(name, renamed);
        return renamed;
    }

    private static String renamed(String name, Uuid topicId, String suffix) {
        String end =
                String.format(
                        Locale.ROOT,
                        ".%016x%016x%s",
                        topicId.getMostSignificantBits(),
                        topicId.getLeastSignificantBits(),
                        suffix);
        return name.substring(0, Math.min(name.length(), MAX_NAME_LENGTH - end.length())) + end;
    }

    private LogMarks marksOf(String topic, int partition) {
        return marks.computeIfAbsent(
                LogFolder.nameOf(topic, partition),
                name -> new LogMarks(topic, partition, checkpoints));
    }

    private static OptionalInt number(String digits) {
        boolean all = !digits.isEmpty() && digits.length() < 10;
        for (int i = 0; all && i < digits.length(); i++) {
            all = digits.charAt(i) >= '0' && digits.charAt(i) <= '9';
        }
        return all ? OptionalInt.of(Integer.parseInt(digits)) : OptionalInt.empty();
    }
}
