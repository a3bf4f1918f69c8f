package io.tidemark.gateway.consume;

import io.tidemark.gateway.routing.Lane;
import io.tidemark.gateway.routing.Leaders;
import io.tidemark.gateway.routing.PartitionClient;
import io.tidemark.gateway.routing.Reply;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.client.Response;
import io.tidemark.protocol.record.RecordBytes;
import io.tidemark.protocol.record.RecordHeader;
import io.tidemark.protocol.record.RecordReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/** Pulls records of one topic from one leader. Safe for any thread. */
public final class LogReader {

    /** A batch that decompresses to more is refused as corrupt: a zip bomb ends here. */
    private static final int MAX_DECOMPRESSED_BYTES = 64 << 20;

    /** Fetch outside a session: the whole request each time. */
    private static final int NO_SESSION_EPOCH = -1;

    private static final int CONSUMER = -1;
    private static final Duration ANSWER_MARGIN = Duration.ofSeconds(10);

    /** Of the time until the first byte, for a node that does not answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final PartitionClient client;
    private final Leaders leaders;

    public LogReader(PartitionClient client, Leaders leaders) {
        this.client = client;
        this.leaders = leaders;
    }

    /**
     * How much, and how long to wait for it.
     *
     * @param waitMs for the first byte; 0 answers at once
     * @param maxBytes over all partitions; a first batch may be larger
     */
    public record Limits(int waitMs, int maxBytes, int maxPartitionBytes) {}

    /**
     * Fetches from a node that leads all of {@code partitions}, or did.
     *
     * @param offsets by the same index as {@code partitions}
     * @return one answer for each partition, on the connection's event loop; an offset out of range
     *     comes with bounds of -1 where the node gave none. Fails with an {@link
     *     java.io.IOException} or {@link java.util.concurrent.TimeoutException}.
     */
    public CompletionStage<List<PartitionRead>> fetch(
            int nodeId,
            Lane lane,
            TopicImage topic,
            int[] partitions,
            long[] offsets,
            Limits limits) {
        return client.<FetchResponseData>send(
                        nodeId,
                        lane,
                        request(topic, partitions, offsets, limits),
                        ANSWER_MARGIN.plusMillis(limits.waitMs))
                .thenApply(response -> read(topic.id(), response, partitions, offsets));
    }

    /**
     * Fetches one partition from its leader, whoever that is by then: a leader that changes or does
     * not answer is followed, with the wait for the first byte begun anew.
     *
     * @param timeout over all attempts
     * @return records, or that the offset is out of range. Fails with an {@link
     *     io.tidemark.gateway.error.ApiErrorException}.
     */
    public CompletionStage<PartitionRead> fetch(
            String topic, int partition, long offset, Lane lane, Limits limits, Duration timeout) {
        int[] partitions = {partition};
        long[] offsets = {offset};
        return client.<FetchResponseData, PartitionRead>askLeader(
                topic,
                partition,
                lane,
                image -> request(image, partitions, offsets, limits),
                message ->
                        switch (read(message, partitions, offsets).getFirst()) {
                            case PartitionRead.Unavailable unavailable ->
                                    new Reply.Refused<>(
                                            unavailable.error(), "The partition cannot be read.");
                            case PartitionRead found -> new Reply.Answer<>(found);
                        },
                PATIENCE.plusMillis(limits.waitMs),
                timeout);
    }

    private ApiMessage request(TopicImage topic, int[] partitions, long[] offsets, Limits limits) {
        List<FetchRequestData.FetchPartition> wanted = new ArrayList<>(partitions.length);
        for (int i = 0; i < partitions.length; i++) {
            wanted.add(
                    new FetchRequestData.FetchPartition()
                            .setPartition(partitions[i])
                            .setCurrentLeaderEpoch(leaders.of(topic, partitions[i]).epoch())
                            .setFetchOffset(offsets[i])
                            .setPartitionMaxBytes(limits.maxPartitionBytes));
        }
        return new FetchRequestData()
                .setReplicaId(CONSUMER)
                .setMaxWaitMs(limits.waitMs)
                .setMinBytes(1)
                .setMaxBytes(limits.maxBytes)
                .setSessionEpoch(NO_SESSION_EPOCH)
                .setTopics(
                        List.of(
                                new FetchRequestData.FetchTopic()
                                        .setTopic(topic.name())
                                        .setTopicId(topic.id())
                                        .setPartitions(wanted)));
    }

    private List<PartitionRead> read(
            Uuid topicId, Response<FetchResponseData> response, int[] partitions, long[] offsets) {
        try (response) {
            for (int partition : partitions) {
                FetchResponseData.PartitionData data = find(response.message(), partition);
                if (data != null && data.currentLeader().leaderId() >= 0) {
                    leaders.learn(
                            topicId,
                            partition,
                            data.currentLeader().leaderId(),
                            data.currentLeader().leaderEpoch());
                }
            }
            return read(response.message(), partitions, offsets);
        }
    }

    private static List<PartitionRead> read(
            FetchResponseData message, int[] partitions, long[] offsets) {
        ErrorCode error = ErrorCode.of(message.errorCode());
        List<PartitionRead> reads = new ArrayList<>(partitions.length);
        for (int i = 0; i < partitions.length; i++) {
            FetchResponseData.PartitionData data = find(message, partitions[i]);
            if (error != ErrorCode.NONE || data == null) {
                reads.add(
                        new PartitionRead.Unavailable(
                                partitions[i],
                                error == ErrorCode.NONE
                                        ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
                                        : error));
            } else {
                reads.add(read(data, offsets[i]));
            }
        }
        return reads;
    }

    private static FetchResponseData.@Nullable PartitionData find(
            FetchResponseData message, int partition) {
        for (FetchResponseData.FetchableTopicResponse topic : message.responses()) {
            for (FetchResponseData.PartitionData data : topic.partitions()) {
                if (data.partitionIndex() == partition) {
                    return data;
                }
            }
        }
        return null;
    }

    static PartitionRead read(FetchResponseData.PartitionData data, long offset) {
        int partition = data.partitionIndex();
        ErrorCode error = ErrorCode.of(data.errorCode());
        if (error == ErrorCode.OFFSET_OUT_OF_RANGE) {
            boolean known = data.highWatermark() >= 0 && data.logStartOffset() >= 0;
            return new PartitionRead.OutOfRange(
                    partition,
                    known ? data.logStartOffset() : -1,
                    known ? data.highWatermark() : -1);
        }
        ByteBuffer bytes = RecordBytes.of(data);
        if (error != ErrorCode.NONE) {
            return new PartitionRead.Unavailable(partition, error);
        }
        if (bytes == null || !bytes.hasRemaining()) {
            return new PartitionRead.Records(partition, List.of(), offset, data.highWatermark());
        }
        List<LogRecord> records = new ArrayList<>();
        try (RecordReader reader = new RecordReader(bytes, offset, MAX_DECOMPRESSED_BYTES)) {
            while (reader.next()) {
                records.add(copy(partition, reader));
            }
            if (reader.corruption() != null && records.isEmpty()) {
                return new PartitionRead.Unavailable(partition, ErrorCode.CORRUPT_MESSAGE);
            }
            return new PartitionRead.Records(
                    partition, records, reader.nextOffset(), data.highWatermark());
        }
    }

    private static LogRecord copy(int partition, RecordReader reader) {
        byte[] key = copy(reader.key());
        byte[] value = copy(reader.value());
        int size = (key == null ? 0 : key.length) + (value == null ? 0 : value.length);
        List<LogRecord.Header> headers = List.of();
        if (!reader.headers().isEmpty()) {
            headers = new ArrayList<>(reader.headers().size());
            for (RecordHeader header : reader.headers()) {
                byte[] bytes = copy(header.value());
                headers.add(new LogRecord.Header(header.name(), bytes));
                size +=
                        header.name().getBytes(StandardCharsets.UTF_8).length
                                + (bytes == null ? 0 : bytes.length);
            }
        }
        return new LogRecord(
                partition, reader.offset(), reader.timestampMs(), key, value, headers, size);
    }

    private static byte @Nullable [] copy(@Nullable ByteBuffer slice) {
        if (slice == null) {
            return null;
        }
        byte[] bytes = new byte[slice.remaining()];
        slice.get(slice.position(), bytes);
        return bytes;
    }
}
