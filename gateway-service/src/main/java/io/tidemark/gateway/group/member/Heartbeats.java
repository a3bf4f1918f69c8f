package io.tidemark.gateway.group.member;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData.TopicPartitions;

/** The parts of heartbeats. */
final class Heartbeats {

    private Heartbeats() {}

    /**
     * @param partitions in order, so that those of a topic stand together
     */
    static List<TopicPartitions> owned(SortedSet<TopicPartition> partitions) {
        List<TopicPartitions> topics = new ArrayList<>();
        Uuid last = null;
        for (TopicPartition each : partitions) {
            if (!each.topicId().equals(last)) {
                last = each.topicId();
                topics.add(
                        new TopicPartitions()
                                .setTopicId(each.topicId())
                                .setPartitions(new ArrayList<>()));
            }
            topics.getLast().partitions().add(each.partition());
        }
        return topics;
    }
}
