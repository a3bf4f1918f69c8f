package io.tidemark.gateway.produce.batch;

import io.tidemark.environment.Entropy;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import java.util.concurrent.atomic.AtomicInteger;

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
     */
    int next(TopicImage topic, int bytes) {
        int chosen = current;
        if (chosen < 0
                || leftBytes.addAndGet(-bytes) < 0
                || chosen >= topic.partitions().size()
                || !hasLeader(topic, chosen)) {
            chosen = choose(topic);
            current = chosen;
            leftBytes.set(STRETCH_BYTES);
        }
        return chosen;
    }

    private int choose(TopicImage topic) {
        int count = topic.partitions().size();
        int start = entropy.nextInt(count);
        for (int i = 0; i < count; i++) {
            int candidate = (start + i) % count;
            if (hasLeader(topic, candidate)) {
                return candidate;
            }
        }
        return start;
    }

    private static boolean hasLeader(TopicImage topic, int partition) {
        return topic.partitions().get(partition).leader() != PartitionImage.NO_LEADER;
    }
}
