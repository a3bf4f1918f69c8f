package io.tidemark.gateway.edge;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpServerUpgradeHandler;
import java.time.Duration;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;

/**
 * HTTP/2 in clear text on the port of HTTP/1.1: by prior knowledge, or by an upgrade. Each stream
 * is a channel of its own, on its connection's loop, and looks to what serves it like a connection
 * that has one request.
 */
public final class Http2 {

    private static final int RESET_SECONDS = 30;
    private static final int RESETS_BY_STREAM = 4;
    private static final int LEAST_RESETS = 200;

    private final int maxStreams;
    private final Duration headerTimeout;

    /**
     * @param maxStreams at once on one connection, at least 1
     * @param headerTimeout for the head of a request, and for any frame that is no part of a body
     */
    public Http2(int maxStreams, Duration headerTimeout) {
        this.maxStreams = maxStreams;
        this.headerTimeout = headerTimeout;
    }

    /**
     * Has a server take HTTP/2, too.
     *
     * @param maxHeaderBytes of the head of a request, as HTTP/2 counts them: 32 more for each field
     * @param idleTimeout until a connection without a stream is closed
     */
    public HttpServer on(HttpServer server, int maxHeaderBytes, Duration idleTimeout) {
        int resets = Math.max(LEAST_RESETS, RESETS_BY_STREAM * maxStreams);
        return server.protocol(HttpProtocol.HTTP11, HttpProtocol.H2C)
                .http2Settings(
                        spec ->
                                spec.maxConcurrentStreams(maxStreams)
                                        .maxHeaderListSize(maxHeaderBytes)
                                        .maxDecodedRstFramesPerWindow(resets, RESET_SECONDS)
                                        .maxEncodedRstFramesPerWindow(resets, RESET_SECONDS))
                .doOnChannelInit((observer, channel, remote) -> begin(channel, idleTimeout));
    }

    private void begin(Channel channel, Duration idleTimeout) {
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.addFirst(new Http2Watch(headerTimeout, idleTimeout));
        ChannelHandlerContext upgrades = pipeline.context(HttpServerUpgradeHandler.class);
        pipeline.addBefore(upgrades.name(), null, new Upgrades());
    }

    /**
     * Decides at a connection's first request, and costs the others nothing. Leaves those in
     * HTTP/1.1 that would have to be whole in memory before they are the first stream, and those
     * with several Hosts, of which it has room for one. A server is free to.
     */
    private static final class Upgrades extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
            if (message instanceof HttpRequest request && !mayUpgrade(request.headers())) {
                request.headers().remove(HttpHeaderNames.UPGRADE);
                ChannelPipeline pipeline = ctx.pipeline();
                pipeline.remove(HttpServerUpgradeHandler.class);
                pipeline.remove(Http2Watch.class);
                pipeline.remove(this);
            }
            super.channelRead(ctx, message);
        }

        private static boolean mayUpgrade(HttpHeaders headers) {
            return headers.contains(HttpHeaderNames.UPGRADE)
                    && !headers.contains(HttpHeaderNames.TRANSFER_ENCODING)
                    && headers.get(HttpHeaderNames.CONTENT_LENGTH, "0").equals("0")
                    && headers.getAll(HttpHeaderNames.HOST).size() == 1;
        }
    }
}
