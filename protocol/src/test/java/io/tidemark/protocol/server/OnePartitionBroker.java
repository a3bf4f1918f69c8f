package io.tidemark.protocol.server;

import io.netty.channel.EventLoopGroup;
import io.tidemark.environment.DiskFile;
import io.tidemark.environment.FileDisk;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.record.BatchCheck;
import io.tidemark.protocol.record.BatchHeader;
import io.tidemark.protocol.record.FileBytes;
import io.tidemark.protocol.record.RecordBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/** As much of a broker as a producer and an assigned consumer need: one partition in one file. */
final class OnePartitionBroker implements AutoCloseable {
    static final String TOPIC = "orders";
    private static final Uuid TOPIC_ID = Uuid.randomUuid();
    private static final int MAX_DECOMPRESSED_BYTES = 64 << 20;

    private final DiskFile file;
    private final KafkaServer server;
    final AtomicInteger openRanges = new AtomicInteger();
    private long endPosition;
    private long endOffset;

    OnePartitionBroker(Path directory, EventLoopGroup loops) throws IOException {
        file = new FileDisk(directory).open("log");
        server =
                KafkaServer.start(
                        ServerConfig.of("PLAINTEXT", "127.0.0.1", 0),
                        loops,
                        List.of(
                                FunctionHandler.all(ApiMessageType.METADATA, this::metadata),
                                FunctionHandler.all(ApiMessageType.PRODUCE, this::produce),
                                FunctionHandler.all(ApiMessageType.FETCH, this::fetch),
                                FunctionHandler.all(ApiMessageType.LIST_OFFSETS, this::offsets),
                                FunctionHandler.all(
                                        ApiMessageType.INIT_PRODUCER_ID, this::producerId)));
    }

    String bootstrap() {
        return "127.0.0.1:" + server.address().getPort();
    }

    private static <S extends ApiMessage> CompletionStage<@Nullable S> now(S response) {
        return CompletableFuture.completedFuture(response);
    }

    private CompletionStage<@Nullable MetadataResponseData> metadata(
            RequestContext context, MetadataRequestData request) {
        MetadataResponseData response =
                new MetadataResponseData().setClusterId("test").setControllerId(1);
        response.brokers()
                .add(
                        new MetadataResponseData.MetadataResponseBroker()
                                .setNodeId(1)
                                .setHost("127.0.0.1")
                                .setPort(server.address().getPort()));
        var topic =
                new MetadataResponseData.MetadataResponseTopic()
                        .setName(TOPIC)
                        .setTopicId(TOPIC_ID);
        topic.partitions()
                .add(
                        new MetadataResponseData.MetadataResponsePartition()
                                .setLeaderId(1)
                                .setLeaderEpoch(0)
                                .setReplicaNodes(List.of(1))
                                .setIsrNodes(List.of(1)));
        response.topics().add(topic);
        return now(response);
    }

    private CompletionStage<@Nullable InitProducerIdResponseData> producerId(
            RequestContext context, InitProducerIdRequestData request) {
        return now(new InitProducerIdResponseData().setProducerId(7).setProducerEpoch((short) 0));
    }

    private CompletionStage<@Nullable ProduceResponseData> produce(
            RequestContext context, ProduceRequestData request) {
        ProduceResponseData response = new ProduceResponseData();
        for (var topic : request.topicData()) {
            var answer =
                    new ProduceResponseData.TopicProduceResponse()
                            .setName(topic.name())
                            .setTopicId(topic.topicId());
            response.responses().add(answer);
            for (var partition : topic.partitionData()) {
                ByteBuffer records = RecordBytes.of(partition);
                var appended =
                        new ProduceResponseData.PartitionProduceResponse()
                                .setIndex(partition.index());
                answer.partitionResponses().add(appended);
                if (records != null) {
                    append(records, appended);
                }
            }
        }
        return CompletableFuture.completedFuture(request.acks() == 0 ? null : response);
    }

    private synchronized void append(
            ByteBuffer records, ProduceResponseData.PartitionProduceResponse appended) {
        appended.setBaseOffset(endOffset);
        int position = 0;
        while (position < records.limit()) {
            switch (BatchCheck.check(
                    records, position, BatchCheck.Depth.RECORDS, MAX_DECOMPRESSED_BYTES)) {
                case BatchCheck.Outcome.Valid(int sizeBytes) -> {
                    BatchHeader.setBaseOffset(records, position, endOffset);
                    BatchHeader.setLeaderEpoch(records, position, 0);
                    endOffset = BatchHeader.lastOffset(records, position) + 1;
                    position += sizeBytes;
                }
                case BatchCheck.Outcome.Invalid(ErrorCode error, String message) -> {
                    appended.setErrorCode(error.number()).setErrorMessage(message);
                    return;
                }
                case BatchCheck.Outcome.Partial partial -> {
                    appended.setErrorCode(ErrorCode.CORRUPT_MESSAGE.number());
                    return;
                }
            }
        }
        try {
            int length = records.remaining();
            file.write(records, endPosition);
            endPosition += length;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized CompletionStage<@Nullable ListOffsetsResponseData> offsets(
            RequestContext context, ListOffsetsRequestData request) {
        ListOffsetsResponseData response = new ListOffsetsResponseData();
        var topic = new ListOffsetsResponseData.ListOffsetsTopicResponse().setName(TOPIC);
        response.topics().add(topic);
        long timestamp = request.topics().getFirst().partitions().getFirst().timestamp();
        topic.partitions()
                .add(
                        new ListOffsetsResponseData.ListOffsetsPartitionResponse()
                                .setLeaderEpoch(0)
                                .setOffset(timestamp == -2 ? 0 : endOffset));
        return now(response);
    }

    /** Gives everything there is to whoever begins at 0, and nothing to whoever has it. */
    private synchronized CompletionStage<@Nullable FetchResponseData> fetch(
            RequestContext context, FetchRequestData request) {
        FetchResponseData response = new FetchResponseData();
        for (var topic : request.topics()) {
            var answer =
                    new FetchResponseData.FetchableTopicResponse()
                            .setTopic(TOPIC)
                            .setTopicId(TOPIC_ID);
            response.responses().add(answer);
            long from = topic.partitions().getFirst().fetchOffset();
            openRanges.incrementAndGet();
            answer.partitions()
                    .add(
                            new FetchResponseData.PartitionData()
                                    .setHighWatermark(endOffset)
                                    .setLastStableOffset(endOffset)
                                    .setLogStartOffset(0)
                                    .setRecords(
                                            new FileBytes(
                                                    file,
                                                    0,
                                                    from < endOffset ? (int) endPosition : 0,
                                                    openRanges::decrementAndGet)));
        }
        return now(response);
    }

    @Override
    public void close() throws IOException {
        server.close();
        file.close();
    }
}
