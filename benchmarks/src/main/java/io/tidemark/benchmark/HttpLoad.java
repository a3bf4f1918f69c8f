package io.tidemark.benchmark;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A closed-loop HTTP/1.1 load: each connection sends its next request when the last was answered.
 */
final class HttpLoad implements AutoCloseable {
    private final MultiThreadIoEventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());

    /**
     * @param latenciesMs sorted
     */
    record Result(long requests, double seconds, double[] latenciesMs) {
        double perSecond() {
            return requests / seconds;
        }
    }

    /**
     * Posts {@code body} over and over on {@code connections} connections. Any status but 200 fails
     * the run.
     */
    Result post(
            int port, String path, String contentType, byte[] body, int connections, double seconds)
            throws IOException, InterruptedException {
        byte[] head =
                ("POST "
                                + path
                                + " HTTP/1.1\r\nHost: 127.0.0.1:"
                                + port
                                + "\r\nContent-Type: "
                                + contentType
                                + "\r\nContent-Length: "
                                + body.length
                                + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII);
        ByteBuf request =
                Unpooled.directBuffer(head.length + body.length).writeBytes(head).writeBytes(body);
        AtomicBoolean running = new AtomicBoolean(true);
        AtomicReference<@Nullable String> failure = new AtomicReference<>();
        List<Poster> posters = new ArrayList<>();
        List<Channel> channels = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < connections; i++) {
            Poster poster = new Poster(request, running, failure);
            posters.add(poster);
            channels.add(
                    new Bootstrap()
                            .group(loop)
                            .channel(EpollSocketChannel.class)
                            .option(ChannelOption.TCP_NODELAY, true)
                            .handler(
                                    new ChannelInitializer<>() {
                                        @Override
                                        protected void initChannel(Channel channel) {
                                            channel.pipeline()
                                                    .addLast(new HttpResponseDecoder(), poster);
                                        }
                                    })
                            .connect("127.0.0.1", port)
                            .sync()
                            .channel());
        }
        TimeUnit.MILLISECONDS.sleep((long) (seconds * 1000));
        running.set(false);
        double took = (System.nanoTime() - start) / 1e9;
        for (Channel channel : channels) {
            channel.close().sync();
        }
        request.release();
        String error = failure.get();
        if (error != null) {
            throw new IOException("POST " + path + ": " + error);
        }
        double[] latencies =
                posters.stream()
                        .flatMapToDouble(
                                poster -> Arrays.stream(poster.latenciesMs, 0, poster.count))
                        .sorted()
                        .toArray();
        return new Result(latencies.length, took, latencies);
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS);
    }

    private static final class Poster extends SimpleChannelInboundHandler<HttpObject> {
        private final ByteBuf request;
        private final AtomicBoolean running;
        private final AtomicReference<@Nullable String> failure;
        private double[] latenciesMs = new double[1024];
        private int count;
        private long sent;

        Poster(ByteBuf request, AtomicBoolean running, AtomicReference<@Nullable String> failure) {
            this.request = request;
            this.running = running;
            this.failure = failure;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            send(context);
        }

        private void send(ChannelHandlerContext context) {
            sent = System.nanoTime();
            context.writeAndFlush(request.retainedDuplicate(), context.voidPromise());
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
            if (message instanceof HttpResponse response && response.status().code() != 200) {
                failure.compareAndSet(null, "answered " + response.status());
            }
            if (message instanceof LastHttpContent && running.get()) {
                if (count == latenciesMs.length) {
                    latenciesMs = Arrays.copyOf(latenciesMs, count * 2);
                }
                latenciesMs[count++] = (System.nanoTime() - sent) / 1e6;
                send(context);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            failure.compareAndSet(null, cause.toString());
            context.close();
        }
    }
}
