package io.tidemark.gateway.runtime;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.EventExecutor;
import io.tidemark.environment.Timers;
import io.tidemark.environment.thread.Pulse;
import io.tidemark.environment.thread.ThreadWatch;
import io.tidemark.protocol.transport.EventLoops;
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

    private final EventLoopGroup group;
    private final List<EventLoop> loops = new ArrayList<>();

    /**
     * @param count of loops, at least 1
     */
    public GatewayLoops(int count) {
        this.group = EventLoops.create(count, "gateway");
        for (EventExecutor executor : group) {
            loops.add((EventLoop) executor);
        }
    }

    /** The group, for clients that take one. */
    public EventLoopGroup group() {
        return group;
    }

    /** Each loop, in a fixed order. */
    public List<EventLoop> loops() {
        return loops;
    }

    /** All loops are watched over from now on. */
    public void watchedBy(ThreadWatch watch) {
        for (int i = 0; i < loops.size(); i++) {
            watch.add("gateway-loop-" + i, Pulse.of(loops.get(i)));
        }
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
        try {
            return onChannelClass(type, ignored).getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a channel without a constructor: " + type, e);
        }
    }

    @Override
    public <C extends Channel> Class<? extends C> onChannelClass(
            Class<C> type, EventLoopGroup ignored) {
        if (type == SocketChannel.class) {
            return EventLoops.clientChannel(group).asSubclass(type);
        }
        if (type == ServerSocketChannel.class) {
            return EventLoops.serverChannel(group).asSubclass(type);
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
