package io.tidemark.partition.admin;

import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.partition.access.Access;
import io.tidemark.partition.access.Api;
import io.tidemark.partition.membership.ClusterView;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.RequestContext;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData.TopicRequest;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData.Cursor;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData.DescribeTopicPartitionsResponsePartition;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData.DescribeTopicPartitionsResponseTopic;
import org.jspecify.annotations.Nullable;

/** DescribeTopicPartitions (KIP-966): topics in pages of partitions, by name. */
public final class DescribeTopicPartitionsHandler
        extends Api<DescribeTopicPartitionsRequestData, DescribeTopicPartitionsResponseData> {
    private static final int MAX_PARTITIONS = 2_000;

    private final ClusterView view;
    private final Access access;

    public DescribeTopicPartitionsHandler(ClusterView view, Access access) {
        super(75, 0, 0);
        this.view = view;
        this.access = access;
    }

    @Override
    public CompletionStage<@Nullable DescribeTopicPartitionsResponseData> handle(
            RequestContext context, DescribeTopicPartitionsRequestData request) {
        ClusterImage image = view.image();
        DescribeTopicPartitionsResponseData response = new DescribeTopicPartitionsResponseData();
        String startTopic = request.cursor() == null ? "" : request.cursor().topicName();
        int left = Math.clamp(request.responsePartitionLimit(), 1, MAX_PARTITIONS);
        for (String name : names(context, request, image, startTopic)) {
            int from = name.equals(startTopic) ? request.cursor().partitionIndex() : 0;
            if (left == 0) {
                response.setNextCursor(new Cursor().setTopicName(name).setPartitionIndex(from));
                break;
            }
            DescribeTopicPartitionsResponseTopic topic = describe(context, image, name, from, left);
            response.topics().add(topic);
            left -= topic.partitions().size();
            int next = from + topic.partitions().size();
            if (image.topic(name).filter(t -> next < t.partitions().size()).isPresent()
                    && topic.errorCode() == 0) {
                response.setNextCursor(new Cursor().setTopicName(name).setPartitionIndex(next));
                break;
            }
        }
        return CompletableFuture.completedFuture(response);
    }

    private List<String> names(
            RequestContext context,
            DescribeTopicPartitionsRequestData request,
            ClusterImage image,
            String from) {
        Stream<String> wanted =
                request.topics().isEmpty()
                        ? image.topics().keySet().stream()
                                .filter(name -> access.topic(context, Operation.DESCRIBE, name))
                        : request.topics().stream().map(TopicRequest::name);
        return wanted.filter(name -> name.compareTo(from) >= 0).distinct().sorted().toList();
    }

    private DescribeTopicPartitionsResponseTopic describe(
            RequestContext context, ClusterImage image, String name, int from, int limit) {
        DescribeTopicPartitionsResponseTopic described =
                new DescribeTopicPartitionsResponseTopic().setName(name);
        if (!access.topic(context, Operation.DESCRIBE, name)) {
            return described.setErrorCode(ErrorCode.TOPIC_AUTHORIZATION_FAILED.number());
        }
        TopicImage topic = image.topics().get(name);
        if (topic == null) {
            return described.setErrorCode(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.number());
        }
        described.setTopicId(topic.id());
        topic.partitions().stream()
                .skip(from)
                .limit(limit)
                .map(partition -> partition(image, partition))
                .forEach(described.partitions()::add);
        return described;
    }

    private static DescribeTopicPartitionsResponsePartition partition(
            ClusterImage image, PartitionImage partition) {
        return new DescribeTopicPartitionsResponsePartition()
                .setErrorCode(Topics.error(partition).number())
                .setPartitionIndex(partition.index())
                .setLeaderId(partition.leader())
                .setLeaderEpoch(partition.leaderEpoch())
                .setReplicaNodes(partition.replicas())
                .setIsrNodes(partition.isr())
                .setEligibleLeaderReplicas(List.of())
                .setLastKnownElr(List.of())
                .setOfflineReplicas(Topics.offlineReplicas(image, partition));
    }
}
