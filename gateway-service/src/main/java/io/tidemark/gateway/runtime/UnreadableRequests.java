package io.tidemark.gateway.runtime;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.tidemark.gateway.edge.RequestIds;
import io.tidemark.gateway.error.ApiError;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes what Reactor Netty answers by itself, without a body, into an error like all others, with a
 * request id: 400, 413, 414 and 431 to what its decoder could not make a request of. They never
 * come to a route. Its only complete responses without an id are those. Any event loop.
 */
@ChannelHandler.Sharable
final class UnreadableRequests extends ChannelOutboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(UnreadableRequests.class);

    private final int maxHeaderBytes;

    /**
     * @param maxHeaderBytes longest header section, and longest request line
     */
    UnreadableRequests(int maxHeaderBytes) {
        this.maxHeaderBytes = maxHeaderBytes;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        if (msg instanceof FullHttpResponse response
                && response.status().code() >= 400
                && !response.content().isReadable()
                && !response.headers().contains(RequestIds.HEADER)) {
            ctx.write(error(ctx, response), promise);
            response.release();
        } else {
            ctx.write(msg, promise);
        }
    }

    private FullHttpResponse error(ChannelHandlerContext ctx, FullHttpResponse bare) {
        String id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        int status = bare.status().code();
        String message =
                switch (status) {
                    case 414 ->
                            "The request line is longer than %d bytes.".formatted(maxHeaderBytes);
                    case 431 -> "The headers are longer than %d bytes.".formatted(maxHeaderBytes);
                    default -> "This could not be read as an HTTP request.";
                };
        LOG.debug("Request {} from {}: {} {}", id, ctx.channel().remoteAddress(), status, message);
        byte[] json = new ApiError(status, status, message).toJson();
        FullHttpResponse full =
                new DefaultFullHttpResponse(
                        bare.protocolVersion(), bare.status(), Unpooled.wrappedBuffer(json));
        full.headers()
                .set(bare.headers())
                .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
                .setInt(HttpHeaderNames.CONTENT_LENGTH, json.length)
                .set(RequestIds.HEADER, id);
        return full;
    }
}
