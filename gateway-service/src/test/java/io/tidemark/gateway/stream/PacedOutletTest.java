package io.tidemark.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.tidemark.environment.Clock;
import io.tidemark.gateway.limit.Meter;
import io.tidemark.gateway.limit.RateLimitProperties;
import io.tidemark.gateway.limit.RateLimits;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class PacedOutletTest {

    private static final class Unwrapping extends ChannelOutboundHandlerAdapter {
        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            ctx.write(((HttpContent) message).content(), promise);
        }
    }

    @Test
    void shouldWriteAStreamNoFasterThanItsClientMayRead() {
        // Given
        SimulatedTime time = new SimulatedTime();
        Clock clock = time;
        RateLimits limits =
                new RateLimits(
                        new RateLimitProperties(
                                0,
                                DataSize.ofBytes(1000),
                                0,
                                DataSize.ofBytes(0),
                                Duration.ofSeconds(1),
                                Duration.ofMillis(100),
                                10),
                        clock);
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.freezeTime();
        limits.meter(channel);
        channel.pipeline().addLast(new Unwrapping());
        limits.admit(Objects.requireNonNull(Meter.of(channel)), "User:a");
        AtomicInteger woken = new AtomicInteger();
        NettyOutlet outlet = new NettyOutlet(channel, 1 << 20, () -> {});
        outlet.whenReady(woken::incrementAndGet);

        // When
        assertThat(outlet.ready()).isTrue();
        outlet.write(Unpooled.wrappedBuffer(new byte[3000]));

        // Then
        assertThat(outlet.ready()).isFalse();
        assertThat(outlet.ready()).isFalse();
        time.run(1900);
        channel.advanceTimeBy(1900, TimeUnit.MILLISECONDS);
        channel.runPendingTasks();
        assertThat(woken.get()).isZero();
        time.run(110);
        channel.advanceTimeBy(110, TimeUnit.MILLISECONDS);
        channel.runPendingTasks();
        assertThat(woken.get()).as("once, however often it was asked").isEqualTo(1);
        assertThat(outlet.ready()).isTrue();
        channel.finishAndReleaseAll();
    }
}
