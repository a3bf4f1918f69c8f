package io.tidemark.testkit.log;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.tidemark.environment.Entropy;
import io.tidemark.protocol.record.BatchBuilder;
import io.tidemark.protocol.record.BatchHeader;
import io.tidemark.protocol.record.Compression;
import java.util.List;

/** Makes batches of random bytes. */
final class TestBatches {
    private static final int MAX_VALUE_BYTES = 300;

    private TestBatches() {}

    /** Who sends a batch. */
    record Sender(long producerId, short epoch, int sequence) {
        static final Sender PLAIN =
                new Sender(
                        BatchHeader.NO_PRODUCER_ID,
                        BatchHeader.NO_PRODUCER_EPOCH,
                        BatchHeader.NO_SEQUENCE);
    }

    /** A batch with a record for each timestamp. */
    static byte[] build(Sender sender, long[] timestampsMs, Entropy entropy) {
        BatchBuilder builder =
                new BatchBuilder(UnpooledByteBufAllocator.DEFAULT, Compression.NONE, 256);
        for (long timestampMs : timestampsMs) {
            byte[] value = new byte[entropy.nextInt(MAX_VALUE_BYTES)];
            for (int i = 0; i < value.length; i++) {
                value[i] = (byte) entropy.nextInt(256);
            }
            builder.append(timestampMs, null, Unpooled.wrappedBuffer(value), List.of());
        }
        ByteBuf batch = builder.build(sender.producerId(), sender.epoch(), sender.sequence());
        byte[] bytes = new byte[batch.readableBytes()];
        batch.readBytes(bytes);
        batch.release();
        return bytes;
    }
}
