package io.tidemark.protocol.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import io.tidemark.protocol.transport.ByteBudget.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FrameDecoderTest {
    private static final int MAX_FRAME_BYTES = 100_000;
    private static final long RANDOM_NANOS = 3_000_000_000L;

    private final ByteBudget budget = new ByteBudget(1 << 20);
    private ByteBudget.Account account = budget.open(null);

    private static EmbeddedChannel channel(FrameDecoder decoder) {
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.config().setAllocator(PooledByteBufAllocator.DEFAULT);
        channel.pipeline().addLast(decoder);
        return channel;
    }

    private FrameDecoder decoder() {
        account = budget.open(null);
        return decoder(budget, account, () -> {});
    }

    private static FrameDecoder decoder(
            ByteBudget budget, ByteBudget.Account account, Runnable onWait) {
        return new FrameDecoder(
                MAX_FRAME_BYTES,
                new FrameDecoder.Limits(
                        budget, account, Duration.ofMinutes(1), onWait, System::nanoTime));
    }

    @Test
    void shouldCutFramesWhateverPiecesTheyComeIn() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            FrameDecoder decoder = decoder();
            EmbeddedChannel channel = channel(decoder);
            List<ByteBuf> sent = new ArrayList<>();
            ByteBuf stream = Unpooled.buffer();
            for (int i = 0; i < 20; i++) {
                byte[] body = new byte[1 + random.nextInt(random.nextBoolean() ? 30 : 5000)];
                random.nextBytes(body);
                sent.add(Unpooled.wrappedBuffer(body));
                stream.writeInt(body.length).writeBytes(body);
            }

            while (stream.isReadable()) {
                feed(decoder, channel, stream, 1 + random.nextInt(3000));
            }

            for (ByteBuf expected : sent) {
                ByteBuf frame = channel.readInbound();
                assertThat(frame).as("seed %d", seed).isEqualTo(expected);
                account.release(Kind.SMALL, frame.readableBytes());
                frame.release();
            }
            assertThat((Object) channel.readInbound()).isNull();
            assertThat(budget.usedBytes()).isZero();
            channel.finishAndReleaseAll();
        }
    }

    /** Gives the decoder at most {@code bytes}, as a socket would: into the buffer it asks for. */
    private static void feed(
            FrameDecoder decoder, EmbeddedChannel channel, ByteBuf stream, int bytes) {
        int length = Math.min(bytes, stream.readableBytes());
        ByteBuf partial = decoder.frameToFill();
        if (partial == null) {
            ByteBuf read = channel.alloc().directBuffer(length);
            stream.readBytes(read, length);
            channel.writeInbound(read);
        } else {
            stream.readBytes(partial, Math.min(length, partial.writableBytes()));
            channel.writeInbound(partial.retain());
        }
    }

    @Test
    void shouldRefuseLengthsThatAreNotAllowedBeforeAllocatingForThem() {
        for (int length : new int[] {0, -1, Integer.MIN_VALUE}) {
            assertRefused(length, CorruptedFrameException.class);
        }
        for (int length : new int[] {MAX_FRAME_BYTES + 1, Integer.MAX_VALUE}) {
            assertRefused(length, TooLongFrameException.class);
        }
    }

    private void assertRefused(int length, Class<? extends DecoderException> as) {
        FrameDecoder decoder = decoder();
        EmbeddedChannel channel = channel(decoder);
        ByteBuf bytes = Unpooled.buffer().writeInt(length).writeInt(length);
        assertThatThrownBy(() -> channel.writeInbound(bytes)).isInstanceOf(as);
        assertThat(decoder.frameToFill()).isNull();
        assertThat(budget.usedBytes()).isZero();
        channel.finishAndReleaseAll();
    }

    @Test
    void shouldPauseWhenTheBudgetIsUsedUpAndGoOnWhenItIsNot() {
        List<String> waits = new ArrayList<>();
        ByteBudget small = new ByteBudget(10);
        ByteBudget.Account ofSmall = small.open(null);
        EmbeddedChannel channel = channel(decoder(small, ofSmall, () -> waits.add("waits")));

        channel.writeInbound(frames(8, 8, 8));

        ByteBuf first = channel.readInbound();
        assertThat(first.readableBytes()).isEqualTo(8);
        assertThat((Object) channel.readInbound()).isNull();
        assertThat(waits).hasSize(1);
        assertThat(channel.config().isAutoRead()).isFalse();

        first.release();
        ofSmall.release(Kind.SMALL, 8);
        channel.runPendingTasks();
        ByteBuf second = channel.readInbound();
        assertThat(second.readableBytes()).isEqualTo(8);
        second.release();
        ofSmall.release(Kind.SMALL, 8);
        channel.runPendingTasks();
        ByteBuf third = channel.readInbound();
        third.release();
        ofSmall.release(Kind.SMALL, 8);
        assertThat(channel.config().isAutoRead()).isTrue();
        assertThat(small.usedBytes()).isZero();
        channel.finishAndReleaseAll();
    }

    @Test
    void shouldGiveBackWhatItWaitedForWhenTheConnectionIsGone() {
        ByteBudget small = new ByteBudget(10);
        ByteBudget.Account ofSmall = small.open(null);
        EmbeddedChannel channel = channel(decoder(small, ofSmall, () -> {}));
        channel.writeInbound(frames(8, 8));
        ByteBuf first = channel.readInbound();
        channel.finishAndReleaseAll();
        first.release();
        ofSmall.release(Kind.SMALL, 8);
        channel.runPendingTasks();
        assertThat(small.usedBytes()).isZero();
    }

    @Test
    void shouldGiveBackAHalfFrameWhenTheConnectionIsGone() {
        EmbeddedChannel channel = channel(decoder());
        channel.writeInbound(Unpooled.buffer().writeInt(1000).writeInt(1));
        assertThat(budget.usedBytes()).isEqualTo(1000);
        channel.finishAndReleaseAll();
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void shouldTakeMemoryAsBytesCome() {
        ByteBudget large = new ByteBudget(1L << 32);
        ByteBudget.Account ofLarge = large.open(null);
        int length = 100 << 20;
        FrameDecoder decoder =
                new FrameDecoder(
                        length,
                        new FrameDecoder.Limits(
                                large, ofLarge, Duration.ofMinutes(1), () -> {}, System::nanoTime));
        EmbeddedChannel channel = channel(decoder);
        channel.writeInbound(Unpooled.buffer().writeInt(length));
        assertThat(large.usedBytes()).as("announced only").isZero();
        channel.writeInbound(Unpooled.buffer().writeInt(1));
        long sent = Integer.BYTES;
        while (sent < length) {
            assertThat(large.usedBytes()).isLessThanOrEqualTo(Math.max(1 << 16, 16 * sent));
            ByteBuf room = Objects.requireNonNull(decoder.frameToFill());
            int bytes = Math.min(room.writableBytes(), 50_000);
            room.writeZero(bytes);
            channel.writeInbound(room.retain());
            sent += bytes;
        }
        ByteBuf frame = channel.readInbound();
        assertThat(frame.readableBytes()).isEqualTo(length);
        assertThat(frame.getInt(0)).isEqualTo(1);
        assertThat(large.usedBytes()).isEqualTo(length);
        frame.release();
        ofLarge.release(Kind.LARGE, length);
        channel.finishAndReleaseAll();
        assertThat(large.usedBytes()).isZero();
    }

    private static final int LARGE = 1 << 20;
    private long nowNanos = 1;

    /** Of a budget, a client that has begun a frame; whoever it is, time is the test's. */
    private EmbeddedChannel begun(ByteBudget of, int length, int sent) {
        FrameDecoder decoder =
                new FrameDecoder(
                        length,
                        new FrameDecoder.Limits(
                                of,
                                of.open(null),
                                Duration.ofSeconds(30),
                                () -> {},
                                () -> nowNanos));
        EmbeddedChannel channel = channel(decoder);
        channel.freezeTime();
        ByteBuf stream = Unpooled.buffer().writeInt(length).writeZero(sent);
        while (stream.isReadable()) {
            feed(decoder, channel, stream, 1 << 16);
        }
        return channel;
    }

    /** Has seconds pass, with so many bytes in each. */
    private void pass(EmbeddedChannel channel, int seconds, int bytesEach) {
        FrameDecoder decoder = channel.pipeline().get(FrameDecoder.class);
        for (int i = 0; i < seconds; i++) {
            ByteBuf stream = Unpooled.buffer().writeZero(bytesEach);
            while (stream.isReadable()) {
                feed(decoder, channel, stream, 1 << 16);
            }
            nowNanos += TimeUnit.SECONDS.toNanos(1);
            channel.advanceTimeBy(1, TimeUnit.SECONDS);
            channel.runScheduledPendingTasks();
            channel.checkException();
        }
    }

    private static void waitFor(ByteBudget of, Kind kind) {
        ByteBudget.Account holder = of.open(null);
        ByteBudget.Account waiter = of.open(null);
        boolean unused = holder.reserve(kind, of.limitBytes(), () -> {});
        assertThat(waiter.reserve(kind, of.limitBytes(), () -> {})).isFalse();
    }

    @Test
    void shouldLetSlowFramesBeWhereNobodyWaits() {
        for (int length : new int[] {50_000, LARGE}) {
            ByteBudget roomy = new ByteBudget(100 * LARGE);
            EmbeddedChannel slow = begun(roomy, length, length / 2);
            pass(slow, 29, 1);
            assertThatThrownBy(() -> pass(slow, 3, 1)).isInstanceOf(LateFrameException.class);
            assertThat(roomy.usedBytes()).isZero();
            slow.finishAndReleaseAll();
        }
    }

    @Test
    void shouldEndLargeFramesThatTrickleWhileOthersWait() {
        ByteBudget crowded = new ByteBudget(100 * LARGE);
        EmbeddedChannel trickling = begun(crowded, LARGE, LARGE / 2);
        EmbeddedChannel fair = begun(crowded, LARGE, LARGE / 2);
        waitFor(crowded, Kind.SMALL);
        pass(trickling, 6, 1);
        waitFor(crowded, Kind.LARGE);
        pass(fair, 10, LARGE / 25);
        assertThatThrownBy(() -> pass(trickling, 4, 100)).isInstanceOf(LateFrameException.class);
        fair.finishAndReleaseAll();
        trickling.finishAndReleaseAll();
    }

    @Test
    void shouldEndSmallFramesAfterTwoSecondsWhileOthersWait() {
        ByteBudget crowded = new ByteBudget(100 * LARGE);
        EmbeddedChannel trickling = begun(crowded, 50_000, 20_000);
        waitFor(crowded, Kind.LARGE);
        pass(trickling, 6, 1);
        waitFor(crowded, Kind.SMALL);
        assertThatThrownBy(() -> pass(trickling, 2, 1000)).isInstanceOf(LateFrameException.class);
        trickling.finishAndReleaseAll();
    }

    @Test
    void shouldTakeLittleForASmallFrameThatHasHardlyBegun() {
        ByteBudget roomy = new ByteBudget(100 * LARGE);
        EmbeddedChannel begun = begun(roomy, 120_000, 5);
        assertThat(roomy.usedBytes()).isEqualTo(1 << 14);
        begun.finishAndReleaseAll();
        assertThat(roomy.usedBytes()).isZero();
    }

    @Test
    void shouldHandOnNothingWhilePaused() {
        FrameDecoder decoder = decoder();
        EmbeddedChannel channel = channel(decoder);
        decoder.pause();
        channel.writeInbound(frames(4));
        channel.writeInbound(frames(5));
        assertThat((Object) channel.readInbound()).isNull();
        assertThat(channel.config().isAutoRead()).isFalse();

        decoder.resume();

        for (int length = 4; length < 6; length++) {
            ByteBuf frame = channel.readInbound();
            assertThat(frame.readableBytes()).isEqualTo(length);
            frame.release();
        }
        assertThat(channel.config().isAutoRead()).isTrue();
        channel.finishAndReleaseAll();
    }

    private static ByteBuf frames(int... lengths) {
        ByteBuf bytes = Unpooled.buffer();
        for (int length : lengths) {
            bytes.writeInt(length).writeZero(length);
        }
        return bytes;
    }

    @FuzzTest(maxDuration = "1h")
    void shouldSurviveAnyBytes(byte[] bytes) {
        decodeInPieces(bytes, new Random(bytes.length));
    }

    @Test
    void shouldSurviveRandomBytes() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        long start = System.nanoTime();
        int refused = 0;
        int rounds = 0;
        for (; System.nanoTime() - start < RANDOM_NANOS; rounds++) {
            byte[] bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            for (int i = 0; i + 4 < bytes.length; i += 1 + random.nextInt(40)) {
                if (random.nextInt(3) > 0) {
                    // a length that may be
                    bytes[i] = 0;
                    bytes[i + 1] = 0;
                    bytes[i + 2] = 0;
                }
            }
            try {
                refused += decodeInPieces(bytes, random) == null ? 0 : 1;
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ", round " + rounds, e);
            }
        }
        assertThat(refused).isBetween(1, rounds - 1);
    }

    /** Returns why the bytes were refused; null where they were not. */
    private @Nullable DecoderException decodeInPieces(byte[] bytes, Random random) {
        FrameDecoder decoder = decoder();
        EmbeddedChannel channel = channel(decoder);
        ByteBuf stream = Unpooled.wrappedBuffer(bytes);
        DecoderException refusal = null;
        try {
            while (stream.isReadable()) {
                feed(decoder, channel, stream, 1 + random.nextInt(100));
            }
        } catch (DecoderException e) {
            refusal = e;
        }
        for (ByteBuf frame = channel.readInbound(); frame != null; frame = channel.readInbound()) {
            assertThat(frame.readableBytes()).isBetween(1, MAX_FRAME_BYTES);
            account.release(Kind.SMALL, frame.readableBytes());
            frame.release();
        }
        channel.finishAndReleaseAll();
        assertThat(budget.usedBytes()).isZero();
        return refusal;
    }
}
