package io.tidemark.partition.log;

import io.tidemark.environment.DiskFile;
import io.tidemark.protocol.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The producers of a log as of an offset, in a file named by that offset.
 *
 * <pre>
 *  .snapshot, Kafka's format version 1, big-endian
 *   0  2  version, 1
 *   2  4  CRC-32C of everything after it
 *   6  4  number of producers, then for each
 *      8    producerId
 *      2    producerEpoch
 *      4    lastSequence, -1 none
 *      8    lastOffset, -1 none
 *      4    offsetDelta of the last batch
 *      8    timestamp of the last batch, ms
 *      4    coordinatorEpoch
 *      8    first offset of the open transaction, -1 none
 *  and, behind what Kafka reads and within the CRC, what it forgets:
 *   0  4  number of older batches, then for each, a producer's oldest first
 *      8    producerId
 *      4    lastSequence
 *      8    lastOffset
 *      4    offsetDelta
 *      8    timestamp, ms
 * </pre>
 *
 * <p>Kafka remembers only the last batch of a producer over a restart, so that the retry of an
 * earlier one is refused as out of order although it is stored. The second part mends that; a file
 * without it is read as well.
 */
final class ProducerSnapshot {
    private static final short VERSION = 1;
    private static final int CRC_POSITION = 2;
    private static final int BODY_POSITION = 6;
    private static final int PRODUCER_BYTES = 46;
    private static final int BATCH_BYTES = 32;

    private ProducerSnapshot() {}

    /** Writes the file; it is not durable yet. What a failure leaves is no valid snapshot. */
    static SharedFile write(LogFolder folder, long offset, ProducerStates producers)
            throws IOException {
        DiskFile file = folder.disk().open(folder.path(offset, LogFolder.SNAPSHOT));
        try {
            file.truncate(0);
            file.write(encode(producers), 0);
        } catch (IOException e) {
            file.close();
            throw e;
        }
        return new SharedFile(file);
    }

    private static ByteBuffer encode(ProducerStates producers) {
        int older = 0;
        for (ProducerState state : producers.all()) {
            older += Math.max(0, state.batches() - 1);
        }
        int count = producers.all().size();
        ByteBuffer bytes =
                ByteBuffer.allocate(
                        BODY_POSITION + 4 + count * PRODUCER_BYTES + 4 + older * BATCH_BYTES);
        bytes.putShort(VERSION).putInt(0).putInt(count);
        producers.all().forEach(state -> putProducer(bytes, state));
        bytes.putInt(older);
        producers.all().forEach(state -> putOlderBatches(bytes, state));
        bytes.putInt(CRC_POSITION, crc(bytes.array()));
        return bytes.flip();
    }

    private static void putProducer(ByteBuffer bytes, ProducerState state) {
        boolean any = state.batches() > 0;
        int slot = any ? state.slot(0) : 0;
        bytes.putLong(state.producerId())
                .putShort(state.epoch())
                .putInt(any ? state.lastSequence(slot) : BatchHeader.NO_SEQUENCE)
                .putLong(any ? state.lastOffset(slot) : ProducerState.NO_OFFSET)
                .putInt(any ? state.offsetDelta(slot) : 0)
                .putLong(any ? state.timestampMs(slot) : BatchHeader.NO_TIMESTAMP)
                .putInt(state.coordinatorEpoch())
                .putLong(state.transactionStart());
    }

    private static void putOlderBatches(ByteBuffer bytes, ProducerState state) {
        for (int back = state.batches() - 1; back > 0; back--) {
            int slot = state.slot(back);
            bytes.putLong(state.producerId())
                    .putInt(state.lastSequence(slot))
                    .putLong(state.lastOffset(slot))
                    .putInt(state.offsetDelta(slot))
                    .putLong(state.timestampMs(slot));
        }
    }

    /**
     * Adds the file's producers to {@code into}.
     *
     * @return false where the file is not a whole, valid snapshot: nothing was added then
     */
    static boolean read(LogFolder folder, long offset, ProducerStates into, long nowMs)
            throws IOException {
        ByteBuffer bytes;
        try (DiskFile file = folder.disk().openForRead(folder.path(offset, LogFolder.SNAPSHOT))) {
            bytes = ByteBuffer.allocate(Math.toIntExact(file.size()));
            file.read(bytes, 0);
            bytes.flip();
        }
        if (!valid(bytes)) {
            return false;
        }
        int count = bytes.getInt(BODY_POSITION);
        int producersAt = BODY_POSITION + 4;
        int olderAt = producersAt + count * PRODUCER_BYTES;
        ProducerStates read = new ProducerStates();
        for (int i = 0; i < count; i++) {
            int at = producersAt + i * PRODUCER_BYTES;
            ProducerState state =
                    new ProducerState(bytes.getLong(at), bytes.getShort(at + 8), nowMs);
            state.coordinatorEpoch(bytes.getInt(at + 34));
            state.transactionStart(bytes.getLong(at + 38));
            read.put(state);
        }
        // Older batches first, so that the last one of each producer ends up as its newest.
        if (bytes.limit() > olderAt) {
            addOlderBatches(bytes, olderAt, read);
        }
        for (int i = 0; i < count; i++) {
            addLastBatch(bytes, producersAt + i * PRODUCER_BYTES, read);
        }
        read.all().forEach(into::put);
        return true;
    }

    private static boolean valid(ByteBuffer bytes) {
        if (bytes.limit() < BODY_POSITION + 4
                || bytes.getShort(0) != VERSION
                || bytes.getInt(CRC_POSITION) != crc(bytes.array())) {
            return false;
        }
        int count = bytes.getInt(BODY_POSITION);
        long olderAt = BODY_POSITION + 4 + (long) count * PRODUCER_BYTES;
        if (count < 0 || olderAt > bytes.limit()) {
            return false;
        }
        return olderAt == bytes.limit()
                || (olderAt + 4 <= bytes.limit()
                        && olderAt + 4 + (long) bytes.getInt((int) olderAt) * BATCH_BYTES
                                == bytes.limit());
    }

    private static void addOlderBatches(ByteBuffer bytes, int olderAt, ProducerStates read) {
        int older = bytes.getInt(olderAt);
        for (int i = 0; i < older; i++) {
            int at = olderAt + 4 + i * BATCH_BYTES;
            ProducerState state = read.find(bytes.getLong(at));
            if (state != null) {
                state.add(
                        state.epoch(),
                        bytes.getInt(at + 8),
                        bytes.getLong(at + 12),
                        bytes.getInt(at + 20),
                        bytes.getLong(at + 24));
            }
        }
    }

    private static void addLastBatch(ByteBuffer bytes, int at, ProducerStates read) {
        ProducerState state = read.find(bytes.getLong(at));
        int lastSequence = bytes.getInt(at + 10);
        if (state != null && lastSequence != BatchHeader.NO_SEQUENCE) {
            state.add(
                    state.epoch(),
                    lastSequence,
                    bytes.getLong(at + 14),
                    bytes.getInt(at + 22),
                    bytes.getLong(at + 26));
        }
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, BODY_POSITION, bytes.length - BODY_POSITION);
        return (int) crc.getValue();
    }
}
