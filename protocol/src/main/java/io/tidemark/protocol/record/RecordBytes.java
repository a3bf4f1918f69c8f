package io.tidemark.protocol.record;

import java.nio.ByteBuffer;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordsSend;
import org.jspecify.annotations.Nullable;

/**
 * Batches that go out in a message as they lie, without a copy: {@code partition.setRecords(...)}
 * takes them. Whoever sends the message owns them from then on, and releases them once when they
 * are written or will not be.
 */
public sealed interface RecordBytes extends BaseRecords permits FileBytes, BufferBytes {

    /** Gives back what the bytes lie in. Once, any thread. */
    void release();

    /** Kafka's own way to send, which nothing here uses. */
    @Override
    default RecordsSend<? extends BaseRecords> toSend() {
        throw new IllegalStateException("sent by the protocol module only");
    }

    /**
     * The batches of a partition in a received request: a slice of the request's frame, which may
     * be edited in place.
     */
    static @Nullable ByteBuffer of(ProduceRequestData.PartitionProduceData partition) {
        return bufferOf(partition.records());
    }

    /** The batches of a partition in a received response: a slice of the response's frame. */
    static @Nullable ByteBuffer of(FetchResponseData.PartitionData partition) {
        return bufferOf(partition.records());
    }

    private static @Nullable ByteBuffer bufferOf(@Nullable BaseRecords records) {
        return switch (records) {
            case null -> null;
            case MemoryRecords memory -> memory.buffer();
            case BufferBytes bytes -> bytes.buffer().nioBuffer();
            default -> throw new IllegalStateException("not received: " + records.getClass());
        };
    }

    /** Releases all record bytes of a message that will not be sent. */
    static void releaseAll(ApiMessage message) {
        switch (message) {
            case ProduceRequestData produce ->
                    produce.topicData()
                            .forEach(t -> t.partitionData().forEach(p -> releaseOne(p.records())));
            case FetchResponseData fetch ->
                    fetch.responses()
                            .forEach(t -> t.partitions().forEach(p -> releaseOne(p.records())));
            default -> {
                // No other message carries records.
            }
        }
    }

    private static void releaseOne(@Nullable BaseRecords records) {
        if (records instanceof RecordBytes bytes) {
            bytes.release();
        }
    }
}
