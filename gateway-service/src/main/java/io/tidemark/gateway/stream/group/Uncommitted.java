package io.tidemark.gateway.stream.group;

import io.tidemark.gateway.group.member.TopicPartition;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The credit of a stream whose client acknowledges: how many records it may still be sent. Records
 * of a partition use it up in the order of their offsets. Safe for any thread.
 */
final class Uncommitted {

    private final AtomicInteger free;
    private final int max;
    private final Map<TopicPartition, Queue<Long>> sent = new ConcurrentHashMap<>();

    /**
     * @param max records that may be unacknowledged at once
     */
    Uncommitted(int max) {
        this.max = max;
        this.free = new AtomicInteger(max);
    }

    /** Takes the credit of one record; false where there is none. */
    boolean use(TopicPartition partition, long offset) {
        int now = free.get();
        while (now > 0) {
            if (free.compareAndSet(now, now - 1)) {
                sent.computeIfAbsent(partition, key -> new ConcurrentLinkedQueue<>()).add(offset);
                return true;
            }
            now = free.get();
        }
        return false;
    }

    /**
     * Gives back the credit of what comes before an offset.
     *
     * @return whether there was any
     */
    boolean acknowledge(TopicPartition partition, long nextOffset) {
        Queue<Long> offsets = sent.get(partition);
        int freed = 0;
        while (offsets != null) {
            Long first = offsets.peek();
            if (first == null || first >= nextOffset) {
                break;
            }
            offsets.remove();
            freed++;
        }
        free.addAndGet(freed);
        return freed > 0;
    }

    /** The partition went elsewhere, with what was not acknowledged. */
    boolean forget(TopicPartition partition) {
        boolean any = acknowledge(partition, Long.MAX_VALUE);
        sent.remove(partition);
        return any;
    }

    boolean exhausted() {
        return free.get() == 0;
    }

    int outstanding() {
        return max - free.get();
    }
}
