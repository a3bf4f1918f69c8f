package io.tidemark.partition.produce;

import io.tidemark.environment.Clock;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.partition.access.Access;
import io.tidemark.partition.access.Api;
import io.tidemark.partition.routing.Routing;
import io.tidemark.partition.serving.Partition;
import io.tidemark.partition.serving.PartitionLoop;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.record.RecordBytes;
import io.tidemark.protocol.server.RequestContext;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.message.ProduceResponseData.TopicProduceResponse;
import org.jspecify.annotations.Nullable;

/**
 * Produce. Batches go from the request's frame straight into the partitions' logs: at once where
 * the connection's loop owns the partition, else with one hand-over per loop.
 */
public final class ProduceHandler extends Api<ProduceRequestData, ProduceResponseData> {
    private static final short ALL_REPLICAS = -1;
    private static final short LEADER_ONLY = 1;
    private static final short NO_ANSWER = 0;
    private static final short FIRST_VERSION_BY_ID = 13;

    private final Routing routing;
    private final Access access;
    private final Clock clock;

    public ProduceHandler(Routing routing, Access access, Clock clock) {
        super(0, 3, 13); // older versions carry batches of magic 0 and 1
        this.routing = routing;
        this.access = access;
        this.clock = clock;
    }

    /** One partition's part of a request. */
    private record Part(Partition partition, ByteBuffer records, PendingProduce.Slot slot) {}

    @Override
    public CompletionStage<@Nullable ProduceResponseData> handle(
            RequestContext context, ProduceRequestData request) {
        PendingProduce pending = new PendingProduce(context, routing, request.acks() == NO_ANSWER);
        Map<PartitionLoop, List<Part>> parts = new IdentityHashMap<>(2);
        @Nullable ErrorCode refusal = refusal(context, request);
        for (TopicProduceData topic : request.topicData()) {
            addTopic(context, topic, refusal, pending, parts);
        }
        boolean allReplicas = request.acks() == ALL_REPLICAS;
        long deadlineNanos = clock.nanos() + Math.max(0, request.timeoutMs()) * 1_000_000L;
        pending.partitionsHandedOver(parts.size());
        parts.forEach(
                (loop, ofLoop) ->
                        loop.execute(() -> append(ofLoop, allReplicas, deadlineNanos, pending)));
        return pending.response();
    }

    private @Nullable ErrorCode refusal(RequestContext context, ProduceRequestData request) {
        if (request.transactionalId() != null) {
            return access.transactionalId(context, Operation.WRITE, request.transactionalId())
                    ? ErrorCode.INVALID_REQUEST // there are no transactions to write in yet
                    : ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED;
        }
        boolean known =
                request.acks() == ALL_REPLICAS
                        || request.acks() == LEADER_ONLY
                        || request.acks() == NO_ANSWER;
        return known ? null : ErrorCode.INVALID_REQUIRED_ACKS;
    }

    private void addTopic(
            RequestContext context,
            TopicProduceData topic,
            @Nullable ErrorCode refusal,
            PendingProduce pending,
            Map<PartitionLoop, List<Part>> parts) {
        boolean byId = context.apiVersion() >= FIRST_VERSION_BY_ID;
        String name = byId ? routing.nameOf(topic.topicId()).orElse("") : topic.name();
        boolean allowed = name.isEmpty() || access.topic(context, Operation.WRITE, name);
        TopicProduceResponse response =
                pending.addTopic(topic.name(), topic.topicId(), topic.partitionData().size());
        for (PartitionProduceData data : topic.partitionData()) {
            PartitionProduceResponse answer = new PartitionProduceResponse().setIndex(data.index());
            response.partitionResponses().add(answer);
            PendingProduce.Slot slot = pending.slot(name, answer);
            @Nullable ByteBuffer records = RecordBytes.of(data);
            if (refusal != null) {
                slot.refused(refusal, "");
            } else if (!allowed) {
                slot.refused(ErrorCode.TOPIC_AUTHORIZATION_FAILED, "");
            } else if (records == null || !records.hasRemaining()) {
                slot.refused(ErrorCode.INVALID_RECORD, "The request holds no records");
            } else {
                Partition partition =
                        byId
                                ? routing.find(topic.topicId(), data.index())
                                : routing.find(name, data.index());
                if (partition == null) {
                    slot.refused(
                            byId
                                    ? routing.absence(topic.topicId(), data.index())
                                    : routing.absence(name, data.index()),
                            "");
                } else {
                    parts.computeIfAbsent(partition.loop(), loop -> new ArrayList<>(8))
                            .add(new Part(partition, records, slot));
                }
            }
        }
    }

    private static void append(
            List<Part> parts, boolean allReplicas, long deadlineNanos, PendingProduce pending) {
        for (Part part : parts) {
            part.partition.append(part.records, allReplicas, deadlineNanos, part.slot);
        }
        pending.partitionsAppended();
    }
}
