package io.tidemark.protocol.client;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.tidemark.protocol.transport.EventLoops;
import io.tidemark.protocol.transport.FrameDecoder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/**
 * One lane to a node, with a connection that is made when it is needed. Belongs to one event loop,
 * but for {@link #send}.
 *
 * <pre>
 *  no link --first call--> link is connecting --versions agreed--> link is ready --broken--> no link
 *                                   \--refused, or too slow-----------------------------------^
 * </pre>
 *
 * On each way back all calls fail.
 */
final class NodeConnection {
    private final NodeAddress node;
    private final EventLoop loop;
    private final ClientConfig config;

    /** Calls that have not ended, for the bound that any thread checks. */
    private final AtomicInteger outstanding = new AtomicInteger();

    private final ArrayDeque<Call<?>> waiting = new ArrayDeque<>();
    private @Nullable Link link;
    private long timerNanos;
    private boolean timerSet;
    private boolean closed;

    NodeConnection(NodeAddress node, EventLoop loop, ClientConfig config) {
        this.node = node;
        this.loop = loop;
        this.config = config;
    }

    /** Any thread. */
    <S extends ApiMessage> CompletionStage<Response<S>> send(ApiMessage request, Duration timeout) {
        long deadlineNanos = nanos() + timeout.toNanos();
        Call<S> call = new Call<>(this, outstanding, request, deadlineNanos);
        if (outstanding.incrementAndGet() > config.maxInFlightRequests()) {
            call.failUnsent(
                    new ClientBusyException(
                            node + ": " + config.maxInFlightRequests() + " requests in flight"));
        } else if (loop.inEventLoop()) {
            begin(call);
        } else {
            submit(call);
        }
        return call.future;
    }

    private void submit(Call<?> call) {
        try {
            loop.execute(call);
        } catch (java.util.concurrent.RejectedExecutionException e) {
            call.failUnsent(
                    new NotSentException(node + ": the client's event loops are shut down", e));
        }
    }

    void begin(Call<?> call) {
        if (closed) {
            call.failUnsent(new NotSentException("the client is closed"));
            return;
        }
        setTimer(call.deadlineNanos);
        if (link == null) {
            waiting.add(call);
            connect();
        } else if (link.isReady()) {
            link.send(call);
        } else {
            waiting.add(call);
        }
    }

    private void connect() {
        Link connecting = new Link(this, config);
        link = connecting;
        var unused =
                loop.schedule(
                        () ->
                                connecting.failIfNotReady(
                                        new IOException("connecting took too long")),
                        config.connectTimeout().toNanos(),
                        TimeUnit.NANOSECONDS);
        HostLookup.lookUp(node)
                .whenComplete(
                        (address, failure) ->
                                loop.execute(
                                        () -> {
                                            if (failure != null) {
                                                connecting.fail(failure);
                                            } else if (link == connecting) {
                                                open(connecting, address);
                                            }
                                        }));
    }

    private void open(Link connecting, InetSocketAddress address) {
        int maxQueuedBytes = (int) Math.min(config.maxQueuedBytes(), Integer.MAX_VALUE);
        ChannelFuture opened =
                new Bootstrap()
                        .group(loop)
                        .channel(EventLoops.clientChannel(loop))
                        .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.SO_KEEPALIVE, true)
                        .option(
                                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                                (int) config.connectTimeout().toMillis())
                        .option(
                                ChannelOption.WRITE_BUFFER_WATER_MARK,
                                new WriteBufferWaterMark(maxQueuedBytes / 2, maxQueuedBytes))
                        .handler(
                                new ChannelInitializer<SocketChannel>() {
                                    @Override
                                    protected void initChannel(SocketChannel channel) {
                                        channel.pipeline()
                                                .addLast(
                                                        new FrameDecoder(config.maxFrameBytes()),
                                                        connecting);
                                    }
                                })
                        .connect(address);
        opened.addListener(
                (ChannelFuture done) -> {
                    if (!done.isSuccess()) {
                        connecting.fail(done.cause());
                    }
                });
    }

    /** A link has agreed on versions: everything that waited for it goes out. */
    void linkReady(Link ready) {
        for (Call<?> call = waiting.poll(); call != null; call = waiting.poll()) {
            ready.send(call);
        }
    }

    /** A link is no more: what waits for it fails. The next call makes a new one. */
    void linkLost(Link lost, IOException cause) {
        if (link == lost) {
            link = null;
            failWaiting(cause);
        }
    }

    private void failWaiting(IOException cause) {
        // Whoever is told of a failure may send again at once, and that call must wait, not fail.
        List<Call<?>> failing = List.copyOf(waiting);
        waiting.clear();
        failing.forEach(
                call ->
                        call.failUnsent(
                                new NotSentException(String.valueOf(cause.getMessage()), cause)));
    }

    /** By the clock of its loop's timers. Any thread. */
    long nanos() {
        return loop.ticker().nanoTime();
    }

    /** Makes sure that {@link #expire} runs by then. */
    private void setTimer(long deadlineNanos) {
        if (timerSet && timerNanos - deadlineNanos <= 0) {
            return;
        }
        timerSet = true;
        timerNanos = deadlineNanos;
        var unused =
                loop.schedule(
                        () -> expire(deadlineNanos),
                        Math.max(deadlineNanos - nanos(), 0),
                        TimeUnit.NANOSECONDS);
    }

    private void expire(long firedNanos) {
        if (firedNanos != timerNanos) {
            return; // an earlier timer has taken over, and has set what is needed
        }
        timerSet = false;
        long nowNanos = nanos();
        Iterator<Call<?>> calls = waiting.iterator();
        while (calls.hasNext()) {
            Call<?> call = calls.next();
            if (call.deadlineNanos - nowNanos > 0) {
                setTimer(call.deadlineNanos);
            } else {
                calls.remove();
                call.failUnsent(new TimeoutException(node + ": no connection in time"));
            }
        }
        if (link != null) {
            link.expire(nowNanos);
        }
    }

    /** A call in flight has yet to end by then. */
    void callRemains(long deadlineNanos) {
        setTimer(deadlineNanos);
    }

    NodeAddress node() {
        return node;
    }

    /** Any thread. Fails all calls; the next one connects anew. */
    void disconnect(String reason) {
        loop.execute(
                () -> {
                    if (link != null) {
                        link.fail(new IOException(reason));
                    }
                });
    }

    /** Any thread. Fails all calls. */
    void close() {
        loop.execute(
                () -> {
                    closed = true;
                    IOException cause = new IOException("the client was closed");
                    if (link != null) {
                        link.fail(cause);
                    }
                    failWaiting(cause);
                });
    }
}
