package io.tidemark.gateway.produce.batch;

import io.netty.buffer.ByteBuf;
import io.tidemark.gateway.routing.ClusterView;
import io.tidemark.gateway.routing.Lane;
import io.tidemark.gateway.routing.NodeUnavailableException;
import io.tidemark.gateway.routing.PartitionClient;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.client.Response;
import io.tidemark.protocol.record.BufferBytes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.jspecify.annotations.Nullable;

/** Sends batches to the leaders of their partitions. Any thread. */
final class BatchSender {

    /** An attempt is given up after this long, so that a silent node leaves time for another. */
    private static final Duration MAX_ATTEMPT = Duration.ofSeconds(10);

    private static final short ALL_IN_SYNC_REPLICAS = -1;

    private final ClusterView view;
    private final PartitionClient client;
    private final TopicLimits limits;

    BatchSender(ClusterView view, PartitionClient client, TopicLimits limits) {
        this.view = view;
        this.client = client;
        this.limits = limits;
    }

    /** A producer's identity. */
    record ProducerId(long id, short epoch) {}

    /** The longest batch that goes to a partition, in bytes. */
    int maxBatchBytes(ProducerLoop.Target target) {
        return limits.maxBatchBytes(target.topicId());
    }

    /** Asks some live node for a new producer id. */
    CompletionStage<ProducerId> producerId() {
        List<NodeImage> live =
                view.image().nodes().values().stream().filter(node -> !node.fenced()).toList();
        if (live.isEmpty()) {
            return CompletableFuture.failedFuture(
                    new NodeUnavailableException("no partition service is alive"));
        }
        NodeImage node = live.get(ThreadLocalRandom.current().nextInt(live.size()));
        InitProducerIdRequestData request =
                new InitProducerIdRequestData()
                        .setTransactionalId(null)
                        .setTransactionTimeoutMs(Integer.MAX_VALUE);
        return client.<InitProducerIdResponseData>send(
                        node.id(), Lane.CONTROL, request, MAX_ATTEMPT)
                .thenApply(BatchSender::readProducerId);
    }

    private static ProducerId readProducerId(Response<InitProducerIdResponseData> response) {
        try (response) {
            InitProducerIdResponseData message = response.message();
            if (message.errorCode() != ErrorCode.NONE.number()) {
                throw new CompletionException(
                        new NodeUnavailableException(ErrorCode.of(message.errorCode()).toString()));
            }
            return new ProducerId(message.producerId(), message.producerEpoch());
        }
    }

    /**
     * Sends a batch once. The stage never fails.
     *
     * @param batch stays the caller's
     */
    CompletionStage<SendOutcome> send(
            ProducerLoop.Target target, ByteBuf batch, long timeoutNanos) {
        ClusterImage image = view.image();
        Optional<TopicImage> topic = image.topic(target.topicId());
        if (topic.isEmpty()) {
            return CompletableFuture.completedFuture(new SendOutcome.TopicGone());
        }
        int leader = topic.get().partitions().get(target.partition()).leader();
        if (leader == PartitionImage.NO_LEADER) {
            return CompletableFuture.completedFuture(
                    new SendOutcome.NotSent("the partition has no leader"));
        }
        Duration timeout =
                timeoutNanos < MAX_ATTEMPT.toNanos() ? Duration.ofNanos(timeoutNanos) : MAX_ATTEMPT;
        return client.<ProduceResponseData>send(
                        leader, Lane.PRODUCE, request(target, batch, timeout), timeout)
                .handle(BatchSender::outcome);
    }

    private static ProduceRequestData request(
            ProducerLoop.Target target, ByteBuf batch, Duration timeout) {
        ProduceRequestData request =
                new ProduceRequestData()
                        .setAcks(ALL_IN_SYNC_REPLICAS)
                        .setTimeoutMs((int) Math.max(1, timeout.toMillis()));
        request.topicData()
                .add(
                        new ProduceRequestData.TopicProduceData()
                                .setName(target.topic())
                                .setTopicId(target.topicId())
                                .setPartitionData(
                                        List.of(
                                                new ProduceRequestData.PartitionProduceData()
                                                        .setIndex(target.partition())
                                                        .setRecords(
                                                                new BufferBytes(
                                                                        batch
                                                                                .retainedDuplicate())))));
        return request;
    }

    private static SendOutcome outcome(
            @Nullable Response<ProduceResponseData> response, @Nullable Throwable failure) {
        if (response == null) {
            Throwable cause = failure == null ? null : failure.getCause();
            Throwable known = failure instanceof CompletionException ? cause : failure;
            String message = known == null ? "no response" : String.valueOf(known.getMessage());
            return known instanceof NodeUnavailableException
                    ? new SendOutcome.NotSent(message)
                    : new SendOutcome.Unknown(message);
        }
        try (response) {
            var partition =
                    response.message()
                            .responses()
                            .iterator()
                            .next()
                            .partitionResponses()
                            .getFirst();
            ErrorCode error = ErrorCode.of(partition.errorCode());
            if (error == ErrorCode.NONE) {
                return new SendOutcome.Appended(
                        partition.baseOffset(), partition.logAppendTimeMs());
            }
            return new SendOutcome.Refused(error, refusal(partition));
        }
    }

    private static String refusal(ProduceResponseData.PartitionProduceResponse partition) {
        StringBuilder message = new StringBuilder();
        if (partition.errorMessage() != null) {
            message.append(partition.errorMessage());
        }
        for (var each : partition.recordErrors()) {
            if (each.batchIndexErrorMessage() != null) {
                message.append(message.isEmpty() ? "" : " ").append(each.batchIndexErrorMessage());
                break;
            }
        }
        return message.toString();
    }
}
