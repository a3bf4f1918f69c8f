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
 * same, it is the same head that is waited for.
 */
final class HeadDeadline extends ChannelInboundHandlerAdapter {

    private final Duration timeout;
    private @Nullable ScheduledFuture<?> timer;
    private @Nullable ChannelHandler waiting;

    HeadDeadline(Duration timeout) {
        this.timeout = timeout;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) throws Exception {
        super.channelActive(ctx);
        begin(ctx);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        if (timer == null && idle(ctx) != null) {
            begin(ctx);
        }
        super.channelRead(ctx, message);
        if (timer != null && idle(ctx) != waiting) {
            end();
        }
    }

    private static @Nullable ChannelHandler idle(ChannelHandlerContext ctx) {
        return ctx.pipeline().get(NettyPipeline.IdleTimeoutHandler);
    }

    private void begin(ChannelHandlerContext ctx) {
        waiting = idle(ctx);
        timer = ctx.executor().schedule(() -> late(ctx), timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void end() {
        if (timer != null) {
            timer.cancel(false);
        }
        timer = null;
        waiting = null;
    }

    private void late(ChannelHandlerContext ctx) {
        boolean same = idle(ctx) == waiting && ctx.pipeline().get(Http2FrameCodec.class) == null;
        timer = null;
        waiting = null;
        if (same) {
            ctx.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        end();
        super.channelInactive(ctx);
    }
}
