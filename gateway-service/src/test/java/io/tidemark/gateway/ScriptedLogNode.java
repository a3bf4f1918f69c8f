package io.tidemark.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.EventLoopGroup;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.record.BatchBuilder;
import io.tidemark.protocol.record.BatchHeader;
import io.tidemark.protocol.record.BufferBytes;
import io.tidemark.protocol.record.Compression;
import io.tidemark.protocol.server.KafkaServer;
import io.tidemark.protocol.transport.EventLoops;
import java.net.BindException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsResponseData;

/**
 * A node over a real socket that serves batches as a test made them: of any compression, damaged
 * ones too, of any topics.
 */
final class ScriptedLogNode implements AutoCloseable {

    private static final long FETCH_PAUSE_MS = 20;

    private final EventLoopGroup loops = EventLoops.create(1, "scripted-log");
    private final KafkaServer server;
    private final Map<Place, List<byte[]>> logs = new HashMap<>();
    private final AtomicInteger fetches = new AtomicInteger();
    private final AtomicInteger lookups = new AtomicInteger();

    private int refusals;

    private record Place(Uuid topicId, int partition) {}

    private final Map<String, Uuid> topicIds = new HashMap<>();

    ScriptedLogNode() throws BindException {
        server =
                ScriptedApi.serve(
                        loops,
                        2_000,
                        List.of(
                                new ScriptedApi<FetchRequestData, FetchResponseData>(
                                        1, 13, 17, this::fetch),
                                new ScriptedApi<ListOffsetsRequestData, ListOffsetsResponseData>(
                                        2, 1, 9, this::listOffsets)));
    }

    int port() {
        return server.address().getPort();
    }

    int fetches() {
        return fetches.get();
    }

    int lookups() {
        return lookups.get();
    }

    synchronized void know(String topic, Uuid id) {
        topicIds.put(topic, id);
    }

    /** Answers so many questions for offsets as a node does that has not made the logs yet. */
    synchronized void refuseLookups(int count) {
        refusals = count;
    }

    /** Appends one batch of one record. */
    synchronized void append(String topic, int partition, Compression compression, byte[] value) {
        List<byte[]> log = log(new Place(id(topic), partition));
        BatchBuilder builder =
                new BatchBuilder(UnpooledByteBufAllocator.DEFAULT, compression, 4_096);
        builder.append(1_000, null, Unpooled.wrappedBuffer(value), List.of());
        ByteBuf batch = builder.build(BatchHeader.NO_PRODUCER_ID, (short) -1, -1);
        batch.setLong(0, log.size());
        byte[] bytes = new byte[batch.readableBytes()];
        batch.readBytes(bytes);
        batch.release();
        log.add(bytes);
    }

    void append(String topic, int partition, String value) {
        append(topic, partition, Compression.NONE, value.getBytes(UTF_8));
    }

    /** Flips a bit of the newest batch. */
    synchronized void damage(String topic, int partition) {
        byte[] batch = log(new Place(id(topic), partition)).getLast();
        batch[batch.length - 1] ^= 1;
    }

    private Uuid id(String topic) {
        Uuid id = topicIds.get(topic);
        if (id == null) {
            throw new IllegalStateException("no topic is known as " + topic);
        }
        return id;
    }

    private List<byte[]> log(Place place) {
        return logs.computeIfAbsent(place, key -> new ArrayList<>());
    }

    private synchronized CompletionStage<ListOffsetsResponseData> listOffsets(
            ListOffsetsRequestData request) {
        lookups.incrementAndGet();
        boolean refused = refusals > 0;
        refusals -= refused ? 1 : 0;
        ErrorCode error = refused ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : ErrorCode.NONE;
        ListOffsetsResponseData answer = new ListOffsetsResponseData();
        for (var topic : request.topics()) {
            var found =
                    new ListOffsetsResponseData.ListOffsetsTopicResponse().setName(topic.name());
            for (var partition : topic.partitions()) {
                int index = partition.partitionIndex();
                int end = log(new Place(id(topic.name()), index)).size();
                found.partitions()
                        .add(
                                new ListOffsetsResponseData.ListOffsetsPartitionResponse()
                                        .setPartitionIndex(index)
                                        .setErrorCode(error.number())
                                        .setOffset(partition.timestamp() == -2 ? 0 : end));
            }
            answer.topics().add(found);
        }
        return CompletableFuture.completedFuture(answer);
    }

    private CompletionStage<FetchResponseData> fetch(FetchRequestData request) {
        fetches.incrementAndGet();
        CompletableFuture<FetchResponseData> answer = new CompletableFuture<>();
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(request.maxWaitMs());
        fetch(request, end, answer);
        return answer;
    }

    private void fetch(
            FetchRequestData request, long end, CompletableFuture<FetchResponseData> answer) {
        FetchResponseData found = new FetchResponseData();
        boolean any = false;
        for (var topic : request.topics()) {
            var response =
                    new FetchResponseData.FetchableTopicResponse().setTopicId(topic.topicId());
            for (var partition : topic.partitions()) {
                var data = read(topic.topicId(), partition.partition(), partition.fetchOffset());
                any |= data.records() != null;
                response.partitions().add(data);
            }
            found.responses().add(response);
        }
        if (any || System.nanoTime() >= end) {
            answer.complete(found);
        } else {
            loops.schedule(
                    () -> fetch(request, end, answer), FETCH_PAUSE_MS, TimeUnit.MILLISECONDS);
        }
    }

    private synchronized FetchResponseData.PartitionData read(
            Uuid topicId, int partition, long offset) {
        List<byte[]> log = log(new Place(topicId, partition));
        var data =
                new FetchResponseData.PartitionData()
                        .setPartitionIndex(partition)
                        .setHighWatermark(log.size())
                        .setLogStartOffset(0)
                        .setLastStableOffset(log.size());
        if (offset < log.size()) {
            ByteBuf all = Unpooled.buffer();
            for (int i = (int) offset; i < Math.min(log.size(), offset + 100); i++) {
                all.writeBytes(log.get(i));
            }
            data.setRecords(new BufferBytes(all));
        }
        return data;
    }

    @Override
    public void close() {
        server.close();
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS);
    }
}
