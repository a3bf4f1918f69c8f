package io.tidemark.gateway.limit;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.FileRegion;

/** Counts what goes over a connection, in and out. */
final class MeterHandler extends ChannelDuplexHandler {

    private final Meter meter;
    private final RateLimits limits;

    MeterHandler(Meter meter, RateLimits limits) {
        this.meter = meter;
        this.limits = limits;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        count(message);
        super.channelRead(ctx, message);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise)
            throws Exception {
        count(message);
        super.write(ctx, message, promise);
    }

    private void count(Object message) {
        long bytes =
                switch (message) {
                    case ByteBuf buffer -> buffer.readableBytes();
                    case FileRegion region -> region.count();
                    default -> 0;
                };
        if (bytes > 0) {
            meter.count(bytes, limits.now());
        }
    }
}
