package io.tidemark.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.tidemark.protocol.record.Recompression.Bounds;
import io.tidemark.protocol.record.Recompression.Target;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class RecompressionTest {
    private static final int MAX_BYTES = 1 << 20;
    private static final Bounds BOUNDS = new Bounds(MAX_BYTES, MAX_BYTES, MAX_BYTES);

    static Stream<Arguments> fromEachToEach() {
        return Stream.of(Compression.values())
                .flatMap(from -> Stream.of(Compression.values()).map(to -> Arguments.of(from, to)));
    }

    @ParameterizedTest
    @MethodSource("fromEachToEach")
    void shouldPackTheSameRecordsDifferently(Compression from, Compression to) {
        ByteBuffer batches = ByteBuffer.allocate(200_000);
        batches.put(batch(from, 7, 0)).put(batch(Compression.NONE, 7, 50)).put(batch(from, 7, 100));
        batches.flip();
        byte[] before = bytes(batches);

        ByteBuffer packed = Recompression.apply(batches, target(to), BOUNDS).orElseThrow();

        assertThat(bytes(batches)).isEqualTo(before);
        assertThat(Recompression.isNeeded(packed, target(to))).isFalse();
        // Kafka reads the same in both: offsets, times, keys, values, headers, producers
        assertThat(described(packed)).isEqualTo(described(batches));
        int at = 0;
        for (int batch = 0; batch < 3; batch++) {
            assertThat(BatchHeader.compressionId(packed, at)).isEqualTo(to.id());
            assertThat(BatchCheck.check(packed, at, BatchCheck.Depth.RECORDS, MAX_BYTES))
                    .isInstanceOf(BatchCheck.Outcome.Valid.class);
            at += BatchHeader.sizeBytes(packed, at);
        }
        assertThat(at).isEqualTo(packed.limit());
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "LZ4", "ZSTD"})
    void shouldTakeTheLevel(Compression to) {
        ByteBuffer batch = batch(Compression.NONE, -1, -1);
        int[] range = to == Compression.LZ4 ? new int[] {1, 17} : new int[] {1, 9};

        ByteBuffer fast =
                Recompression.apply(batch, new Target(to, range[0]), BOUNDS).orElseThrow();
        ByteBuffer small =
                Recompression.apply(batch, new Target(to, range[1]), BOUNDS).orElseThrow();

        assertThat(small.remaining()).isLessThan(fast.remaining());
        assertThat(described(small)).isEqualTo(described(fast));
    }

    @Test
    void shouldGiveBackWhatItCannotPack() {
        Target zstd = target(Compression.ZSTD);
        ByteBuffer damaged = batch(Compression.GZIP, -1, -1);
        damaged.put(damaged.limit() - 5, (byte) (damaged.get(damaged.limit() - 5) ^ 1));
        ByteBuffer large = batch(Compression.GZIP, -1, -1);
        ByteBuffer cut = batch(Compression.NONE, -1, -1);
        cut.limit(cut.limit() - 1);
        ByteBuffer garbage = ByteBuffer.wrap(new byte[200]);

        assertThat(Recompression.apply(damaged, zstd, BOUNDS)).containsSame(damaged);
        assertThat(Recompression.apply(large, zstd, new Bounds(1_000, MAX_BYTES, MAX_BYTES)))
                .containsSame(large);
        assertThat(Recompression.apply(cut, zstd, BOUNDS)).containsSame(cut);
        assertThat(Recompression.apply(garbage, zstd, BOUNDS)).containsSame(garbage);
        assertThat(Recompression.isNeeded(garbage, zstd)).isFalse();
    }

    @Test
    void shouldStopWhereItBecomesTooLong() {
        ByteBuffer bomb = Batches.byKafka(Compression.ZSTD, "x".repeat(5_000_000));
        Target plain = target(Compression.NONE);

        assertThat(Recompression.apply(bomb, plain, bounds(1_000_000, 9_000_000))).isEmpty();
        assertThat(Recompression.apply(bomb, plain, bounds(6_000_000, 1_000_000)))
                .hasValueSatisfying(
                        packed -> assertThat(packed.remaining()).isGreaterThan(5_000_000));

        ByteBuffer two = ByteBuffer.allocate(2 * bomb.remaining());
        two.put(bomb.duplicate()).put(bomb.duplicate()).flip();
        assertThat(Recompression.apply(two, plain, bounds(6_000_000, 9_000_000))).isEmpty();
        assertThat(Recompression.apply(two, plain, bounds(6_000_000, 11_000_000))).isPresent();
    }

    private static Bounds bounds(int packedBytes, int allPackedBytes) {
        return new Bounds(6_000_000, packedBytes, allPackedBytes);
    }

    private static Target target(Compression to) {
        return new Target(to, to == Compression.GZIP ? -1 : 3);
    }

    private static List<String> described(ByteBuffer batches) {
        List<String> all = new ArrayList<>();
        MemoryRecords.readableRecords(batches.duplicate())
                .batches()
                .forEach(
                        batch -> {
                            batch.ensureValid();
                            all.add(
                                    "%d %d %d %d %d %d %s"
                                            .formatted(
                                                    batch.producerId(),
                                                    batch.producerEpoch(),
                                                    batch.baseSequence(),
                                                    batch.baseOffset(),
                                                    batch.lastOffset(),
                                                    batch.maxTimestamp(),
                                                    batch.timestampType()));
                            batch.forEach(
                                    record ->
                                            all.add(
                                                    record.offset()
                                                            + " "
                                                            + record.timestamp()
                                                            + " "
                                                            + text(record.key())
                                                            + " "
                                                            + text(record.value())
                                                            + " "
                                                            + List.of(record.headers())));
                        });
        return all;
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }

    private static ByteBuffer batch(Compression compression, long producerId, int sequence) {
        BatchBuilder builder =
                new BatchBuilder(UnpooledByteBufAllocator.DEFAULT, compression, 1_000);
        for (int i = 0; i < 50; i++) {
            builder.append(
                    1_700_000_000_000L + i * 7919 % 100,
                    utf8("key-" + i),
                    utf8("value number " + i + " of a text that repeats, repeats, repeats; " + i),
                    List.of(new RecordHeader("header", ByteBuffer.wrap(("h" + i).getBytes()))));
        }
        ByteBuf built = builder.build(producerId, (short) (producerId < 0 ? -1 : 3), sequence);
        ByteBuffer batch = ByteBuffer.wrap(bytes(built.nioBuffer()));
        built.release();
        return batch;
    }

    private static ByteBuf utf8(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
