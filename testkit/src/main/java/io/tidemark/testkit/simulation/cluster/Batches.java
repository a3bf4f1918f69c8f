package io.tidemark.testkit.simulation.cluster;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.tidemark.environment.Entropy;
import io.tidemark.protocol.record.BatchBuilder;
import io.tidemark.protocol.record.Compression;
import java.util.List;

/** Makes batches, each with other records. */
final class Batches {
    private long made;

    /**
     * @param producerId -1 for none; epoch and sequence do not count then
     * @param records at least 1
     */
    byte[] build(
            long producerId,
            short producerEpoch,
            int sequence,
            int records,
            long timestampMs,
            Entropy entropy) {
        boolean plain = producerId < 0;
        BatchBuilder builder =
                new BatchBuilder(UnpooledByteBufAllocator.DEFAULT, Compression.NONE, 256);
        byte[] value = new byte[Long.BYTES + entropy.nextInt(120)];
        for (int i = 0; i < records; i++) {
            long number = ++made;
            for (int b = 0; b < Long.BYTES; b++) {
                value[b] = (byte) (number >>> (8 * b));
            }
            builder.append(timestampMs, null, Unpooled.wrappedBuffer(value), List.of());
        }
        ByteBuf batch =
                builder.build(
                        producerId, plain ? (short) -1 : producerEpoch, plain ? -1 : sequence);
        byte[] bytes = new byte[batch.readableBytes()];
        batch.readBytes(bytes);
        batch.release();
        return bytes;
    }
}
