package io.tidemark.partition.serving;

import io.tidemark.partition.replication.Throttle;
import io.tidemark.partition.storage.LogDirectory;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * A loop with what it keeps for the partitions it owns. Everything but the {@link Loop} itself is
 * for the loop's own thread.
 */
public final class PartitionLoop implements Loop {
    private final Loop loop;
    private final Map<LogDirectory, SyncQueue> syncs = new IdentityHashMap<>();
    private final Set<LeaderSide> awaiting = new LinkedHashSet<>();
    private final Set<Partition> leading = new LinkedHashSet<>();
    private final Throttle handOut = new Throttle();

    /**
     * @param workers who syncs each of the log directories
     */
    public PartitionLoop(Loop loop, Map<LogDirectory, ? extends SyncQueue.Worker> workers) {
        this.loop = loop;
        workers.forEach((directory, worker) -> syncs.put(directory, new SyncQueue(loop, worker)));
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public void afterThisPass(Runnable task) {
        loop.afterThisPass(task);
    }

    @Override
    public boolean inLoop() {
        return loop.inLoop();
    }

    @Override
    public Timer schedule(long delayMs, Runnable task) {
        return loop.schedule(delayMs, task);
    }

    /** What it runs on. */
    public Loop loop() {
        return loop;
    }

    SyncQueue syncs(LogDirectory directory) {
        SyncQueue queue = syncs.get(directory);
        if (queue == null) {
            throw new IllegalStateException("no sync thread for " + directory.path());
        }
        return queue;
    }

    /** What its partitions hand out to replicas that are not in sync. */
    Throttle handOut() {
        return handOut;
    }

    /** Notes that appends wait at a leader, so that {@link #expireAppends} looks there. */
    void awaiting(LeaderSide leader) {
        awaiting.add(leader);
    }

    /** Gives up appends that have waited for too long. */
    public void expireAppends(long nowNanos) {
        awaiting.removeIf(leader -> leader.expire(nowNanos));
    }

    /** Notes whether a partition leads others, whose lag {@link #tick} then looks at. */
    void leads(Partition partition, boolean others) {
        if (others) {
            leading.add(partition);
        } else {
            leading.remove(partition);
        }
    }

    /** Looks whether replicas have fallen behind. */
    public void tick(long nowNanos) {
        leading.forEach(partition -> partition.tick(nowNanos));
    }
}
