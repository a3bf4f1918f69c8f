package io.tidemark.partition.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.tidemark.environment.Clock;
import io.tidemark.environment.FileDisk;
import io.tidemark.partition.log.LogStore.RecoveryProgress;
import io.tidemark.partition.log.PartitionLog.AppendOutcome;
import io.tidemark.partition.log.PartitionLog.ReadOutcome;
import io.tidemark.partition.log.PartitionLog.Recovery;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.record.BatchBuilder;
import io.tidemark.protocol.record.BatchHeader;
import io.tidemark.protocol.record.Compression;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A log in a temporary folder, under a clock that stands still until it is set. */
abstract class PartitionLogFixture {
    static final long NOW_MS = 1_700_000_000_000L;
    static final Uuid TOPIC_ID = new Uuid(3, 4);
    static final long PLAIN = BatchHeader.NO_PRODUCER_ID;

    @TempDir Path folder;
    final SettableClock clock = new SettableClock();
    LogStore store;
    PartitionLog log;

    static final class SettableClock implements Clock {
        long wallMs = NOW_MS;
        long nanos;

        @Override
        public long wallMs() {
            return wallMs;
        }

        @Override
        public long nanos() {
            return nanos;
        }
    }

    static final class Settings {
        int segmentBytes = 1 << 20;
        long segmentMs = -1;
        long retentionMs = -1;
        long retentionBytes = -1;
        boolean logAppendTime;
        long afterMaxMs = 3_600_000;

        LogConfig build() {
            return new LogConfig(
                    segmentBytes,
                    segmentMs,
                    4_096,
                    10 << 20,
                    retentionMs,
                    retentionBytes,
                    50_000,
                    true,
                    logAppendTime,
                    -1,
                    afterMaxMs,
                    -1,
                    -1,
                    60_000,
                    86_400_000);
        }
    }

    @BeforeEach
    void openLog() throws IOException {
        open(new Settings(), Recovery.UNCLEAN);
    }

    final void open(Settings settings, Recovery recovery) throws IOException {
        store = LogStore.open(new FileDisk(folder), clock);
        log =
                store.openLog(
                        "orders",
                        0,
                        TOPIC_ID,
                        settings.build(),
                        recovery,
                        RecoveryProgress.IGNORED);
    }

    void configure(Settings settings) {
        log.configure(settings.build());
    }

    void sync() throws IOException {
        PartitionLog.SyncTicket ticket = log.prepareSync();
        ticket.run();
        log.synced(ticket);
        assertThat(ticket.complete()).isTrue();
    }

    void reopenCleanly(Settings settings) throws IOException {
        log.close();
        store.checkpoint();
        open(settings, Recovery.CLEAN);
    }

    void crashAndReopen(Settings settings) throws IOException {
        log.abandon();
        open(settings, Recovery.UNCLEAN);
    }

    void append(ByteBuffer batch) throws IOException {
        assertThat(log.append(batch, 0)).isInstanceOf(AppendOutcome.Appended.class);
    }

    static void assertRejected(AppendOutcome outcome, ErrorCode error) {
        assertThat(outcome).isInstanceOf(AppendOutcome.Rejected.class);
        assertThat(((AppendOutcome.Rejected) outcome).error()).isEqualTo(error.number());
    }

    ByteBuffer read(long offset, long endOffset) throws IOException {
        return slice(log.read(offset, endOffset, 1 << 20, true));
    }

    static ByteBuffer slice(ReadOutcome outcome) throws IOException {
        ReadOutcome.Bytes found = (ReadOutcome.Bytes) outcome;
        ByteBuffer bytes = ByteBuffer.allocate(found.length());
        if (found.length() > 0) {
            found.file().read(bytes, found.position());
        }
        found.release();
        return bytes.flip();
    }

    Path segment(long baseOffset) {
        return folder.resolve("orders-0").resolve(LogFolder.fileName(baseOffset, LogFolder.LOG));
    }

    List<String> names() throws IOException {
        return new FileDisk(folder).list("orders-0");
    }

    List<String> segments() throws IOException {
        return names().stream().filter(name -> name.endsWith(".log")).toList();
    }

    static ByteBuffer batch(long producerId, int epoch, int sequence, int records) {
        return batch(producerId, epoch, sequence, records, NOW_MS, 20);
    }

    static ByteBuffer batch(
            long producerId, int epoch, int sequence, int records, long timestampMs, int bytes) {
        BatchBuilder builder =
                new BatchBuilder(UnpooledByteBufAllocator.DEFAULT, Compression.NONE, 256);
        for (int i = 0; i < records; i++) {
            builder.append(timestampMs, null, Unpooled.wrappedBuffer(new byte[bytes]), List.of());
        }
        ByteBuf built = builder.build(producerId, producerId < 0 ? -1 : (short) epoch, sequence);
        ByteBuffer batch = ByteBuffer.allocate(built.readableBytes());
        built.readBytes(batch);
        built.release();
        return batch.flip();
    }
}
