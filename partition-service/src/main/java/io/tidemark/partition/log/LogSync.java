package io.tidemark.partition.log;

import io.tidemark.environment.DiskFullException;
import io.tidemark.partition.log.PartitionLog.SyncTicket;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one sync makes durable, taken from the log when it was prepared. */
final class LogSync implements SyncTicket {
    private final LogState log;
    private final LogStore store;
    final long endOffset;
    final int truncations;
    final boolean coversLogStart;
    private final List<SharedFile> files;
    private final boolean names;
    private final boolean folder;
    private final boolean beginning;
    private final @Nullable String epochs;

    private volatile boolean recordsDurable;
    private volatile boolean epochsDurable;
    private volatile boolean logStartDurable;
    private volatile boolean nameLost;

    /** On the log's thread. The active segment's file is the last in {@code files}. */
    LogSync(LogState log, LogStore store, List<SharedFile> files) {
        this.log = log;
        this.store = store;
        this.files = files;
        this.endOffset = log.endOffset();
        this.truncations = log.truncations;
        this.folder = log.folderUnsynced;
        this.beginning = log.beginningUnsynced;
        this.names = log.namesUnsynced();
        this.epochs = log.epochs.dirty() ? log.epochs.takeCheckpoint() : null;
        this.coversLogStart = log.logStartChanged;
        log.namesChanged = false;
        log.logStartChanged = false;
    }

    @Override
    public void run() throws IOException {
        try {
            for (SharedFile file : files) {
                file.file().force();
            }
            boolean folderDurable = !folder || saved(() -> TopicIdFile.secure(log.folder));
            epochsDurable = saveEpochs();
            if (names || epochs != null) {
                log.folder.disk().syncDirectory(log.folder.name());
            }
            if (folder) {
                log.folder.disk().syncDirectory("");
            }
            // A file without a name is durable only until it is closed.
            nameLost = !files.isEmpty() && !files.getLast().hasItsName();
            // Epochs with their records: recovery reads only those that it does not know durable.
            recordsDurable = folderDurable && epochsDurable && !nameLost;
            logStartDurable = !coversLogStart || saved(store::saveLogStarts);
        } catch (IOException e) {
            log.fail(e);
            if (!LogFault.isOfOneLog(e)) {
                throw e;
            }
        } finally {
            files.forEach(SharedFile::release);
        }
    }

    @Override
    public boolean complete() {
        return recordsDurable && logStartDurable;
    }

    private boolean saveEpochs() throws IOException {
        String content = epochs;
        return content == null
                || saved(
                        () ->
                                TextFile.replace(
                                        log.folder.disk(),
                                        log.folder.path(LeaderEpochs.FILE),
                                        content));
    }

    /** False where the disk is too full. */
    private static boolean saved(Save save) throws IOException {
        try {
            save.run();
            return true;
        } catch (DiskFullException e) {
            return false;
        }
    }

    @FunctionalInterface
    private interface Save {
        void run() throws IOException;
    }

    /** Takes the outcome into the log, on its thread. */
    void finish() {
        if (recordsDurable) {
            log.folderUnsynced = false;
            log.beginningUnsynced &= !beginning;
            if (truncations == log.truncations && endOffset > log.flushedEndOffset) {
                log.flushedEndOffset = endOffset;
                log.marks.recoveryPoint(endOffset);
            }
        }
        if (!epochsDurable) {
            log.epochs.markDirty();
        }
        log.logStartChanged |= !logStartDurable;
        log.activeSuspect |= nameLost;
    }
}
