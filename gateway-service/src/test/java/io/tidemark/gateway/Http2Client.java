package io.tidemark.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import io.tidemark.protocol.transport.EventLoops;
import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One connection of HTTP/2 by prior knowledge, with all that clients of good manners hide. */
final class Http2Client implements AutoCloseable {

    private static final int WINDOW_BYTES = 64 << 20;

    private final EventLoopGroup loop = EventLoops.create(1, "http2-client");
    private final Channel connection;
    private final String authority;
    volatile long maxStreams = -1;
    volatile long goneAway = -1;

    Http2Client(int port) throws InterruptedException {
        this.authority = "localhost:" + port;
        this.connection =
                new Bootstrap()
                        .group(loop)
                        .channel(EventLoops.clientChannel(loop))
                        .handler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        channel.pipeline()
                                                .addLast(
                                                        Http2FrameCodecBuilder.forClient()
                                                                .validateHeaders(false)
                                                                .gracefulShutdownTimeoutMillis(0)
                                                                .encoderIgnoreMaxHeaderListSize(
                                                                        true)
                                                                .encoderEnforceMaxConcurrentStreams(
                                                                        false)
                                                                .build(),
                                                        new Http2MultiplexHandler(new Nothing()),
                                                        new Told());
                                    }
                                })
                        .connect(InetAddress.getLoopbackAddress(), port)
                        .sync()
                        .channel();
        connection.writeAndFlush(new DefaultHttp2WindowUpdateFrame(WINDOW_BYTES)).sync();
    }

    boolean isOpen() {
        return connection.isOpen();
    }

    /** A request's head: GET of a path, from localhost. */
    Http2Headers head(String path) {
        return new DefaultHttp2Headers(false)
                .method("GET")
                .scheme("http")
                .authority(authority)
                .path(path);
    }

    Exchange get(String path) throws InterruptedException {
        return send(head(path), true);
    }

    Exchange post(String path, String type, String body) throws InterruptedException {
        Exchange exchange =
                send(
                        head(path)
                                .method("POST")
                                .set("content-type", type)
                                .set("content-length", Integer.toString(body.length())),
                        false);
        exchange.write(body, true);
        return exchange;
    }

    Exchange send(Http2Headers head, boolean whole) throws InterruptedException {
        Exchange exchange = new Exchange();
        Http2StreamChannel stream =
                new Http2StreamChannelBootstrap(connection)
                        .handler(exchange)
                        .open()
                        .sync()
                        .getNow();
        exchange.stream = stream;
        stream.writeAndFlush(new DefaultHttp2HeadersFrame(head, whole));
        return exchange;
    }

    @Override
    public void close() throws InterruptedException {
        connection.close().sync();
        loop.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS).sync();
    }

    /** One request and its answer. */
    static final class Exchange extends ChannelInboundHandlerAdapter {
        private @Nullable Http2StreamChannel stream;
        volatile Http2Headers head = new DefaultHttp2Headers();
        private final StringBuffer text = new StringBuffer();
        final AtomicLong bytes = new AtomicLong();
        volatile boolean ended;
        volatile long reset = -1;

        int status() {
            CharSequence status = head.status();
            return status == null ? 0 : Integer.parseInt(status.toString());
        }

        String text() {
            return text.toString();
        }

        /** Whether there is nothing to come. */
        boolean over() {
            return ended || reset >= 0;
        }

        @Override
        public String toString() {
            String some = text.substring(0, Math.min(200, text.length()));
            return "%d, %d bytes, ended %s, reset %d: %s"
                    .formatted(status(), bytes.get(), ended, reset, some);
        }

        void write(String body, boolean last) {
            stream()
                    .writeAndFlush(
                            new DefaultHttp2DataFrame(Unpooled.copiedBuffer(body, UTF_8), last));
        }

        void cancel() {
            stream().writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL));
        }

        void reads(boolean on) {
            stream().config().setAutoRead(on);
        }

        private Http2StreamChannel stream() {
            Http2StreamChannel open = stream;
            if (open == null) {
                throw new IllegalStateException("not sent");
            }
            return open;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object frame) {
            switch (frame) {
                case Http2HeadersFrame headers -> {
                    head = headers.headers();
                    ended |= headers.isEndStream();
                }
                case Http2DataFrame data -> {
                    bytes.addAndGet(data.content().readableBytes());
                    text.append(data.content().toString(UTF_8));
                    ended |= data.isEndStream();
                }
                default -> {}
            }
            ReferenceCountUtil.release(frame);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof Http2ResetFrame frame) {
                reset = frame.errorCode();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    /** What the server says of the connection. */
    private final class Told extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object frame) {
            if (frame instanceof Http2SettingsFrame of) {
                Long most = of.settings().maxConcurrentStreams();
                maxStreams = most == null ? 0 : most;
            } else if (frame instanceof Http2GoAwayFrame of) {
                goneAway = of.errorCode();
            }
            ReferenceCountUtil.release(frame);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    /** The server pushes nothing. */
    @ChannelHandler.Sharable
    private static final class Nothing extends ChannelInboundHandlerAdapter {}
}
