package io.tidemark.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.channel.EventLoopGroup;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.record.BatchHeader;
import io.tidemark.protocol.record.RecordBytes;
import io.tidemark.protocol.record.RecordHeader;
import io.tidemark.protocol.record.RecordReader;
import io.tidemark.protocol.server.KafkaServer;
import io.tidemark.protocol.transport.EventLoops;
import java.net.BindException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka-protocol server over a real socket that keeps records in memory and does what a test
 * tells it: answers errors, withholds answers. For what a healthy broker does not do on demand.
 */
final class ScriptedPartitionService implements AutoCloseable {

    /** A record as it came in. */
    record Stored(
            int partition,
            long offset,
            long timestampMs,
            @Nullable String key,
            @Nullable String value,
            Map<String, String> headers) {}

    /** A batch as it came in. */
    record Batch(int partition, long producerId, int baseSequence, int records) {}

    private final EventLoopGroup loops = EventLoops.create(1, "scripted");
    private final KafkaServer server;
    private final AtomicLong producerIds = new AtomicLong(1000);
    private final Map<Integer, Long> ends = new HashMap<>();
    private final List<Stored> stored = new ArrayList<>();
    private final List<Batch> batches = new ArrayList<>();
    private final Queue<ErrorCode> errors = new ArrayDeque<>();
    private final List<Runnable> withheld = new ArrayList<>();
    private boolean withholding;
    private ProduceResponseData.@Nullable LeaderIdAndEpoch namedLeader;
    private volatile CountDownLatch frozen = new CountDownLatch(0);

    ScriptedPartitionService() throws BindException {
        server =
                ScriptedApi.serve(
                        loops,
                        100,
                        List.of(
                                new ScriptedApi<ProduceRequestData, ProduceResponseData>(
                                        0, 3, 13, this::produce),
                                new ScriptedApi<ListOffsetsRequestData, ListOffsetsResponseData>(
                                        2, 1, 11, this::listOffsets),
                                new ScriptedApi<
                                        InitProducerIdRequestData, InitProducerIdResponseData>(
                                        22, 0, 5, this::initProducerId)));
    }

    int port() {
        return server.address().getPort();
    }

    synchronized List<Stored> stored() {
        return List.copyOf(stored);
    }

    synchronized List<Batch> batches() {
        return List.copyOf(batches);
    }

    /** Answers these errors to the next batches, one each. */
    synchronized void refuseNext(ErrorCode... next) {
        errors.addAll(List.of(next));
    }

    /** Says to the next batch that another node leads now. */
    synchronized void nameLeader(int node, int epoch) {
        namedLeader =
                new ProduceResponseData.LeaderIdAndEpoch().setLeaderId(node).setLeaderEpoch(epoch);
    }

    /** Stops the process, as it were: connections stay, and nothing is read or said. */
    void freeze() {
        CountDownLatch ice = new CountDownLatch(1);
        frozen = ice;
        loops.execute(
                () -> {
                    try {
                        ice.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
    }

    void thaw() {
        frozen.countDown();
    }

    /** Gives no answers until {@link #release}. */
    synchronized void withhold() {
        withholding = true;
    }

    synchronized int withheld() {
        return withheld.size();
    }

    void release() {
        List<Runnable> answers;
        synchronized (this) {
            withholding = false;
            answers = List.copyOf(withheld);
            withheld.clear();
        }
        answers.forEach(Runnable::run);
    }

    private synchronized CompletionStage<ProduceResponseData> produce(ProduceRequestData request) {
        var topic = request.topicData().iterator().next();
        var partition = topic.partitionData().getFirst();
        var answer = new ProduceResponseData.PartitionProduceResponse().setIndex(partition.index());
        ErrorCode error = errors.poll();
        if (namedLeader != null) {
            answer.setErrorCode(ErrorCode.NOT_LEADER_OR_FOLLOWER.number())
                    .setBaseOffset(-1)
                    .setCurrentLeader(namedLeader);
            namedLeader = null;
        } else if (error == null) {
            answer.setBaseOffset(append(partition)).setLogAppendTimeMs(-1);
        } else {
            answer.setErrorCode(error.number()).setBaseOffset(-1);
        }
        ProduceResponseData response = new ProduceResponseData();
        response.responses()
                .add(
                        new ProduceResponseData.TopicProduceResponse()
                                .setName(topic.name())
                                .setTopicId(topic.topicId())
                                .setPartitionResponses(List.of(answer)));
        CompletableFuture<ProduceResponseData> stage = new CompletableFuture<>();
        if (withholding) {
            withheld.add(() -> stage.complete(response));
        } else {
            stage.complete(response);
        }
        return stage;
    }

    private long append(ProduceRequestData.PartitionProduceData partition) {
        ByteBuffer bytes = Objects.requireNonNull(RecordBytes.of(partition));
        int at = bytes.position();
        long base = ends.getOrDefault(partition.index(), 0L);
        int count = BatchHeader.recordCount(bytes, at);
        batches.add(
                new Batch(
                        partition.index(),
                        BatchHeader.producerId(bytes, at),
                        BatchHeader.baseSequence(bytes, at),
                        count));
        try (RecordReader reader = new RecordReader(bytes, 0, 64 << 20)) {
            while (reader.next()) {
                Map<String, String> headers = new HashMap<>();
                for (RecordHeader header : reader.headers()) {
                    headers.put(header.name(), String.valueOf(text(header.value())));
                }
                stored.add(
                        new Stored(
                                partition.index(),
                                base + reader.offset(),
                                reader.timestampMs(),
                                text(reader.key()),
                                text(reader.value()),
                                headers));
            }
            if (reader.corruption() != null) {
                throw new IllegalStateException(reader.corruption());
            }
        }
        ends.put(partition.index(), base + count);
        return base;
    }

    private static @Nullable String text(@Nullable ByteBuffer bytes) {
        return bytes == null ? null : UTF_8.decode(bytes.duplicate()).toString();
    }

    private synchronized CompletionStage<ListOffsetsResponseData> listOffsets(
            ListOffsetsRequestData request) {
        var topic = request.topics().getFirst();
        var partition = topic.partitions().getFirst();
        long offset =
                partition.timestamp() == -2 ? 0 : ends.getOrDefault(partition.partitionIndex(), 0L);
        CompletableFuture<ListOffsetsResponseData> stage = new CompletableFuture<>();
        ListOffsetsResponseData response =
                new ListOffsetsResponseData()
                        .setTopics(
                                List.of(
                                        new ListOffsetsResponseData.ListOffsetsTopicResponse()
                                                .setName(topic.name())
                                                .setPartitions(
                                                        List.of(
                                                                new ListOffsetsResponseData
                                                                                .ListOffsetsPartitionResponse()
                                                                        .setPartitionIndex(
                                                                                partition
                                                                                        .partitionIndex())
                                                                        .setOffset(offset)))));
        if (withholding) {
            withheld.add(() -> stage.complete(response));
        } else {
            stage.complete(response);
        }
        return stage;
    }

    private CompletionStage<InitProducerIdResponseData> initProducerId(
            InitProducerIdRequestData request) {
        return CompletableFuture.completedFuture(
                new InitProducerIdResponseData()
                        .setProducerId(producerIds.getAndIncrement())
                        .setProducerEpoch((short) 0));
    }

    @Override
    public void close() {
        thaw();
        server.close();
        loops.shutdownGracefully();
    }
}
