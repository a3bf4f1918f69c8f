package io.tidemark.coordinator.session;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * When each node was last heard. Times are monotonic nanoseconds of one clock. A leader that was
 * itself suspended blames nobody: the time it did not look does not count.
 */
public final class Sessions {
    private final long timeoutNanos;
    private final long longestLookNanos;
    private final Map<Integer, Session> byNode = new HashMap<>();
    private long lookedNanos;

    /**
     * @param timeoutMs silence after which a node is lost
     * @param lookMs how often {@link #expired} is called
     */
    public Sessions(long timeoutMs, long lookMs) {
        this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        this.longestLookNanos = TimeUnit.MILLISECONDS.toNanos(2 * lookMs);
    }

    /** Begins anew, as a new leader: every live node gets a whole session to be heard in. */
    public void begin(long nowNanos, Collection<Integer> liveNodes) {
        byNode.clear();
        lookedNanos = nowNanos;
        liveNodes.forEach(id -> byNode.put(id, Session.awaited(nowNanos)));
    }

    /** The node's connection broke: unless it is heard within {@code graceMs}, it is lost. */
    public void suspect(int nodeId, long nowNanos, long graceMs) {
        long graceNanos = TimeUnit.MILLISECONDS.toNanos(graceMs);
        byNode.computeIfPresent(
                nodeId, (id, session) -> session.earlier(nowNanos - (timeoutNanos - graceNanos)));
    }

    /** Gives a live node a session to be heard in, where it has none. */
    public void watch(int nodeId, long nowNanos) {
        byNode.putIfAbsent(nodeId, Session.awaited(nowNanos));
    }

    /** A node was heard. */
    public void heard(int nodeId, long nowNanos) {
        byNode.put(nodeId, Session.heard(nowNanos));
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
        long unseen = nowNanos - lookedNanos - longestLookNanos;
        lookedNanos = nowNanos;
        if (unseen > 0) {
            byNode.replaceAll((id, session) -> session.later(unseen));
        }
        List<Integer> lost = new ArrayList<>();
        byNode.forEach(
                (id, session) -> {
                    if (nowNanos - session.atNanos > timeoutNanos) {
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
