package io.tidemark.gateway.group.member;

import java.util.Comparator;
import org.apache.kafka.common.Uuid;

/**
 * A partition of one incarnation of a topic: where the topic is deleted and made again, its
 * partitions are others.
 */
public record TopicPartition(Uuid topicId, String topic, int partition)
        implements Comparable<TopicPartition> {

    private static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topic)
                    .thenComparing(each -> each.topicId)
                    .thenComparingInt(TopicPartition::partition);

    @Override
    public int compareTo(TopicPartition other) {
        return ORDER.compare(this, other);
    }

    /** As people write it: {@code orders-3}. */
    @Override
    public String toString() {
        return topic + "-" + partition;
    }
}
