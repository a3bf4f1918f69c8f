package io.tidemark.systemtest.input;

import io.tidemark.protocol.ErrorCode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/** Frames that cost a server more than they cost who sends them. Without their lengths. */
final class HostileRequests {
    private static final short PRODUCE = 9;
    private static final short LIST_OFFSETS = 7;
    private static final short FETCH = 12;

    private HostileRequests() {}

    /** Metadata with unknown tagged fields of two bytes each, in the header or behind the body. */
    static byte[] taggedFields(int count, boolean inHeader) {
        ApiMessageType api = ApiMessageType.METADATA;
        short version = 12;
        byte[] head = SmallRequest.header(api, version);
        byte[] all = SmallRequest.frame(api, version, -1, 0);
        ByteBuffer frame = ByteBuffer.allocate(all.length + 5 + 2 * count);
        frame.put(inHeader ? head : all, 0, (inHeader ? head : all).length - 1);
        int left = count;
        while (left > 0x7f) {
            frame.put((byte) (left & 0x7f | 0x80));
            left >>>= 7;
        }
        frame.put((byte) left);
        for (int i = 0; i < count; i++) {
            frame.put((byte) 100).put((byte) 0);
        }
        if (inHeader) {
            frame.put(all, head.length, all.length - head.length);
        }
        return Arrays.copyOf(frame.array(), frame.position());
    }

    /** A batch of one record that is {@code size} zeros when it is unpacked. */
    static byte[] bomb(Compression codec, int size) {
        ByteBuffer bytes =
                MemoryRecords.withRecords(
                                codec,
                                new SimpleRecord(System.currentTimeMillis(), null, new byte[size]))
                        .buffer();
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return copy;
    }

    /** The same batch for each of the first partitions. */
    static byte[] produce(String topic, int partitions, byte[] batch) {
        ProduceRequestData.TopicProduceData data =
                new ProduceRequestData.TopicProduceData().setName(topic);
        for (int i = 0; i < partitions; i++) {
            data.partitionData()
                    .add(
                            new ProduceRequestData.PartitionProduceData()
                                    .setIndex(i)
                                    .setRecords(
                                            MemoryRecords.readableRecords(ByteBuffer.wrap(batch))));
        }
        ProduceRequestData request =
                new ProduceRequestData().setAcks((short) 1).setTimeoutMs(30_000);
        request.topicData().add(data);
        return HostileClient.frame(request, PRODUCE);
    }

    /** What an answer to {@link #produce} says of the first partition. */
    static ErrorCode firstError(ByteBuffer answer) {
        ByteBufferAccessor in = new ByteBufferAccessor(answer);
        new ResponseHeaderData(in, (short) 1);
        ProduceResponseData response = new ProduceResponseData(in, PRODUCE);
        return ErrorCode.of(
                response.responses().iterator().next().partitionResponses().get(0).errorCode());
    }

    /** When the first record at or after the very first one came, for many partitions. */
    static byte[] search(String topic, int partitions, long timestampMs) {
        List<ListOffsetsRequestData.ListOffsetsPartition> all = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            all.add(
                    new ListOffsetsRequestData.ListOffsetsPartition()
                            .setPartitionIndex(i)
                            .setTimestamp(timestampMs));
        }
        return HostileClient.frame(
                new ListOffsetsRequestData()
                        .setReplicaId(-1)
                        .setTopics(
                                List.of(
                                        new ListOffsetsRequestData.ListOffsetsTopic()
                                                .setName(topic)
                                                .setPartitions(all))),
                LIST_OFFSETS);
    }

    /** All that there is, at once. */
    static byte[] fetch(String topic) {
        return HostileClient.frame(
                new FetchRequestData()
                        .setMaxWaitMs(100)
                        .setMinBytes(1)
                        .setMaxBytes(Integer.MAX_VALUE)
                        .setTopics(
                                List.of(
                                        new FetchRequestData.FetchTopic()
                                                .setTopic(topic)
                                                .setTopicId(Uuid.ZERO_UUID)
                                                .setPartitions(
                                                        List.of(
                                                                new FetchRequestData
                                                                                .FetchPartition()
                                                                        .setPartitionMaxBytes(
                                                                                Integer
                                                                                        .MAX_VALUE))))),
                FETCH);
    }

    /**
     * What is wrong in one way each: cut off, lengths below zero, lengths beyond what is there,
     * bytes that make no sense.
     */
    static List<byte[]> malformed(ApiMessageType api, short version) {
        int head = SmallRequest.header(api, version).length;
        byte[] whole = SmallRequest.frame(api, version, -1, 0);
        List<byte[]> frames = new ArrayList<>();
        frames.add(Arrays.copyOf(whole, (head + whole.length) / 2));
        frames.add(Arrays.copyOf(whole, head - 1));
        for (int filling : new int[] {0xff, 0x7f, 0x80}) {
            byte[] filled = Arrays.copyOf(whole, whole.length + 64);
            Arrays.fill(filled, head, filled.length, (byte) filling);
            frames.add(filled);
        }
        byte[] longName = whole.clone();
        longName[8] = 0x7f; // the client id's length
        longName[9] = (byte) 0xff;
        frames.add(longName);
        return frames;
    }
}
