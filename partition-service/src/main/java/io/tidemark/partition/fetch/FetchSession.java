package io.tidemark.partition.fetch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;

/**
 * An incremental fetch session (KIP-227): the partitions a client wants, so that it names only what
 * changes, and is told only of what changed. Safe for any thread: a client that breaks its
 * connection may come back on another loop.
 */
final class FetchSession {
    private final int id;
    private final boolean byTopicId;
    private final boolean ofReplica;
    private final Map<FetchTarget.Key, Cached> targets = new LinkedHashMap<>();
    private int nextEpoch = 1;
    private long lastUsedNanos;

    /** A partition and what the client was last told of it. */
    private static final class Cached {
        private FetchTarget target;
        private long highWatermark = -1;
        private long logStartOffset = -1;
        private boolean toldError;

        private Cached(FetchTarget target) {
            this.target = target;
        }
    }

    FetchSession(
            int id,
            boolean byTopicId,
            boolean ofReplica,
            List<FetchTarget> targets,
            long nowNanos) {
        this.id = id;
        this.byTopicId = byTopicId;
        this.ofReplica = ofReplica;
        this.lastUsedNanos = nowNanos;
        targets.forEach(target -> this.targets.put(target.key(), new Cached(target)));
    }

    int id() {
        return id;
    }

    boolean byTopicId() {
        return byTopicId;
    }

    boolean ofReplica() {
        return ofReplica;
    }

    synchronized long lastUsedNanos() {
        return lastUsedNanos;
    }

    /**
     * Takes the next request of the session.
     *
     * @return whether its epoch is the one expected; where not, nothing has changed
     */
    synchronized boolean advance(
            int epoch, List<FetchTarget> changed, List<FetchTarget.Key> forgotten, long nowNanos) {
        if (epoch != nextEpoch) {
            return false;
        }
        nextEpoch = nextEpoch == Integer.MAX_VALUE ? 1 : nextEpoch + 1;
        lastUsedNanos = nowNanos;
        for (FetchTarget target : changed) {
            Cached cached = targets.get(target.key());
            if (cached == null) {
                targets.put(target.key(), new Cached(target));
            } else {
                cached.target = target;
            }
        }
        forgotten.forEach(targets::remove);
        return true;
    }

    /** What to fetch now; those that have waited longest for records first. */
    synchronized List<FetchTarget> targets() {
        List<FetchTarget> wanted = new ArrayList<>(targets.size());
        targets.values().forEach(cached -> wanted.add(cached.target));
        return wanted;
    }

    /**
     * Whether the client must be told, and notes that it is. A partition that gives records goes to
     * the end of the line.
     *
     * @param full the response tells of every partition
     */
    synchronized boolean tell(
            FetchTarget target, PartitionData data, int recordBytes, boolean full) {
        FetchTarget.Key key = target.key();
        Cached cached = targets.get(key);
        if (cached == null) {
            return true; // forgotten meanwhile by a client that did not wait
        }
        boolean error =
                data.errorCode() != 0
                        || data.divergingEpoch().endOffset() >= 0
                        || data.preferredReadReplica() >= 0;
        boolean changed =
                full
                        || recordBytes > 0
                        || error
                        || cached.toldError
                        || cached.highWatermark != data.highWatermark()
                        || cached.logStartOffset != data.logStartOffset();
        cached.highWatermark = data.highWatermark();
        cached.logStartOffset = data.logStartOffset();
        cached.toldError = error;
        if (recordBytes > 0) {
            targets.remove(key);
            targets.put(key, cached);
        }
        return changed;
    }
}
