package io.tidemark.coordinator.session;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * When each node was last heard. Times are monotonic nanoseconds of one clock.
 *
 * <p>A machine that is short of CPU makes the living late, not dead. A leader that looks later than
 * it meant to was not scheduled itself: everybody's deadline moves by as much. And a node whose
 * heartbeats have come late, and yet have come, is given three times its longest recent gap before
 * it is lost, up to a bound.
 */
public final class Sessions {
    private static final int GAPS_ALLOWED = 3;

    private final long timeoutNanos;
    private final long longestTimeoutNanos;
    private final long lookEveryNanos;
    private final Map<Integer, Session> byNode = new HashMap<>();
    private final Map<Integer, Gaps> gaps = new HashMap<>();
    private long lookedNanos;
    private long unseenNanos;

    /**
     * @param timeoutMs silence after which a node is lost
     * @param longestTimeoutMs the same for one that has been slow
     * @param lookMs how often {@link #expired} is called, at least
     */
    public Sessions(long timeoutMs, long longestTimeoutMs, long lookMs) {
        this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        this.longestTimeoutNanos =
                Math.max(timeoutNanos, TimeUnit.MILLISECONDS.toNanos(longestTimeoutMs));
        this.lookEveryNanos = TimeUnit.MILLISECONDS.toNanos(lookMs);
    }

    /** Begins anew, as a new leader: every live node gets a whole session to be heard in. */
    public void begin(long nowNanos, Collection<Integer> liveNodes) {
        byNode.clear();
        gaps.clear();
        lookedNanos = nowNanos;
        liveNodes.forEach(id -> byNode.put(id, Session.awaited(nowNanos)));
    }

    /**
     * The node's connection broke: unless it is heard within a third of its time, it is lost.
     *
     * @return that third, in ms
     */
    public long suspect(int nodeId, long nowNanos) {
        listened(nowNanos);
        long patience = patienceNanos(nodeId, nowNanos);
        long grace = patience / 3;
        byNode.computeIfPresent(
                nodeId, (id, session) -> session.earlier(nowNanos - (patience - grace)));
        return TimeUnit.NANOSECONDS.toMillis(grace);
    }

    /** The silence that is borne of the node. */
    private long patienceNanos(int nodeId, long nowNanos) {
        Gaps known = gaps.get(nodeId);
        long slow = known == null ? 0 : known.longestNanos(nowNanos - unseenNanos);
        return Math.clamp(GAPS_ALLOWED * slow, timeoutNanos, longestTimeoutNanos);
    }

    /** Gives a live node a session to be heard in, where it has none. */
    public void watch(int nodeId, long nowNanos) {
        byNode.putIfAbsent(nodeId, Session.awaited(nowNanos));
    }

    /**
     * A node was heard.
     *
     * @param epoch of its registration
     */
    public void heard(int nodeId, long epoch, long nowNanos) {
        listened(nowNanos);
        byNode.put(nodeId, Session.heard(nowNanos));
        Gaps known = gaps.get(nodeId);
        if (known == null || !known.isOf(epoch)) {
            gaps.put(nodeId, new Gaps(epoch, nowNanos - unseenNanos));
        } else {
            known.heard(nowNanos - unseenNanos);
        }
    }

    /** What a look is late by, nobody could be heard in. */
    private void listened(long nowNanos) {
        long late = nowNanos - lookedNanos - lookEveryNanos;
        if (late > 0) {
            byNode.replaceAll((id, session) -> session.later(late));
            unseenNanos += late;
            lookedNanos += late;
        }
    }

    /** Whether this leader has ever heard the node. */
    public boolean wasHeard(int nodeId) {
        Session session = byNode.get(nodeId);
        return session != null && session.heard;
    }

    /** Whether the node was heard after {@code sinceNanos}. */
    public boolean wasHeardAfter(int nodeId, long sinceNanos) {
        Session session = byNode.get(nodeId);
        return session != null && session.heard && session.heardNanos - sinceNanos > 0;
    }

    /** Ends a node's session. */
    public void forget(int nodeId) {
        byNode.remove(nodeId);
    }

    /** The nodes whose sessions are over. */
    public List<Integer> expired(long nowNanos) {
        listened(nowNanos);
        lookedNanos = nowNanos;
        List<Integer> lost = new ArrayList<>();
        byNode.forEach(
                (id, session) -> {
                    if (nowNanos - session.atNanos > patienceNanos(id, nowNanos)) {
                        lost.add(id);
                    }
                });
        lost.sort(null);
        return lost;
    }

    /**
     * @param atNanos when its time began; moves when nobody looked, or its connection broke
     * @param heardNanos when it was heard in fact, where it was
     */
    private record Session(long atNanos, long heardNanos, boolean heard) {
        static Session awaited(long nowNanos) {
            return new Session(nowNanos, nowNanos, false);
        }

        static Session heard(long nowNanos) {
            return new Session(nowNanos, nowNanos, true);
        }

        Session later(long nanos) {
            return new Session(atNanos + nanos, heardNanos, heard);
        }

        Session earlier(long nanos) {
            return new Session(Math.min(atNanos, nanos), heardNanos, heard);
        }
    }
}
