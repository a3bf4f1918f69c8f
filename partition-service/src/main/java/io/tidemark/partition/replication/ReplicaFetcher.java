package io.tidemark.partition.replication;

import io.tidemark.partition.replication.Followed.Taken;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.record.RecordBytes;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchRequestData.ForgottenTopic;
import org.apache.kafka.common.message.FetchRequestData.ReplicaState;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.jspecify.annotations.Nullable;

/**
 * Copies the partitions of one event loop that one other node leads: one fetch at a time for all of
 * them, in an incremental session (KIP-227). The next fetch goes out when what the last one brought
 * is safe, so that a fetch offset is what the leader may count on.
 *
 * <pre>
 *  idle      --next--> asking      a request is under way
 *  asking    --answered--> taking  records were appended: waits until they are safe
 *  asking    --answered--> idle    there were none
 *  asking    --next--> asking      partitions that came meanwhile are asked for in a second
 *                                  request, which ends the leader's wait with the first
 *  taking    --progressed--> idle  all are safe, or the slow ones are left out for now
 *  any       --failed--> idle      the session is over, and begins anew after a while
 * </pre>
 */
public final class ReplicaFetcher {
    private static final int NO_SESSION = 0;
    private static final int INITIAL_EPOCH = 0;
    private static final int MAX_UNDER_WAY = 2;
    private static final long REFUSED_BACKOFF_NANOS = 100_000_000L;
    private static final long FIRST_FAILURE_BACKOFF_NANOS = 50_000_000L;
    private static final long MAX_FAILURE_BACKOFF_NANOS = 1_000_000_000L;

    /** How long a partition whose sync takes long may hold the others up. */
    private static final long SYNC_PATIENCE_NANOS = 100_000_000L;

    private final int nodeId;
    private final LongSupplier nodeEpoch;
    private final Supplier<FetchLimits> limits;
    private final Map<Key, Entry> entries = new HashMap<>();
    private final Set<Entry> changed = new LinkedHashSet<>();
    private final ArrayDeque<Long> underWay = new ArrayDeque<>(); // numbers of requests
    private final Throttle throttle = new Throttle();
    private int sessionId = NO_SESSION;
    private int sessionEpoch = INITIAL_EPOCH;
    private int inSession;
    private int session; // counts sessions: answers from one that is over are void
    private long requests;
    private boolean urgent;
    private int syncing;
    private long syncingSinceNanos;
    private long notBeforeNanos;
    private long failureBackoffNanos;

    private record Key(Uuid topicId, int index) {}

    /** A partition, and what the leader's session knows of it. */
    private static final class Entry {
        private final Followed followed;
        private @Nullable FetchPosition asked;
        private long askedIn;
        private boolean syncing;
        private boolean waits;
        private long notBeforeNanos;

        private Entry(Followed followed) {
            this.followed = followed;
        }
    }

    /**
     * @param nodeEpoch of this node's registration
     */
    public ReplicaFetcher(int nodeId, LongSupplier nodeEpoch, Supplier<FetchLimits> limits) {
        this.nodeId = nodeId;
        this.nodeEpoch = nodeEpoch;
        this.limits = limits;
    }

    /** Copies a partition from now on; or, where it does already, asks for it anew. */
    public void follow(Followed followed) {
        Entry entry =
                entries.computeIfAbsent(
                        new Key(followed.topicId(), followed.index()), key -> new Entry(followed));
        entry.waits = false;
        changed.add(entry);
        urgent = true;
    }

    /** Copies it no more. */
    public void unfollow(Followed followed) {
        Entry entry = entries.get(new Key(followed.topicId(), followed.index()));
        if (entry != null && entry.followed == followed) {
            doneSyncing(entry);
            entries.remove(new Key(followed.topicId(), followed.index()));
            changed.add(entry); // the session must forget it
        }
    }

    /** Whether there is nothing to copy. */
    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /** What a partition has is safe now, or its position has changed otherwise. */
    public void progressed(Followed followed) {
        Entry entry = entries.get(new Key(followed.topicId(), followed.index()));
        if (entry != null && entry.followed == followed) {
            if (entry.followed.position() != null) {
                doneSyncing(entry);
            }
            changed.add(entry);
        }
    }

    private void doneSyncing(Entry entry) {
        if (entry.syncing) {
            entry.syncing = false;
            syncing--;
        }
    }

    /** The next request, where it is time for one: the caller sends it. */
    public Optional<FetchRequestData> next(long nowNanos) {
        if (waitsForAnswers() || waitNanos(nowNanos) > 0) {
            return Optional.empty();
        }
        urgent = false;
        requests++;
        FetchRequestData request = sessionEpoch == INITIAL_EPOCH ? whole(nowNanos) : news(nowNanos);
        if (inSession == 0) {
            if (sessionEpoch != INITIAL_EPOCH) {
                endSession();
            }
            return Optional.empty();
        }
        underWay.add(requests);
        if (sessionEpoch != INITIAL_EPOCH) {
            sessionEpoch = sessionEpoch == Integer.MAX_VALUE ? 1 : sessionEpoch + 1;
        }
        return Optional.of(request);
    }

    private boolean waitsForAnswers() {
        if (underWay.isEmpty()) {
            return false;
        }
        return !urgent || underWay.size() >= MAX_UNDER_WAY || sessionEpoch == INITIAL_EPOCH;
    }

    /**
     * How long until {@link #next} may have a request although nothing happens till then; {@link
     * Long#MAX_VALUE} where only an event can change that.
     */
    public long wakeInNanos(long nowNanos) {
        if (entries.isEmpty() || waitsForAnswers()) {
            return Long.MAX_VALUE;
        }
        long wait = waitNanos(nowNanos);
        if (wait > 0) {
            return wait;
        }
        long earliest = Long.MAX_VALUE;
        for (Entry entry : changed) {
            if (entry.waits) {
                earliest = Math.min(earliest, Math.max(1, entry.notBeforeNanos - nowNanos));
            }
        }
        return earliest;
    }

    /** Until the link may be used: after a failure, or while what came is made safe. */
    private long waitNanos(long nowNanos) {
        long wait = failureBackoffNanos > 0 ? notBeforeNanos - nowNanos : 0;
        if (syncing > 0 && underWay.isEmpty()) {
            wait = Math.max(wait, syncingSinceNanos + SYNC_PATIENCE_NANOS - nowNanos);
        }
        return Math.max(0, wait);
    }

    /** Begins a session with everything that can be asked for. */
    private FetchRequestData whole(long nowNanos) {
        FetchRequestData request = request();
        Map<Uuid, FetchTopic> topics = new HashMap<>();
        changed.clear();
        inSession = 0;
        for (Entry entry : entries.values()) {
            entry.asked = null;
            FetchPosition position = position(entry, nowNanos);
            if (position != null) {
                ask(entry, position, request, topics);
            }
        }
        return request;
    }

    /** Names what has changed since the last request. */
    private FetchRequestData news(long nowNanos) {
        FetchRequestData request = request();
        Map<Uuid, FetchTopic> topics = new HashMap<>();
        Map<Uuid, ForgottenTopic> forgotten = new HashMap<>();
        List<Entry> looked = new ArrayList<>(changed);
        changed.clear();
        for (Entry entry : looked) {
            FetchPosition position = position(entry, nowNanos);
            if (position == null) {
                forget(entry, request, forgotten);
            } else if (!position.equals(entry.asked)) {
                ask(entry, position, request, topics);
            }
        }
        return request;
    }

    private FetchRequestData request() {
        FetchLimits now = limits.get();
        return new FetchRequestData()
                .setReplicaState(
                        new ReplicaState()
                                .setReplicaId(nodeId)
                                .setReplicaEpoch(nodeEpoch.getAsLong()))
                // The first answer names the session, without which nothing can be added.
                .setMaxWaitMs(sessionEpoch == INITIAL_EPOCH ? 0 : now.maxWaitMs())
                .setMinBytes(1)
                .setMaxBytes(now.responseMaxBytes())
                .setSessionId(sessionId)
                .setSessionEpoch(sessionEpoch);
    }

    /** Null where a partition is to be left out; one that waits for its time stays in the news. */
    private @Nullable FetchPosition position(Entry entry, long nowNanos) {
        Followed followed = entry.followed;
        if (entries.get(new Key(followed.topicId(), followed.index())) != entry) {
            return null;
        }
        FetchPosition position = followed.position();
        if (position == null) {
            return null;
        }
        if (!entry.waits || entry.notBeforeNanos - nowNanos <= 0) {
            entry.waits = false;
            if (!position.throttled()) {
                return position;
            }
            long wait = throttle.waitNanos(limits.get().throttledBytesPerSecond(), nowNanos);
            if (wait == 0) {
                return position;
            }
            waitUntil(entry, nowNanos + wait);
        }
        changed.add(entry);
        return null;
    }

    private static void waitUntil(Entry entry, long nanos) {
        entry.waits = true;
        entry.notBeforeNanos = nanos;
    }

    private void ask(
            Entry entry,
            FetchPosition position,
            FetchRequestData request,
            Map<Uuid, FetchTopic> topics) {
        if (entry.asked == null) {
            inSession++;
        }
        entry.asked = position;
        entry.askedIn = requests;
        topics.computeIfAbsent(
                        entry.followed.topicId(),
                        id -> {
                            FetchTopic topic = new FetchTopic().setTopicId(id);
                            request.topics().add(topic);
                            return topic;
                        })
                .partitions()
                .add(
                        new FetchPartition()
                                .setPartition(entry.followed.index())
                                .setCurrentLeaderEpoch(position.leaderEpoch())
                                .setFetchOffset(position.fetchOffset())
                                .setLastFetchedEpoch(position.lastFetchedEpoch())
                                .setLogStartOffset(position.logStartOffset())
                                .setHighWatermark(position.highWatermark())
                                .setPartitionMaxBytes(limits.get().partitionMaxBytes()));
    }

    private void forget(
            Entry entry, FetchRequestData request, Map<Uuid, ForgottenTopic> forgotten) {
        if (entry.asked == null) {
            return;
        }
        entry.asked = null;
        inSession--;
        Followed followed = entry.followed;
        Entry successor = entries.get(new Key(followed.topicId(), followed.index()));
        if (successor != null && successor != entry && successor.asked != null) {
            return; // the session knows the new one under the same name
        }
        forgotten
                .computeIfAbsent(
                        followed.topicId(),
                        id -> {
                            ForgottenTopic topic = new ForgottenTopic().setTopicId(id);
                            request.forgottenTopicsData().add(topic);
                            return topic;
                        })
                .partitions()
                .add(followed.index());
    }

    /** Names the session that requests belong to now; see {@link #answered}. */
    public int session() {
        return session;
    }

    /**
     * The answer to the oldest request under way.
     *
     * @param ofSession what {@link #session} was when the request was made: with another one the
     *     answer is void
     */
    public void answered(int ofSession, FetchResponseData response, long nowNanos) {
        Long sent = ofSession == session ? underWay.poll() : null;
        if (sent == null) {
            return;
        }
        if (response.errorCode() != ErrorCode.NONE.number()) {
            sessionFailed(ErrorCode.of(response.errorCode()), nowNanos);
            return;
        }
        failureBackoffNanos = 0;
        boolean syncedBefore = syncing == 0;
        for (FetchableTopicResponse topic : response.responses()) {
            for (PartitionData partition : topic.partitions()) {
                Entry entry = entries.get(new Key(topic.topicId(), partition.partitionIndex()));
                if (entry != null && entry.asked != null && entry.askedIn <= sent) {
                    take(entry, entry.asked, partition, nowNanos);
                }
            }
        }
        if (syncedBefore && syncing > 0) {
            syncingSinceNanos = nowNanos;
        }
        if (sessionEpoch == INITIAL_EPOCH) {
            sessionId = response.sessionId();
            sessionEpoch = sessionId == NO_SESSION ? INITIAL_EPOCH : 1;
        }
    }

    private void take(Entry entry, FetchPosition asked, PartitionData answer, long nowNanos) {
        ByteBuffer records = RecordBytes.of(answer);
        if (asked.throttled() && records != null) {
            throttle.take(records.remaining());
        }
        Taken taken = entry.followed.take(asked, answer);
        switch (taken) {
            case DONE -> {
                if (entry.followed.position() != null) {
                    doneSyncing(entry);
                }
            }
            case SYNCING -> {
                if (!entry.syncing) {
                    entry.syncing = true;
                    syncing++;
                }
            }
            case LATER -> {
                doneSyncing(entry);
                waitUntil(entry, nowNanos + REFUSED_BACKOFF_NANOS);
            }
        }
        changed.add(entry);
    }

    private void sessionFailed(ErrorCode error, long nowNanos) {
        boolean again =
                error == ErrorCode.FETCH_SESSION_ID_NOT_FOUND
                        || error == ErrorCode.INVALID_FETCH_SESSION_EPOCH
                        || error == ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR;
        if (again && failureBackoffNanos == 0) {
            endSession();
            failureBackoffNanos = 1; // once at once, then not so fast
            notBeforeNanos = nowNanos;
        } else {
            failed(session, nowNanos);
        }
    }

    /**
     * The connection broke, or an answer did not come in time: whatever is under way is void.
     *
     * @param ofSession as in {@link #answered}
     */
    public void failed(int ofSession, long nowNanos) {
        if (ofSession != session) {
            return;
        }
        endSession();
        failureBackoffNanos =
                Math.clamp(
                        failureBackoffNanos * 2,
                        FIRST_FAILURE_BACKOFF_NANOS,
                        MAX_FAILURE_BACKOFF_NANOS);
        notBeforeNanos = nowNanos + failureBackoffNanos;
    }

    private void endSession() {
        session++;
        sessionId = NO_SESSION;
        sessionEpoch = INITIAL_EPOCH;
        inSession = 0;
        underWay.clear();
    }
}
