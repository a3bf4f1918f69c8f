package io.tidemark.coordinator.group.offset;

import io.tidemark.coordinator.group.GroupChange.Offset;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.protocol.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToIntFunction;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetCommitResponseData.OffsetCommitResponsePartition;
import org.apache.kafka.common.message.OffsetCommitResponseData.OffsetCommitResponseTopic;

/**
 * A commit whose sender is in order, partition by partition.
 *
 * @param offsets what is to be stored
 * @param response with the errors of the partitions that are refused
 */
public record OffsetCommits(List<Offset> offsets, OffsetCommitResponseData response) {

    /** Which partitions the sender may commit for. */
    @FunctionalInterface
    public interface Fence {

        /** {@link ErrorCode#NONE} where it may. */
        ErrorCode check(Uuid topicId, int partition);
    }

    /**
     * Checks a request's partitions.
     *
     * @param maxMetadataBytes longest metadata, in UTF-8
     * @param nowMs wall clock
     */
    public static OffsetCommits of(
            OffsetCommitRequestData request,
            ClusterImage image,
            Fence fence,
            int maxMetadataBytes,
            long nowMs) {
        OptionalLong expireMs = expireMs(request.retentionTimeMs(), nowMs);
        List<Offset> offsets = new ArrayList<>();
        OffsetCommitResponseData response = new OffsetCommitResponseData();
        for (OffsetCommitRequestTopic topic : request.topics()) {
            Optional<TopicImage> known = TopicNaming.find(image, topic.name(), topic.topicId());
            response.topics()
                    .add(
                            answer(
                                    topic,
                                    partition -> {
                                        ErrorCode error =
                                                check(topic, known, partition, maxMetadataBytes);
                                        if (error == ErrorCode.NONE) {
                                            error =
                                                    fence.check(
                                                            known.orElseThrow().id(),
                                                            partition.partitionIndex());
                                        }
                                        if (error == ErrorCode.NONE) {
                                            offsets.add(
                                                    offset(
                                                            known.orElseThrow(),
                                                            partition,
                                                            nowMs,
                                                            expireMs));
                                        }
                                        return error.number();
                                    }));
        }
        return new OffsetCommits(offsets, response);
    }

    /** The response that refuses all partitions. */
    public static OffsetCommitResponseData refused(
            OffsetCommitRequestData request, ErrorCode error) {
        OffsetCommitResponseData response = new OffsetCommitResponseData();
        for (OffsetCommitRequestTopic topic : request.topics()) {
            response.topics().add(answer(topic, partition -> error.number()));
        }
        return response;
    }

    private static OffsetCommitResponseTopic answer(
            OffsetCommitRequestTopic topic, ToIntFunction<OffsetCommitRequestPartition> error) {
        OffsetCommitResponseTopic answer =
                new OffsetCommitResponseTopic().setName(topic.name()).setTopicId(topic.topicId());
        for (OffsetCommitRequestPartition partition : topic.partitions()) {
            answer.partitions()
                    .add(
                            new OffsetCommitResponsePartition()
                                    .setPartitionIndex(partition.partitionIndex())
                                    .setErrorCode((short) error.applyAsInt(partition)));
        }
        return answer;
    }

    private static ErrorCode check(
            OffsetCommitRequestTopic topic,
            Optional<TopicImage> known,
            OffsetCommitRequestPartition partition,
            int maxMetadataBytes) {
        if (known.isEmpty()) {
            return TopicNaming.isById(topic.topicId())
                    ? ErrorCode.UNKNOWN_TOPIC_ID
                    : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        }
        if (known.get().partition(partition.partitionIndex()).isEmpty()) {
            return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        }
        if (partition.committedOffset() < 0) {
            return ErrorCode.OFFSET_OUT_OF_RANGE;
        }
        return isTooLong(metadata(partition), maxMetadataBytes)
                ? ErrorCode.OFFSET_METADATA_TOO_LARGE
                : ErrorCode.NONE;
    }

    private static boolean isTooLong(String metadata, int maxBytes) {
        return metadata.length() > maxBytes
                || metadata.length() * 3 > maxBytes
                        && metadata.getBytes(StandardCharsets.UTF_8).length > maxBytes;
    }

    private static Offset offset(
            TopicImage topic,
            OffsetCommitRequestPartition partition,
            long nowMs,
            OptionalLong expireMs) {
        return new Offset(
                topic.name(),
                topic.id(),
                partition.partitionIndex(),
                partition.committedOffset(),
                partition.committedLeaderEpoch(),
                metadata(partition),
                nowMs,
                expireMs);
    }

    private static OptionalLong expireMs(long retentionMs, long nowMs) {
        if (retentionMs < 0) {
            return OptionalLong.empty();
        }
        long latest = Long.MAX_VALUE - nowMs;
        return OptionalLong.of(nowMs + Math.min(retentionMs, latest));
    }

    private static String metadata(OffsetCommitRequestPartition partition) {
        String metadata = partition.committedMetadata();
        return metadata == null ? "" : metadata;
    }
}
