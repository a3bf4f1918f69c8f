package io.tidemark.gateway.runtime;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.tidemark.environment.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/**
 * The gateway's event loops: HTTP connections, Kafka connections and accumulators share them, so
 * that a request seldom changes threads. Native epoll where there is one.
 */
public final class GatewayLoops implements LoopResources, AutoCloseable {

    private final boolean epoll = Epoll.isAvailable();
    private final IoEventLoopGroup group;
    private final List<IoEventLoop> loops = new ArrayList<>();

    /**
     * @param count of loops, at least 1
     */
    public GatewayLoops(int count) {
        this.group =
                new MultiThreadIoEventLoopGroup(
                        count,
                        new DefaultThreadFactory("gateway", true),
                        epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        for (EventExecutor executor : group) {
            loops.add((IoEventLoop) executor);
        }
    }

    /** The group, for clients that take one. */
    public EventLoopGroup group() {
        return group;
    }

    /** Each loop, in a fixed order. */
    public List<IoEventLoop> loops() {
        return loops;
    }

    /** Timers that run their tasks on the first loop. */
    public Timers timers() {
        return timersOn(loops.getFirst());
    }

    /** Timers that run their tasks on {@code loop}. */
    public static Timers timersOn(EventExecutor loop) {
        return (delayMs, task) -> {
            var scheduled = loop.schedule(task, delayMs, TimeUnit.MILLISECONDS);
            return () -> scheduled.cancel(false);
        };
    }

    @Override
    public EventLoopGroup onServer(boolean useNative) {
        return group;
    }

    @Override
    public EventLoopGroup onServerSelect(boolean useNative) {
        return group;
    }

    @Override
    public EventLoopGroup onClient(boolean useNative) {
        return group;
    }

    @Override
    public <C extends Channel> C onChannel(Class<C> type, EventLoopGroup ignored) {
        Channel channel;
        if (type == SocketChannel.class) {
            channel = epoll ? new EpollSocketChannel() : new NioSocketChannel();
        } else if (type == ServerSocketChannel.class) {
            channel = epoll ? new EpollServerSocketChannel() : new NioServerSocketChannel();
        } else {
            throw new IllegalArgumentException("no channel of type " + type);
        }
        return type.cast(channel);
    }

    @Override
    public <C extends Channel> Class<? extends C> onChannelClass(
            Class<C> type, EventLoopGroup ignored) {
        if (type == SocketChannel.class) {
            return (epoll ? EpollSocketChannel.class : NioSocketChannel.class).asSubclass(type);
        }
        if (type == ServerSocketChannel.class) {
            return (epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                    .asSubclass(type);
        }
        throw new IllegalArgumentException("no channel of type " + type);
    }

    @Override
    public boolean daemon() {
        return true;
    }

    /** Loops end with {@link #close}, after everything that runs on them. */
    @Override
    public Mono<Void> disposeLater(Duration quietPeriod, Duration timeout) {
        return Mono.empty();
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
