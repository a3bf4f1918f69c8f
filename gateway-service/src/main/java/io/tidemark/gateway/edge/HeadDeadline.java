package io.tidemark.gateway.edge;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;

/**
 * Closes a connection whose next request has begun and whose head is not whole in time, however
 * slowly it goes on to come; a new connection's begins with itself.
 *
 * <p>Between two requests the pipeline has an idle handler, another one each time: while it is the
 * same, it is the same head that is waited for. One timer looks after all heads of a connection: it
 * goes off at most once in a timeout, however many requests come.
 */
final class HeadDeadline extends ChannelInboundHandlerAdapter {

    private final long timeoutNanos;
    private @Nullable ChannelHandler waiting;
    private boolean open;
    private long sinceNanos;
    private @Nullable ScheduledFuture<?> timer;

    HeadDeadline(Duration timeout) {
        this.timeoutNanos = timeout.toNanos();
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) throws Exception {
        super.channelActive(ctx);
        begin(ctx);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        if (!open && idle(ctx) != null) {
            begin(ctx);
        }
        super.channelRead(ctx, message);
        if (open && idle(ctx) != waiting) {
            open = false;
            waiting = null;
        }
    }

    private static @Nullable ChannelHandler idle(ChannelHandlerContext ctx) {
        return ctx.pipeline().get(NettyPipeline.IdleTimeoutHandler);
    }

    private void begin(ChannelHandlerContext ctx) {
        open = true;
        waiting = idle(ctx);
        sinceNanos = ctx.executor().ticker().nanoTime();
        if (timer == null) {
            look(ctx, timeoutNanos);
        }
    }

    private void look(ChannelHandlerContext ctx, long inNanos) {
        timer = ctx.executor().schedule(() -> look(ctx), inNanos, TimeUnit.NANOSECONDS);
    }

    private void look(ChannelHandlerContext ctx) {
        timer = null;
        boolean same = open && idle(ctx) == waiting;
        if (!same || ctx.pipeline().get(Http2FrameCodec.class) != null) {
            return;
        }
        long leftNanos = timeoutNanos - (ctx.executor().ticker().nanoTime() - sinceNanos);
        if (leftNanos <= 0) {
            ctx.close();
        } else {
            look(ctx, leftNanos);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        if (timer != null) {
            timer.cancel(false);
        }
        super.channelInactive(ctx);
    }
}
