package io.tidemark.protocol.record;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordsSend;
import org.jspecify.annotations.Nullable;

/**
 * Batches that go out in a message as they lie, without a copy: {@code partition.setRecords(...)}
 * takes them. Handing the message to the server or the client hands over these too: what they lie
 * in is freed once, when they are written or will not be.
 */
public abstract sealed class RecordBytes implements BaseRecords permits FileBytes, BufferBytes {
    private final AtomicBoolean taken = new AtomicBoolean();

    /** Frees the bytes, unless they were sent or released before. Any thread. */
    public final void release() {
        if (take()) {
            free();
        }
    }

    /**
     * Makes the caller the one who calls {@link #free}.
     *
     * @return false where somebody else is that already
     */
    public final boolean take() {
        return taken.compareAndSet(false, true);
    }

    /** Gives back what the bytes lie in; only for whoever has taken them, once. */
    public abstract void free();

    /** Kafka's own way to send, which nothing here uses. */
    @Override
    public final RecordsSend<? extends BaseRecords> toSend() {
        throw new IllegalStateException("sent by the protocol module only");
    }

    /**
     * The batches of a partition in a received request: a slice of the request's frame, which may
     * be edited in place.
     */
    public static @Nullable ByteBuffer of(ProduceRequestData.PartitionProduceData partition) {
        return bufferOf(partition.records());
    }

    /** The batches of a partition in a received response: a slice of the response's frame. */
    public static @Nullable ByteBuffer of(FetchResponseData.PartitionData partition) {
        return bufferOf(partition.records());
    }

    private static @Nullable ByteBuffer bufferOf(@Nullable BaseRecords records) {
        return switch (records) {
            case null -> null;
            case MemoryRecords memory -> memory.buffer();
            case BufferBytes bytes -> bytes.buffer().nioBuffer();
            default -> throw new IllegalStateException("not in memory: " + records.getClass());
        };
    }

    /** Releases all record bytes of a message that will not be sent. */
    public static void releaseAll(ApiMessage message) {
        switch (message) {
            case ProduceRequestData produce -> {
                for (var topic : produce.topicData()) {
                    topic.partitionData().forEach(p -> releaseOne(p.records()));
                }
            }
            case FetchResponseData fetch -> {
                for (var topic : fetch.responses()) {
                    topic.partitions().forEach(p -> releaseOne(p.records()));
                }
            }
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
