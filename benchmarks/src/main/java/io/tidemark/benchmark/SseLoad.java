package io.tidemark.benchmark;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Many subscribers of one SSE stream. Each looks only for a marker that the last event carries, so
 * that counting costs next to nothing beside the server.
 */
final class SseLoad implements AutoCloseable {
    private static final int TAIL_BYTES = 512;

    private final MultiThreadIoEventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final List<Channel> channels = new ArrayList<>();
    private final CountDownLatch open;
    private final CountDownLatch finished;
    private final byte[] marker;

    /**
     * Connects {@code subscribers} connections and waits until each has got its response's
     * beginning.
     */
    SseLoad(int port, String path, int subscribers, String marker) throws InterruptedException {
        this.marker = marker.getBytes(StandardCharsets.US_ASCII);
        this.open = new CountDownLatch(subscribers);
        this.finished = new CountDownLatch(subscribers);
        String request =
                "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n";
        for (int i = 0; i < subscribers; i++) {
            channels.add(
                    new Bootstrap()
                            .group(loop)
                            .channel(EpollSocketChannel.class)
                            .handler(
                                    new ChannelInitializer<>() {
                                        @Override
                                        protected void initChannel(Channel channel) {
                                            channel.pipeline().addLast(new Subscriber());
                                        }
                                    })
                            .connect("127.0.0.1", port)
                            .sync()
                            .channel());
            channels.getLast()
                    .writeAndFlush(Unpooled.copiedBuffer(request, StandardCharsets.US_ASCII));
        }
        if (!open.await(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException(
                    open.getCount() + " of " + subscribers + " subscribers got no answer");
        }
    }

    /** Waits until every subscriber has seen the marker. */
    void awaitMarker() throws InterruptedException {
        if (!finished.await(180, TimeUnit.SECONDS)) {
            throw new IllegalStateException(
                    finished.getCount() + " subscribers did not get the last event");
        }
    }

    @Override
    public void close() {
        channels.forEach(Channel::close);
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS);
    }

    private final class Subscriber extends SimpleChannelInboundHandler<ByteBuf> {
        private final byte[] tail = new byte[TAIL_BYTES];
        private boolean opened;
        private boolean done;

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
            if (!opened) {
                opened = true;
                open.countDown();
            }
            int length = Math.min(TAIL_BYTES, bytes.readableBytes());
            System.arraycopy(tail, length, tail, 0, TAIL_BYTES - length);
            bytes.getBytes(bytes.writerIndex() - length, tail, TAIL_BYTES - length, length);
            if (!done && contains(tail, marker)) {
                done = true;
                finished.countDown();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }

    private static boolean contains(byte[] bytes, byte[] part) {
        for (int i = 0; i <= bytes.length - part.length; i++) {
            int j = 0;
            while (j < part.length && bytes[i + j] == part[j]) {
                j++;
            }
            if (j == part.length) {
                return true;
            }
        }
        return false;
    }
}
