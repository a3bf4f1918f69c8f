package io.tidemark.coordinator.group.consumer;

import io.tidemark.coordinator.group.Caller;
import io.tidemark.coordinator.group.assignor.PartitionSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.jspecify.annotations.Nullable;

/** Heartbeats as the group's own types. */
final class Messages {
    private Messages() {}

    /** What the member says it holds; empty where it says nothing. */
    static Optional<PartitionSet> held(ConsumerGroupHeartbeatRequestData request) {
        if (request.topicPartitions() == null) {
            return Optional.empty();
        }
        PartitionSet.Builder held = new PartitionSet.Builder();
        request.topicPartitions()
                .forEach(
                        topic ->
                                topic.partitions()
                                        .forEach(
                                                partition -> held.add(topic.topicId(), partition)));
        return Optional.of(held.build());
    }

    /** Whether the request says everything: then the answer does, too. */
    static boolean isFull(ConsumerGroupHeartbeatRequestData request) {
        return request.memberEpoch() == Member.JOINING
                || (request.rebalanceTimeoutMs() >= 0
                        && request.topicPartitions() != null
                        && (request.subscribedTopicNames() != null
                                || request.subscribedTopicRegex() != null));
    }

    /** The subscription as the request changes it. */
    static Subscription subscription(
            Caller caller,
            ConsumerGroupHeartbeatRequestData request,
            Optional<Subscription> before) {
        return new Subscription(
                changed(request.instanceId(), before.flatMap(Subscription::instanceId)),
                changed(request.rackId(), before.flatMap(Subscription::rackId)),
                caller.clientId(),
                caller.clientHost(),
                request.rebalanceTimeoutMs() >= 0
                        ? request.rebalanceTimeoutMs()
                        : before.map(Subscription::rebalanceTimeoutMs).orElse(0),
                request.subscribedTopicNames() == null
                        ? before.map(Subscription::topics).orElse(List.of())
                        : List.copyOf(new TreeSet<>(request.subscribedTopicNames())),
                request.subscribedTopicRegex() == null
                        ? before.map(Subscription::regex).orElse("")
                        : request.subscribedTopicRegex(),
                changed(request.serverAssignor(), before.flatMap(Subscription::assignor)));
    }

    private static Optional<String> changed(@Nullable String value, Optional<String> before) {
        return value == null ? before : Optional.of(value);
    }

    static List<ConsumerGroupHeartbeatResponseData.TopicPartitions> assignment(
            PartitionSet partitions) {
        List<ConsumerGroupHeartbeatResponseData.TopicPartitions> topics = new ArrayList<>();
        partitions
                .toMap()
                .forEach(
                        (topic, indexes) ->
                                topics.add(
                                        new ConsumerGroupHeartbeatResponseData.TopicPartitions()
                                                .setTopicId(topic)
                                                .setPartitions(indexes)));
        return topics;
    }
}
