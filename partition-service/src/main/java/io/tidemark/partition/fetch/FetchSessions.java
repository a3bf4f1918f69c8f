package io.tidemark.partition.fetch;

import io.tidemark.environment.Clock;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntSupplier;

/** All sessions, at most so many. Safe for any thread. */
public final class FetchSessions {
    private static final long EVICT_AFTER_NANOS = 120_000_000_000L;

    private final int slots;
    private final Clock clock;
    private final IntSupplier ids;
    private final Map<Integer, FetchSession> sessions = new HashMap<>();
    private int replicas;

    public FetchSessions(int slots, Clock clock) {
        this(slots, clock, () -> ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE));
    }

    FetchSessions(int slots, Clock clock, IntSupplier ids) {
        this.slots = slots;
        this.clock = clock;
        this.ids = ids;
    }

    /**
     * Opens a session. Where all slots are taken, one that was not used for two minutes gives way.
     * Those of replicas take no slot: there are few, and their owner closes them.
     *
     * @return empty where there is no slot: the client then sends full requests
     */
    synchronized Optional<FetchSession> open(
            boolean byTopicId, boolean ofReplica, List<FetchTarget> targets) {
        if (targets.isEmpty() || (!ofReplica && ofClients() >= slots && !evict())) {
            return Optional.empty();
        }
        int id = ids.getAsInt();
        while (sessions.containsKey(id)) {
            id = ids.getAsInt();
        }
        FetchSession session = new FetchSession(id, byTopicId, ofReplica, targets, clock.nanos());
        sessions.put(id, session);
        replicas += ofReplica ? 1 : 0;
        return Optional.of(session);
    }

    private boolean evict() {
        long now = clock.nanos();
        return sessions.values().stream()
                .filter(session -> !session.ofReplica())
                .min(Comparator.comparingLong(FetchSession::lastUsedNanos))
                .filter(oldest -> now - oldest.lastUsedNanos() >= EVICT_AFTER_NANOS)
                .map(oldest -> sessions.remove(oldest.id()) != null)
                .orElse(false);
    }

    synchronized Optional<FetchSession> find(int id) {
        return Optional.ofNullable(sessions.get(id));
    }

    private int ofClients() {
        return sessions.size() - replicas;
    }

    synchronized void close(int id) {
        FetchSession closed = sessions.remove(id);
        replicas -= closed != null && closed.ofReplica() ? 1 : 0;
    }

    /** Sessions open now. */
    public synchronized int size() {
        return sessions.size();
    }
}
