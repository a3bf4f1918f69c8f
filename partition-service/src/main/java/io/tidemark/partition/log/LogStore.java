package io.tidemark.partition.log;

import io.tidemark.environment.Clock;
import io.tidemark.environment.Disk;
import java.io.IOException;
import java.util.List;
import org.apache.kafka.common.Uuid;

/**
 * The logs in one log directory, and what the directory remembers of all of them: recovery points
 * and log start offsets, in Kafka's two checkpoint files. Safe for any thread; different logs may
 * be opened at the same time.
 */
public final class LogStore {

    private LogStore() {}

    /** Reads the checkpoints. What cannot be read counts as unknown: recovery then scans more. */
    public static LogStore open(Disk disk, Clock clock) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * The partitions stored here, by folder name. Folders being deleted, strays and folders without
     * a readable {@code partition.metadata} are not among them.
     */
    public List<StoredPartition> stored() throws IOException {
        throw new UnsupportedOperationException();
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
        throw new UnsupportedOperationException();
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
     * Writes both checkpoint files where anything changed, durably. Call it every few seconds: what
     * lies above the last recovery point is scanned after a crash.
     */
    public void checkpoint() throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Renames a partition's folder to {@code <name>.<id>-stray}, out of the way; kept. */
    public void moveStray(StoredPartition partition) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Removes the folders of deleted partitions that a crash left behind. Returns how many. */
    public int removeDeleted() throws IOException {
        throw new UnsupportedOperationException();
    }
}
