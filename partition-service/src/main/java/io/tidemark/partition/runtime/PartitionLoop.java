package io.tidemark.partition.runtime;

import io.netty.channel.EventLoop;
import io.tidemark.partition.storage.LogDirectory;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * An event loop with what it keeps for the partitions it owns. Everything but {@link #execute},
 * {@link #inLoop} and {@link #eventLoop} is for the loop's own thread.
 */
public final class PartitionLoop {
    private final EventLoop eventLoop;
    private final Map<LogDirectory, SyncQueue> syncs = new IdentityHashMap<>();
    private final Set<Partition> awaiting = new LinkedHashSet<>();

    PartitionLoop(EventLoop eventLoop, Map<LogDirectory, SyncThreads> threads) {
        this.eventLoop = eventLoop;
        threads.forEach(
                (directory, thread) -> syncs.put(directory, new SyncQueue(eventLoop, thread)));
    }

    /** Runs a task on the loop, at once where the caller is on it. Any thread. */
    public void execute(Runnable task) {
        if (eventLoop.inEventLoop()) {
            task.run();
        } else {
            eventLoop.execute(task);
        }
    }

    /** Runs a task once the loop has served what is ready now. Any thread. */
    void afterThisPass(Runnable task) {
        eventLoop.execute(task);
    }

    public boolean inLoop() {
        return eventLoop.inEventLoop();
    }

    public EventLoop eventLoop() {
        return eventLoop;
    }

    SyncQueue syncs(LogDirectory directory) {
        SyncQueue queue = syncs.get(directory);
        if (queue == null) {
            throw new IllegalStateException("no sync thread for " + directory.path());
        }
        return queue;
    }

    /** Notes that appends wait in a partition, so that {@link #expireAppends} looks there. */
    void awaiting(Partition partition) {
        awaiting.add(partition);
    }

    /** Gives up appends that have waited for too long. */
    void expireAppends(long nowNanos) {
        awaiting.removeIf(partition -> partition.expireAppends(nowNanos));
    }
}
