package io.tidemark.benchmark.micro;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.tidemark.protocol.record.BatchBuilder;
import io.tidemark.protocol.record.BatchCheck;
import io.tidemark.protocol.record.BatchHeader;
import io.tidemark.protocol.record.Compression;
import io.tidemark.protocol.record.RecordReader;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Building, checking and reading one batch of 1 KB records. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RecordBatchBenchmark {
    private static final int RECORD_BYTES = 1024;
    private static final int MAX_DECOMPRESSED_BYTES = 64 << 20;

    @Param({"15", "120"})
    public int records;

    private ByteBuf value = Unpooled.EMPTY_BUFFER;
    private ByteBuf batch = Unpooled.EMPTY_BUFFER;
    private ByteBuffer bytes = ByteBuffer.allocate(0);

    @Setup
    public void setUp() {
        value = PooledByteBufAllocator.DEFAULT.directBuffer(RECORD_BYTES).writeZero(RECORD_BYTES);
        batch = build();
        bytes = batch.nioBuffer();
    }

    @TearDown
    public void tearDown() {
        value.release();
        batch.release();
    }

    @Benchmark
    public ByteBuf buildAndRelease() {
        ByteBuf built = build();
        built.release();
        return built;
    }

    @Benchmark
    public BatchCheck.Outcome checkCrc() {
        return BatchCheck.check(bytes, 0, BatchCheck.Depth.CRC, MAX_DECOMPRESSED_BYTES);
    }

    @Benchmark
    public BatchCheck.Outcome checkRecords() {
        return BatchCheck.check(bytes, 0, BatchCheck.Depth.RECORDS, MAX_DECOMPRESSED_BYTES);
    }

    @Benchmark
    public long read() {
        long last = -1;
        try (RecordReader reader = new RecordReader(bytes, 0, MAX_DECOMPRESSED_BYTES)) {
            while (reader.next()) {
                last = reader.offset();
            }
        }
        return last;
    }

    private ByteBuf build() {
        BatchBuilder builder =
                new BatchBuilder(
                        PooledByteBufAllocator.DEFAULT,
                        Compression.NONE,
                        records * (RECORD_BYTES + 32));
        for (int i = 0; i < records; i++) {
            builder.append(i, null, value, List.of());
        }
        return builder.build(
                BatchHeader.NO_PRODUCER_ID, BatchHeader.NO_PRODUCER_EPOCH, BatchHeader.NO_SEQUENCE);
    }
}
