package io.tidemark.gateway.group.consumer;

import io.tidemark.gateway.consume.PartitionsReader.From;
import io.tidemark.gateway.group.member.TopicPartition;
import io.tidemark.gateway.group.position.ConsumerPositions.Spot;
import io.tidemark.gateway.routing.Leader;
import io.tidemark.metadata.image.TopicImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Whom to ask for what.
 *
 * @param byLeader what to read, by the id of the node that leads it
 * @param leaderless partitions that nobody leads now
 */
record ReadPlan(Map<Integer, List<From>> byLeader, List<TopicPartition> leaderless) {

    /** What a leader gives at least of each partition, however many they are. */
    private static final int MIN_PARTITION_BYTES = 64 << 10;

    /** Plans to read on from these places; partitions of topics that are deleted are left out. */
    static ReadPlan of(ConsumerParts parts, List<Spot> spots) {
        ReadPlan plan = new ReadPlan(new TreeMap<>(), new ArrayList<>());
        for (Spot spot : spots) {
            TopicPartition partition = spot.partition();
            TopicImage topic = parts.view().topic(partition.topic()).orElse(null);
            if (topic == null
                    || !topic.id().equals(partition.topicId())
                    || partition.partition() >= topic.partitions().size()) {
                continue; // deleted: the coordinator takes it away
            }
            Leader leader = parts.leaders().of(topic, partition.partition());
            if (leader.exists()) {
                plan.byLeader
                        .computeIfAbsent(leader.nodeId(), id -> new ArrayList<>())
                        .add(new From(topic, partition.partition(), spot.offset()));
            } else {
                plan.leaderless.add(partition);
            }
        }
        return plan;
    }

    /** The place that a fetch reads from. */
    static Spot spot(From from) {
        return new Spot(
                new TopicPartition(from.topic().id(), from.topic().name(), from.partition()),
                from.offset());
    }

    /** What each of so many partitions may take of an answer. */
    static int share(int partitions, int maxBytes) {
        return Math.min(maxBytes, Math.max(MIN_PARTITION_BYTES, maxBytes / partitions));
    }
}
