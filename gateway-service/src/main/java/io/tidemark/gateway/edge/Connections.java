package io.tidemark.gateway.edge;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.tidemark.protocol.transport.ClientAddress;
import io.tidemark.protocol.transport.ConnectionShares;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

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

    private final ConnectionShares shares;
    private final Duration headerTimeout;
    private final LongAdder refused = new LongAdder();

    /**
     * @param shares who may have how many
     * @param headerTimeout for the head of a request
     */
    public Connections(ConnectionShares shares, Duration headerTimeout) {
        this.shares = shares;
        this.headerTimeout = headerTimeout;
    }

    /** Takes a new connection, or closes it. On its loop, before anything is read. */
    public void opened(Channel channel) {
        ClientAddress address = ClientAddress.of(channel.remoteAddress());
        if (shares.open(address) != null) {
            refuse(channel);
            return;
        }
        channel.closeFuture().addListener(closed -> shares.close(address));
        channel.pipeline().addFirst(new HeadDeadline(headerTimeout));
    }

    private void refuse(Channel channel) {
        refused.increment();
        channel.pipeline().addFirst(new Refusal());
    }

    /** Connections that are open. */
    public int open() {
        return shares.open();
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
