package io.tidemark.gateway.runtime;

import io.tidemark.gateway.edge.Compression;
import io.tidemark.gateway.edge.Connections;
import io.tidemark.gateway.edge.Http2;
import io.tidemark.gateway.limit.RateLimits;
import java.time.Duration;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.Shutdown;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.netty.http.server.HttpServer;

/**
 * Sets up Reactor Netty: on which loops it runs, within which limits, and what it serves itself.
 */
public final class WebServer implements WebServerFactoryCustomizer<NettyReactiveWebServerFactory> {

    private final GatewayLoops loops;
    private final DirectRoutes directRoutes;
    private final Compression compression;
    private final Connections connections;
    private final Http2 http2;
    private final RateLimits limits;
    private final int maxHeaderBytes;
    private final Duration idleTimeout;

    /**
     * @param maxHeaderBytes longest header section, and longest request line
     * @param idleTimeout until a connection without a request is closed
     */
    public WebServer(
            GatewayLoops loops,
            DirectRoutes directRoutes,
            Compression compression,
            Connections connections,
            Http2 http2,
            RateLimits limits,
            int maxHeaderBytes,
            Duration idleTimeout) {
        this.loops = loops;
        this.directRoutes = directRoutes;
        this.compression = compression;
        this.connections = connections;
        this.http2 = http2;
        this.limits = limits;
        this.maxHeaderBytes = maxHeaderBytes;
        this.idleTimeout = idleTimeout;
    }

    @Override
    public void customize(NettyReactiveWebServerFactory factory) {
        factory.setShutdown(Shutdown.GRACEFUL);
        factory.setResourceFactory(resources());
        factory.addServerCustomizers(this::limits);
        factory.addServerCustomizers(compression::on);
        factory.addServerCustomizers(
                server ->
                        server.doOnChannelInit(
                                (observer, channel, remote) -> connections.opened(channel)));
        UnreadableRequests unreadable = new UnreadableRequests(maxHeaderBytes);
        factory.addServerCustomizers(
                server ->
                        server.doOnChannelInit(
                                (observer, channel, remote) ->
                                        channel.pipeline().addLast(unreadable)));
        if (!limits.unlimited()) {
            factory.addServerCustomizers(
                    server ->
                            server.doOnChannelInit(
                                    (observer, channel, remote) -> limits.meter(channel)));
        }
        factory.addRouteProviders(directRoutes);
    }

    private ReactorResourceFactory resources() {
        ReactorResourceFactory resources = new ReactorResourceFactory();
        resources.setUseGlobalResources(false);
        resources.setLoopResources(loops);
        resources.start();
        return resources;
    }

    private HttpServer limits(HttpServer server) {
        HttpServer both = http2.on(server, maxHeaderBytes, idleTimeout);
        return both.idleTimeout(idleTimeout)
                .httpRequestDecoder(
                        spec ->
                                spec.maxHeaderSize(maxHeaderBytes)
                                        .maxInitialLineLength(maxHeaderBytes)
                                        .h2cMaxContentLength(0));
    }
}
