package io.tidemark.coordinator.group.consumer;

import io.tidemark.coordinator.group.assignor.PartitionSet;
import io.tidemark.metadata.image.ClusterImage;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData.TopicPartitions;

/** What ConsumerGroupDescribe tells of a group. */
final class Descriptions {
    private static final byte CLASSIC = 0;
    private static final byte CONSUMER = 1;

    private Descriptions() {}

    static void describe(
            ConsumerGroup group,
            ClusterImage image,
            ConsumerGroupDescribeResponseData.DescribedGroup into) {
        List<ConsumerGroupDescribeResponseData.Member> members = new ArrayList<>();
        for (Member member : group.members()) {
            members.add(member(member, group.target(member.id()), image));
        }
        into.setGroupState(group.state())
                .setGroupEpoch(group.epoch())
                .setAssignmentEpoch(group.epoch())
                .setAssignorName(group.assignor())
                .setMembers(members);
    }

    private static ConsumerGroupDescribeResponseData.Member member(
            Member member, PartitionSet target, ClusterImage image) {
        Subscription subscription = member.subscription();
        return new ConsumerGroupDescribeResponseData.Member()
                .setMemberId(member.id())
                .setInstanceId(subscription.instanceId().orElse(null))
                .setRackId(subscription.rackId().orElse(null))
                .setMemberEpoch(member.epoch())
                .setClientId(subscription.clientId())
                .setClientHost(subscription.clientHost())
                .setSubscribedTopicNames(subscription.topics())
                .setSubscribedTopicRegex(
                        subscription.regex().isEmpty() ? null : subscription.regex())
                .setAssignment(assignment(member.assigned(), image))
                .setTargetAssignment(assignment(target, image))
                .setMemberType(member.isClassic() ? CLASSIC : CONSUMER);
    }

    private static ConsumerGroupDescribeResponseData.Assignment assignment(
            PartitionSet partitions, ClusterImage image) {
        List<TopicPartitions> topics = new ArrayList<>();
        partitions
                .toMap()
                .forEach(
                        (id, indexes) ->
                                image.topic(id)
                                        .ifPresent(
                                                topic ->
                                                        topics.add(
                                                                new TopicPartitions()
                                                                        .setTopicId(id)
                                                                        .setTopicName(topic.name())
                                                                        .setPartitions(indexes))));
        return new ConsumerGroupDescribeResponseData.Assignment().setTopicPartitions(topics);
    }
}
