package io.tidemark.gateway.shared.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.EventLoopGroupProvider;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.tidemark.protocol.transport.EventLoops;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** Sets up Lettuce: one connection, nothing sent twice, nothing queued without bound. */
final class RedisClients {

    /** Calls under way; more are refused. */
    private static final int MAX_UNDER_WAY = 10_000;

    private RedisClients() {}

    static LettuceConnectionFactory factory(
            RedisURI uri, RedisProperties properties, EventLoopGroup loops) {
        ClientOptions options =
                ClientOptions.builder()
                        .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                        .replayFilter(command -> true)
                        .requestQueueSize(MAX_UNDER_WAY)
                        .socketOptions(
                                SocketOptions.builder()
                                        .connectTimeout(properties.connectTimeout())
                                        .build())
                        .build();
        LettuceConnectionFactory factory =
                new LettuceConnectionFactory(
                        LettuceConnectionFactory.createRedisConfiguration(uri),
                        LettuceClientConfiguration.builder()
                                .apply(uri)
                                .clientOptions(options)
                                .clientName("tidemark-gateway")
                                .commandTimeout(properties.connectTimeout())
                                .shutdownTimeout(Duration.ofSeconds(1))
                                .shutdownQuietPeriod(Duration.ZERO)
                                .clientResources(resources(loops))
                                .build());
        factory.afterPropertiesSet();
        factory.start();
        return factory;
    }

    private static ClientResources resources(EventLoopGroup loops) {
        ClientResources.Builder builder =
                ClientResources.builder()
                        .reconnectDelay(
                                Delay.fullJitter(
                                        Duration.ofMillis(50),
                                        Duration.ofSeconds(1),
                                        50,
                                        TimeUnit.MILLISECONDS));
        if (EventLoops.isEpoll(loops)) {
            // Lettuce takes epoll too where there is one.
            builder.eventLoopGroupProvider(new SharedLoops(loops)).eventExecutorGroup(loops);
        }
        return builder.build();
    }

    /** Lends the gateway's own loops, which end with the gateway. */
    private record SharedLoops(EventLoopGroup loops) implements EventLoopGroupProvider {

        @Override
        @SuppressWarnings("unchecked")
        public <T extends EventLoopGroup> T allocate(Class<T> type) {
            return (T) loops;
        }

        @Override
        public int threadPoolSize() {
            return 1;
        }

        @Override
        public Future<Boolean> release(
                EventExecutorGroup group, long quietPeriod, long timeout, TimeUnit unit) {
            return done();
        }

        @Override
        public Future<Boolean> shutdown(long quietPeriod, long timeout, TimeUnit unit) {
            return done();
        }

        private static Future<Boolean> done() {
            return ImmediateEventExecutor.INSTANCE.newSucceededFuture(true);
        }
    }
}
