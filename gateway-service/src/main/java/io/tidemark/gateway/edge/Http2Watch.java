package io.tidemark.gateway.edge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.netty.NettyPipeline;

/**
 * The deadlines of a connection once it speaks HTTP/2: heads must come to their end, and a
 * connection without streams is closed in time. Before, {@link HeadDeadline} has them.
 */
final class Http2Watch extends ChannelInboundHandlerAdapter {

    /**
     * What all bodies of a connection may have unread, of which each may have 64 KB: one that is
     * not read on leaves room for others.
     */
    private static final int WINDOW_BYTES = 256 << 10;

    private final Duration headerTimeout;
    private final Duration idleTimeout;

    /** Null where what comes is not HTTP/2, or not yet. */
    private @Nullable Http2Heads heads = new Http2Heads();

    private boolean begun;
    private @Nullable ScheduledFuture<?> waiting;
    private @Nullable ScheduledFuture<?> idling;

    Http2Watch(Duration headerTimeout, Duration idleTimeout) {
        this.headerTimeout = headerTimeout;
        this.idleTimeout = idleTimeout;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        if (heads != null && message instanceof ByteBuf bytes && !heads.take(bytes)) {
            heads = null;
        }
        super.channelRead(ctx, message);
        if (!begun) {
            Http2FrameCodec codec = ctx.pipeline().get(Http2FrameCodec.class);
            if (codec != null) {
                begin(ctx, codec.connection());
            }
        }
        if (begun && waiting == null && heads != null && heads.open()) {
            await(ctx, heads);
        }
    }

    private void begin(ChannelHandlerContext ctx, Http2Connection connection) {
        begun = true;
        if (heads == null) {
            // After an upgrade: from the next read on.
            heads = new Http2Heads();
        }
        // It would take a stream that is silent for a connection that is idle.
        if (ctx.pipeline().get(NettyPipeline.IdleTimeoutHandler) != null) {
            ctx.pipeline().remove(NettyPipeline.IdleTimeoutHandler);
        }
        ctx.channel()
                .writeAndFlush(
                        new DefaultHttp2WindowUpdateFrame(
                                WINDOW_BYTES - Http2CodecUtil.DEFAULT_WINDOW_SIZE));
        ctx.pipeline().addLast(new Broken());
        connection.addListener(new Streams(ctx, connection));
        if (connection.numActiveStreams() == 0) {
            idle(ctx);
        }
    }

    /** Closes the connection if the same head is still open then. */
    private void await(ChannelHandlerContext ctx, Http2Heads open) {
        long whole = open.whole();
        waiting =
                ctx.executor()
                        .schedule(
                                () -> {
                                    waiting = null;
                                    if (!open.open()) {
                                        return;
                                    }
                                    if (open.whole() == whole) {
                                        ctx.close();
                                    } else {
                                        await(ctx, open);
                                    }
                                },
                                headerTimeout.toMillis(),
                                TimeUnit.MILLISECONDS);
    }

    private void idle(ChannelHandlerContext ctx) {
        idling =
                ctx.executor()
                        .schedule(
                                () -> ctx.channel().close(),
                                idleTimeout.toMillis(),
                                TimeUnit.MILLISECONDS);
    }

    private void busy() {
        if (idling != null) {
            idling.cancel(false);
            idling = null;
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        busy();
        if (waiting != null) {
            waiting.cancel(false);
        }
        super.channelInactive(ctx);
    }

    /**
     * Whoever breaks the rules has been told by a GOAWAY, and is no news: the codec closes the
     * connection.
     */
    private static final class Broken extends ChannelInboundHandlerAdapter {
        private static final Logger LOG = LoggerFactory.getLogger(Http2Watch.class);

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            LOG.debug("A connection of HTTP/2 ends", cause);
        }
    }

    /** Knows when there is none. */
    private final class Streams extends Http2ConnectionAdapter {
        private final ChannelHandlerContext ctx;
        private final Http2Connection connection;

        Streams(ChannelHandlerContext ctx, Http2Connection connection) {
            this.ctx = ctx;
            this.connection = connection;
        }

        @Override
        public void onStreamActive(Http2Stream stream) {
            busy();
        }

        @Override
        public void onStreamClosed(Http2Stream stream) {
            if (connection.numActiveStreams() == 0 && ctx.channel().isActive()) {
                busy();
                idle(ctx);
            }
        }
    }
}
