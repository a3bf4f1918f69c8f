package io.tidemark.gateway.produce.batch;

import io.tidemark.environment.Entropy;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;

/**
 * Where records without a key go: one partition for a stretch of bytes, then another one at random,
 * so that requests of different connections meet in one batch and partitions fill evenly (KIP-794).
 * Any thread; that two threads may move on at once does no harm.
 */
final class StickyPartition {

    private static final int STRETCH_BYTES = 64 << 10;

    private final Entropy entropy;
    private final AtomicInteger leftBytes = new AtomicInteger();
    private volatile int current = -1;

    StickyPartition(Entropy entropy) {
        this.entropy = entropy;
    }

    /**
     * The partition for the records of a request, which stay together.
     *
     * @param bytes of them all
     * @param near tells the partitions that are reached without changing threads; others are taken
     *     only where none of these has a leader
     */
    int next(TopicImage topic, int bytes, IntPredicate near) {
        int chosen = current;
        if (chosen < 0
                || leftBytes.addAndGet(-bytes) < 0
                || chosen >= topic.partitions().size()
                || !hasLeader(topic, chosen)) {
            chosen = choose(topic, near);
            current = chosen;
            leftBytes.set(STRETCH_BYTES);
        }
        return chosen;
    }

    private int choose(TopicImage topic, IntPredicate near) {
        int count = topic.partitions().size();
        int start = entropy.nextInt(count);
        int far = -1;
        for (int i = 0; i < count; i++) {
            int candidate = (start + i) % count;
            if (hasLeader(topic, candidate)) {
                if (near.test(candidate)) {
                    return candidate;
                }
                far = far < 0 ? candidate : far;
            }
        }
        return far < 0 ? start : far;
    }

    private static boolean hasLeader(TopicImage topic, int partition) {
        return topic.partitions().get(partition).leader() != PartitionImage.NO_LEADER;
    }
}
