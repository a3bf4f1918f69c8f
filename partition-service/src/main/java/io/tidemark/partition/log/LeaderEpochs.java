package io.tidemark.partition.log;

import io.tidemark.partition.log.PartitionLog.EpochEnd;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Which leader epoch began at which offset (KIP-101, KIP-279); both grow. In memory, and in {@code
 * leader-epoch-checkpoint}, a {@link CheckpointFile} of {@code epoch startOffset}.
 */
final class LeaderEpochs {
    static final String FILE = "leader-epoch-checkpoint";
    static final int NONE = -1;
    private static final EpochEnd UNKNOWN = new EpochEnd(NONE, -1);

    private int[] epochs = new int[1];
    private long[] starts = new long[1];
    private int size;
    private boolean dirty;

    /** What the file says; empty where it is missing or makes no sense. */
    static Optional<LeaderEpochs> read(LogFolder folder) throws IOException {
        return CheckpointFile.read(folder.disk(), folder.path(FILE), 2)
                .flatMap(LeaderEpochs::parse);
    }

    private static Optional<LeaderEpochs> parse(List<String[]> entries) {
        LeaderEpochs parsed = new LeaderEpochs();
        try {
            for (String[] entry : entries) {
                int epoch = Integer.parseInt(entry[0]);
                long start = Long.parseLong(entry[1]);
                if (epoch <= parsed.latest() || start < 0 || start < parsed.latestStart()) {
                    return Optional.empty();
                }
                parsed.add(epoch, start);
            }
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
        return Optional.of(parsed);
    }

    /** Notes that an epoch begins; one that has begun already, or is over, changes nothing. */
    void assign(int epoch, long startOffset) {
        if (epoch <= latest()) {
            return;
        }
        truncateFromEnd(startOffset);
        add(epoch, startOffset);
        dirty = true;
    }

    private void add(int epoch, long start) {
        if (size == epochs.length) {
            epochs = Arrays.copyOf(epochs, size * 2);
            starts = Arrays.copyOf(starts, size * 2);
        }
        epochs[size] = epoch;
        starts[size] = start;
        size++;
    }

    /** -1 where none is known. */
    int latest() {
        return size == 0 ? NONE : epochs[size - 1];
    }

    private long latestStart() {
        return size == 0 ? 0 : starts[size - 1];
    }

    /** The epoch of the record at {@code offset}; -1 where unknown. */
    int epochOf(long offset) {
        for (int i = size - 1; i >= 0; i--) {
            if (starts[i] <= offset) {
                return epochs[i];
            }
        }
        return NONE;
    }

    /** See {@link PartitionLog#endOffsetForEpoch}. */
    EpochEnd endOffset(int epoch, long logEndOffset) {
        if (epoch < 0 || size == 0 || epoch > latest()) {
            return UNKNOWN;
        }
        if (epoch == latest()) {
            return new EpochEnd(epoch, logEndOffset);
        }
        int higher = 0;
        while (epochs[higher] <= epoch) {
            higher++;
        }
        return new EpochEnd(higher == 0 ? epoch : epochs[higher - 1], starts[higher]);
    }

    /**
     * See {@link PartitionLog#divergence}. Two logs are the same up to a record that both have in
     * the same epoch. Elsewhere they are so at most up to the end of the newest epoch that both may
     * have.
     */
    Optional<EpochEnd> divergence(long endOffset, int lastEpoch, long logEndOffset) {
        if (lastEpoch < 0) {
            return Optional.empty();
        }
        EpochEnd end = endOffset(lastEpoch, logEndOffset);
        if (end.leaderEpoch() < 0) {
            // An epoch that has not been: all that the other has of it is wrong.
            return Optional.of(new EpochEnd(latest(), logEndOffset));
        }
        if (end.leaderEpoch() < lastEpoch || end.endOffset() < endOffset) {
            return Optional.of(end);
        }
        int own = epochOf(endOffset - 1);
        return own == NONE || own == lastEpoch
                ? Optional.empty()
                : Optional.of(endOffset(own, logEndOffset));
    }

    /** Forgets the epochs that begin at or after {@code endOffset}. */
    void truncateFromEnd(long endOffset) {
        while (size > 0 && starts[size - 1] >= endOffset) {
            size--;
            dirty = true;
        }
    }

    /** Forgets the epochs that end at or before {@code startOffset}. */
    void truncateFromStart(long startOffset) {
        int over = 0;
        while (over + 1 < size && starts[over + 1] <= startOffset) {
            over++;
        }
        if (over > 0) {
            System.arraycopy(epochs, over, epochs, 0, size - over);
            System.arraycopy(starts, over, starts, 0, size - over);
            size -= over;
            dirty = true;
        }
        if (size > 0 && starts[0] < startOffset) {
            starts[0] = startOffset;
            dirty = true;
        }
    }

    void clear() {
        size = 0;
        dirty = true;
    }

    /** Whether the file is behind. */
    boolean dirty() {
        return dirty;
    }

    void markDirty() {
        dirty = true;
    }

    /** The file's content as of now, to be written; from now on the file counts as up to date. */
    String takeCheckpoint() {
        dirty = false;
        List<String> lines = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            lines.add(epochs[i] + " " + starts[i]);
        }
        return CheckpointFile.format(lines);
    }
}
