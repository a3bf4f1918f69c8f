package io.tidemark.gateway.group.describe;

import io.tidemark.gateway.group.describe.GroupDescription.Member;
import io.tidemark.gateway.group.describe.GroupDescription.Type;
import io.tidemark.protocol.group.ConsumerProtocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;

/** Puts the answers of both protocols in one form. */
final class Descriptions {

    private static final int UNKNOWN_EPOCH = -1;

    private Descriptions() {}

    static GroupDescription of(ConsumerGroupDescribeResponseData.DescribedGroup group) {
        List<Member> members = new ArrayList<>();
        for (var member : group.members()) {
            SortedMap<String, SortedSet<Integer>> partitions = new TreeMap<>();
            for (var topic : member.assignment().topicPartitions()) {
                partitions.put(topic.topicName(), new TreeSet<>(topic.partitions()));
            }
            members.add(
                    new Member(
                            member.memberId(),
                            Optional.ofNullable(member.instanceId()),
                            member.clientId(),
                            member.clientHost(),
                            member.memberEpoch(),
                            new TreeSet<>(member.subscribedTopicNames()),
                            partitions));
        }
        return new GroupDescription(
                group.groupId(),
                Type.CONSUMER,
                ConsumerProtocol.TYPE,
                group.groupState(),
                group.groupEpoch(),
                group.assignorName(),
                members);
    }

    static GroupDescription of(DescribeGroupsResponseData.DescribedGroup group) {
        List<Member> members = new ArrayList<>();
        for (var member : group.members()) {
            SortedMap<String, SortedSet<Integer>> partitions = new TreeMap<>();
            SortedSet<String> subscribed = new TreeSet<>();
            if (group.protocolType().equals(ConsumerProtocol.TYPE)) {
                ConsumerProtocol.assignment(member.memberAssignment())
                        .ifPresent(
                                assignment ->
                                        assignment
                                                .assignedPartitions()
                                                .forEach(
                                                        topic ->
                                                                partitions.put(
                                                                        topic.topic(),
                                                                        new TreeSet<>(
                                                                                topic
                                                                                        .partitions()))));
                ConsumerProtocol.subscription(member.memberMetadata())
                        .ifPresent(wanted -> subscribed.addAll(wanted.topics()));
            }
            members.add(
                    new Member(
                            member.memberId(),
                            Optional.ofNullable(member.groupInstanceId()),
                            member.clientId(),
                            member.clientHost(),
                            UNKNOWN_EPOCH,
                            subscribed,
                            partitions));
        }
        return new GroupDescription(
                group.groupId(),
                Type.CLASSIC,
                group.protocolType(),
                group.groupState(),
                UNKNOWN_EPOCH,
                group.protocolData(),
                members);
    }
}
