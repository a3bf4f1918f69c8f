package io.tidemark.gateway.produce.batch;

import io.netty.buffer.ByteBuf;
import io.tidemark.gateway.routing.ClusterView;
import io.tidemark.gateway.routing.Lane;
import io.tidemark.gateway.routing.Leader;
import io.tidemark.gateway.routing.Leaders;
import io.tidemark.gateway.routing.NodeUnavailableException;
import io.tidemark.gateway.routing.PartitionClient;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.client.NotSentException;
import io.tidemark.protocol.client.Response;
import io.tidemark.protocol.record.BufferBytes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.LeaderIdAndEpoch;
import org.jspecify.annotations.Nullable;

/** Sends batches to the leaders of their partitions. Any thread. */
final class BatchSender {

    /** An attempt is given up after this long, so that a silent node leaves time for another. */
    private static final Duration MAX_ATTEMPT = Duration.ofSeconds(10);

    /** The node answers that its time is over before ours is: that is an answer. */
    private static final int MAX_MARGIN_MS = 500;

    /** A full disk is told soon where no other node could take over. */
    private static final long ALONE_STORAGE_PATIENCE_NANOS = 2_000_000_000L;

    private static final long STORAGE_PATIENCE_NANOS = 10_000_000_000L;

    private static final Duration PRODUCER_ID_ATTEMPT = Duration.ofSeconds(3);

    private static final short ALL_IN_SYNC_REPLICAS = -1;

    private final ClusterView view;
    private final Leaders leaders;
    private final PartitionClient client;
    private final TopicLimits limits;
    private final Lane lane;

    /**
     * @param lane of its own, on whose connections its batches stay in order
     */
    BatchSender(
            ClusterView view,
            Leaders leaders,
            PartitionClient client,
            TopicLimits limits,
            Lane lane) {
        this.view = view;
        this.leaders = leaders;
        this.client = client;
        this.limits = limits;
        this.lane = lane;
    }

    /** A producer's identity. */
    record ProducerId(long id, short epoch) {}

    /** The longest batch that goes to a partition, in bytes. */
    int maxBatchBytes(ProducerLoop.Target target) {
        return limits.maxBatchBytes(target.topicId());
    }

    /** How long a broken or full disk is borne. */
    long storagePatienceNanos(ProducerLoop.Target target) {
        boolean alone =
                view.image()
                                .topic(target.topicId())
                                .map(
                                        topic ->
                                                topic.partitions()
                                                        .get(target.partition())
                                                        .replicas()
                                                        .size())
                                .orElse(1)
                        <= 1;
        return alone ? ALONE_STORAGE_PATIENCE_NANOS : STORAGE_PATIENCE_NANOS;
    }

    /** Who leads now; no one where the topic is gone. */
    Leader leader(ProducerLoop.Target target) {
        return view.image()
                .topic(target.topicId())
                .map(topic -> leaders.of(topic, target.partition()))
                .orElse(new Leader(PartitionImage.NO_LEADER, -1));
    }

    /**
     * Asks for a new producer id: the leader, which must be reached anyway, so that no other node's
     * trouble becomes this partition's.
     *
     * @param leader as {@link #leader} said; it exists
     */
    CompletionStage<ProducerId> producerId(Leader leader) {
        InitProducerIdRequestData request =
                new InitProducerIdRequestData()
                        .setTransactionalId(null)
                        .setTransactionTimeoutMs(Integer.MAX_VALUE);
        return client.<InitProducerIdResponseData>send(
                        leader.nodeId(), Lane.CONTROL, request, PRODUCER_ID_ATTEMPT)
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
     * @param leader as {@link #leader} said
     * @param batch stays the caller's
     */
    CompletionStage<SendOutcome> send(
            ProducerLoop.Target target, Leader leader, ByteBuf batch, long timeoutNanos) {
        if (!leader.exists()) {
            return CompletableFuture.completedFuture(withoutLeader(target));
        }
        Duration timeout =
                timeoutNanos < MAX_ATTEMPT.toNanos() ? Duration.ofNanos(timeoutNanos) : MAX_ATTEMPT;
        return client.<ProduceResponseData>send(
                        leader.nodeId(), lane, request(target, batch, timeout), timeout)
                .handle((response, failure) -> outcome(target, response, failure));
    }

    /** What becomes of a batch for a partition without a leader. */
    SendOutcome withoutLeader(ProducerLoop.Target target) {
        if (view.image().topic(target.topicId()).isEmpty()) {
            return new SendOutcome.TopicGone();
        }
        return new SendOutcome.NotSent(
                ErrorCode.LEADER_NOT_AVAILABLE,
                "Partition %d of topic '%s' has no leader; nothing was stored."
                        .formatted(target.partition(), target.topic()));
    }

    private static ProduceRequestData request(
            ProducerLoop.Target target, ByteBuf batch, Duration timeout) {
        ProduceRequestData request =
                new ProduceRequestData()
                        .setAcks(ALL_IN_SYNC_REPLICAS)
                        .setTimeoutMs(serverTimeoutMs((int) timeout.toMillis()));
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

    private static int serverTimeoutMs(int timeoutMs) {
        return Math.max(1, timeoutMs - Math.min(timeoutMs / 5, MAX_MARGIN_MS));
    }

    private SendOutcome outcome(
            ProducerLoop.Target target,
            @Nullable Response<ProduceResponseData> response,
            @Nullable Throwable failure) {
        if (response == null) {
            Throwable cause = failure == null ? null : failure.getCause();
            Throwable known = failure instanceof CompletionException ? cause : failure;
            String message = known == null ? "no response" : String.valueOf(known.getMessage());
            return known instanceof NotSentException
                    ? new SendOutcome.NotSent(ErrorCode.NETWORK_EXCEPTION, message)
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
            LeaderIdAndEpoch leader = partition.currentLeader();
            if (leader.leaderId() >= 0) {
                leaders.learn(
                        target.topicId(),
                        target.partition(),
                        leader.leaderId(),
                        leader.leaderEpoch());
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
