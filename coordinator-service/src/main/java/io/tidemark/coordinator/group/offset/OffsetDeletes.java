package io.tidemark.coordinator.group.offset;

import io.tidemark.coordinator.group.GroupChange.TopicPartition;
import io.tidemark.coordinator.group.GroupOffsets;
import io.tidemark.coordinator.group.Membership;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.OffsetDeleteResponseData.OffsetDeleteResponsePartition;
import org.apache.kafka.common.message.OffsetDeleteResponseData.OffsetDeleteResponseTopic;

/**
 * A deletion of offsets by an administrator.
 *
 * @param partitions whose offsets are to be forgotten
 * @param response with the errors of the partitions that are refused
 */
public record OffsetDeletes(List<TopicPartition> partitions, OffsetDeleteResponseData response) {
    private static final String CONSUMERS = "consumer";

    /** Checks a request: what members consume is not deleted. */
    public static OffsetDeletes of(
            OffsetDeleteRequestData request,
            GroupOffsets offsets,
            Optional<Membership> membership,
            ClusterImage image) {
        if (membership.filter(OffsetDeletes::isNotOfConsumers).isPresent()) {
            return new OffsetDeletes(List.of(), refused(ErrorCode.NON_EMPTY_GROUP));
        }
        List<TopicPartition> partitions = new ArrayList<>();
        OffsetDeleteResponseData response = new OffsetDeleteResponseData();
        for (OffsetDeleteRequestTopic topic : request.topics()) {
            ErrorCode error = check(topic.name(), membership, image);
            OffsetDeleteResponseTopic answer =
                    new OffsetDeleteResponseTopic().setName(topic.name());
            for (OffsetDeleteRequestPartition partition : topic.partitions()) {
                int index = partition.partitionIndex();
                answer.partitions()
                        .add(
                                new OffsetDeleteResponsePartition()
                                        .setPartitionIndex(index)
                                        .setErrorCode(error.number()));
                if (error == ErrorCode.NONE && offsets.get(topic.name(), index).isPresent()) {
                    partitions.add(new TopicPartition(topic.name(), index));
                }
            }
            response.topics().add(answer);
        }
        return new OffsetDeletes(partitions, response);
    }

    /** The response that refuses the request as a whole. */
    public static OffsetDeleteResponseData refused(ErrorCode error) {
        return new OffsetDeleteResponseData().setErrorCode(error.number());
    }

    private static boolean isNotOfConsumers(Membership membership) {
        return !membership.isEmpty() && !membership.protocolType().equals(CONSUMERS);
    }

    private static ErrorCode check(
            String topic, Optional<Membership> membership, ClusterImage image) {
        if (image.topic(topic).isEmpty()) {
            return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        }
        return membership.filter(members -> members.isSubscribedTo(topic)).isPresent()
                ? ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC
                : ErrorCode.NONE;
    }
}
