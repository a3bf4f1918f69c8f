package io.tidemark.gateway.edge;

import java.time.Duration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;

/**
 * Bounds the connections of the management port, in whichever service this is on the class path of:
 * few need it, and it must not take what the others need. Health is asked on new connections, which
 * nobody can keep away by old ones.
 */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
public class ManagementServer {

    private static final int MOST = 256;
    private static final int MOST_OF_ONE = 192;
    private static final Duration HEADER_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(10);

    @Bean
    WebServerFactoryCustomizer<NettyReactiveWebServerFactory> managementConnections() {
        LatestConnections connections = new LatestConnections(MOST, MOST_OF_ONE, HEADER_TIMEOUT);
        return factory ->
                factory.addServerCustomizers(
                        server ->
                                server.idleTimeout(IDLE_TIMEOUT)
                                        .doOnChannelInit(
                                                (observer, channel, remote) ->
                                                        connections.opened(channel)));
    }
}
