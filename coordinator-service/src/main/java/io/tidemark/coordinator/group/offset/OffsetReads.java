package io.tidemark.coordinator.group.offset;

import io.tidemark.coordinator.group.GroupChange.Offset;
import io.tidemark.coordinator.group.GroupOffsets;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.protocol.ErrorCode;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartition;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartitions;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseTopic;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseTopics;

/**
 * Answers of OffsetFetch, in the shape of its newer versions, which ask for many groups; older ones
 * are translated. A partition without a committed offset has offset -1.
 */
public final class OffsetReads {
    /** From it on a request asks for many groups. */
    public static final short FIRST_VERSION_OF_MANY = 8;

    private static final short FIRST_VERSION_WITH_GROUP_ERROR = 2;
    private static final long NONE = -1;

    private OffsetReads() {}

    /** What a request asks for, whatever its version. */
    public static List<OffsetFetchRequestGroup> groups(
            OffsetFetchRequestData request, short version) {
        if (version >= FIRST_VERSION_OF_MANY) {
            return request.groups();
        }
        OffsetFetchRequestGroup only = new OffsetFetchRequestGroup().setGroupId(request.groupId());
        only.setTopics(
                request.topics() == null
                        ? null
                        : request.topics().stream()
                                .map(
                                        topic ->
                                                new OffsetFetchRequestTopics()
                                                        .setName(topic.name())
                                                        .setPartitionIndexes(
                                                                topic.partitionIndexes()))
                                .toList());
        return List.of(only);
    }

    /** Reads a group's offsets: those asked for, or all. */
    public static OffsetFetchResponseGroup read(
            OffsetFetchRequestGroup request, GroupOffsets offsets, ClusterImage image) {
        OffsetFetchResponseGroup answer =
                new OffsetFetchResponseGroup().setGroupId(request.groupId());
        if (request.topics() == null) {
            for (String topic : new TreeSet<>(offsets.topics())) {
                image.topic(topic).ifPresent(known -> answer.topics().add(all(known, offsets)));
            }
        } else {
            for (OffsetFetchRequestTopics topic : request.topics()) {
                answer.topics().add(some(topic, offsets, image));
            }
        }
        return answer;
    }

    /** Refuses a group. */
    public static OffsetFetchResponseGroup refused(
            OffsetFetchRequestGroup request, ErrorCode error) {
        return new OffsetFetchResponseGroup()
                .setGroupId(request.groupId())
                .setErrorCode(error.number());
    }

    private static OffsetFetchResponseTopics all(TopicImage topic, GroupOffsets offsets) {
        OffsetFetchResponseTopics answer =
                new OffsetFetchResponseTopics().setName(topic.name()).setTopicId(topic.id());
        for (Offset offset : offsets.of(topic.name())) {
            if (isOf(offset, topic)) {
                answer.partitions().add(found(offset));
            }
        }
        return answer;
    }

    private static OffsetFetchResponseTopics some(
            OffsetFetchRequestTopics topic, GroupOffsets offsets, ClusterImage image) {
        Optional<TopicImage> known = TopicNaming.find(image, topic.name(), topic.topicId());
        ErrorCode error =
                known.isEmpty() && TopicNaming.isById(topic.topicId())
                        ? ErrorCode.UNKNOWN_TOPIC_ID
                        : ErrorCode.NONE;
        OffsetFetchResponseTopics answer =
                new OffsetFetchResponseTopics().setName(topic.name()).setTopicId(topic.topicId());
        for (int index : topic.partitionIndexes()) {
            answer.partitions()
                    .add(
                            known.flatMap(t -> committed(t, index, offsets))
                                    .map(OffsetReads::found)
                                    .orElseGet(() -> none(index, error)));
        }
        return answer;
    }

    private static Optional<Offset> committed(TopicImage topic, int index, GroupOffsets offsets) {
        return offsets.get(topic.name(), index).filter(offset -> isOf(offset, topic));
    }

    /** Whether it was committed for this incarnation of the topic. */
    private static boolean isOf(Offset offset, TopicImage topic) {
        return offset.topicId().equals(Uuid.ZERO_UUID) || offset.topicId().equals(topic.id());
    }

    private static OffsetFetchResponsePartitions found(Offset offset) {
        return new OffsetFetchResponsePartitions()
                .setPartitionIndex(offset.partition())
                .setCommittedOffset(offset.offset())
                .setCommittedLeaderEpoch(offset.leaderEpoch())
                .setMetadata(offset.metadata());
    }

    private static OffsetFetchResponsePartitions none(int index, ErrorCode error) {
        return new OffsetFetchResponsePartitions()
                .setPartitionIndex(index)
                .setCommittedOffset(NONE)
                .setMetadata("")
                .setErrorCode(error.number());
    }

    /** The response of a version: of many groups, or of the only one. */
    public static OffsetFetchResponseData response(
            OffsetFetchRequestData request, short version, List<OffsetFetchResponseGroup> groups) {
        OffsetFetchResponseData response = new OffsetFetchResponseData();
        if (version >= FIRST_VERSION_OF_MANY) {
            return response.setGroups(groups);
        }
        OffsetFetchResponseGroup only = groups.getFirst();
        response.setErrorCode(only.errorCode());
        if (only.errorCode() != 0 && version < FIRST_VERSION_WITH_GROUP_ERROR) {
            request.topics()
                    .forEach(topic -> response.topics().add(refused(topic, only.errorCode())));
        }
        only.topics().forEach(topic -> response.topics().add(older(topic)));
        return response;
    }

    private static OffsetFetchResponseTopic refused(
            OffsetFetchRequestData.OffsetFetchRequestTopic topic, short error) {
        OffsetFetchResponseTopic answer = new OffsetFetchResponseTopic().setName(topic.name());
        for (int index : topic.partitionIndexes()) {
            answer.partitions()
                    .add(
                            new OffsetFetchResponsePartition()
                                    .setPartitionIndex(index)
                                    .setCommittedOffset(NONE)
                                    .setMetadata("")
                                    .setErrorCode(error));
        }
        return answer;
    }

    private static OffsetFetchResponseTopic older(OffsetFetchResponseTopics topic) {
        OffsetFetchResponseTopic answer = new OffsetFetchResponseTopic().setName(topic.name());
        for (OffsetFetchResponsePartitions partition : topic.partitions()) {
            answer.partitions()
                    .add(
                            new OffsetFetchResponsePartition()
                                    .setPartitionIndex(partition.partitionIndex())
                                    .setCommittedOffset(partition.committedOffset())
                                    .setCommittedLeaderEpoch(partition.committedLeaderEpoch())
                                    .setMetadata(partition.metadata())
                                    .setErrorCode(partition.errorCode()));
        }
        return answer;
    }
}
