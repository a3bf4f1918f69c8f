package io.tidemark.gateway.edge;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * How many connections a server has, in all and of one address; those beyond are told so and
 * closed. Safe for any thread.
 */
public final class Connections {

    private static final byte[] FULL =
            """
            HTTP/1.1 503 Service Unavailable\r
            Connection: close\r
            Retry-After: 1\r
            Content-Type: application/json\r
            Content-Length: 73\r
            \r
            {"error_code":50304,"message":"Too many connections; close some of them"}"""
                    .getBytes(StandardCharsets.US_ASCII);

    private final int most;
    private final int mostOfOne;
    private final Duration headerTimeout;
    private final AtomicInteger open = new AtomicInteger();
    private final Map<String, Integer> byAddress = new ConcurrentHashMap<>();
    private final LongAdder refused = new LongAdder();

    /**
     * @param most connections
     * @param mostOfOne of one address
     * @param headerTimeout for the head of a request
     */
    public Connections(int most, int mostOfOne, Duration headerTimeout) {
        this.most = most;
        this.mostOfOne = mostOfOne;
        this.headerTimeout = headerTimeout;
    }

    /** Takes a new connection, or closes it. On its loop, before anything is read. */
    public void opened(Channel channel) {
        String address = name(channel.remoteAddress());
        if (open.incrementAndGet() > most) {
            open.decrementAndGet();
            refuse(channel);
        } else if (byAddress.merge(address, 1, Integer::sum) > mostOfOne) {
            open.decrementAndGet();
            leave(address);
            refuse(channel);
        } else {
            channel.closeFuture()
                    .addListener(
                            closed -> {
                                open.decrementAndGet();
                                leave(address);
                            });
            channel.pipeline().addFirst(new HeadDeadline(headerTimeout));
        }
    }

    private void leave(String address) {
        byAddress.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
    }

    private void refuse(Channel channel) {
        refused.increment();
        channel.pipeline().addFirst(new Refusal());
    }

    /** An address; of IPv6, the network that one client usually has all of. */
    private static String name(@Nullable SocketAddress remote) {
        if (!(remote instanceof InetSocketAddress inet) || inet.getAddress() == null) {
            return "unknown";
        }
        return inet.getAddress() instanceof Inet6Address six
                ? HexFormat.of().formatHex(six.getAddress(), 0, 8)
                : inet.getAddress().getHostAddress();
    }

    /** Connections that are open. */
    public int open() {
        return open.get();
    }

    /** Connections that were closed for their number. */
    public long refused() {
        return refused.sum();
    }

    /** Hears nothing, says why, and ends. */
    private static final class Refusal extends ChannelInboundHandlerAdapter {
        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            ctx.writeAndFlush(Unpooled.wrappedBuffer(FULL))
                    .addListener(ChannelFutureListener.CLOSE);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            io.netty.util.ReferenceCountUtil.release(message);
        }
    }
}
