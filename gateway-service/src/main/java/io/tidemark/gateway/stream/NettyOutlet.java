package io.tidemark.gateway.stream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.tidemark.gateway.limit.Meter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A response whose head has been sent. Written to on the tail's thread; told of progress on the
 * channel's. Bytes go straight into the channel, whole frames at a time: no publisher, no copy.
 */
final class NettyOutlet implements Outlet {

    private final Channel channel;
    private final int boundBytes;
    private final Runnable finish;
    private final AtomicInteger pendingBytes = new AtomicInteger();
    private final CompletableFuture<@Nullable Void> whenClosed = new CompletableFuture<>();
    private volatile @Nullable Runnable whenReady;
    private final AtomicBoolean full = new AtomicBoolean();
    private final @Nullable Meter meter;
    private final AtomicBoolean paced = new AtomicBoolean();

    /**
     * @param boundBytes ready until this much is unsent, and again below half of it; one frame more
     *     than this may be unsent
     * @param finish completes the response; run on the channel's loop
     */
    NettyOutlet(Channel channel, int boundBytes, Runnable finish) {
        this.channel = channel;
        this.boundBytes = boundBytes;
        this.finish = finish;
        this.meter = Meter.of(channel);
    }

    /**
     * @param action run when the outlet became ready after it was not; on the channel's loop, or on
     *     that of whoever asked
     */
    void whenReady(Runnable action) {
        whenReady = action;
    }

    /**
     * @param action run once when the connection is gone or the response was given up, at once
     *     where it was before
     */
    void whenClosed(Runnable action) {
        whenClosed.thenRun(action);
    }

    /** The response was given up. */
    void close() {
        whenClosed.complete(null);
    }

    @Override
    public boolean ready() {
        if (meter != null && tooFast(meter)) {
            return false;
        }
        if (full.get()) {
            return false;
        }
        if (pendingBytes.get() < boundBytes) {
            return true;
        }
        full.set(true);
        // What was sent between the two looks has not been told to anyone.
        tellWhenHalfEmpty();
        return false;
    }

    private void tellWhenHalfEmpty() {
        if (pendingBytes.get() < boundBytes / 2 && full.compareAndSet(true, false)) {
            tellReady();
        }
    }

    private void tellReady() {
        Runnable action = whenReady;
        if (action != null) {
            action.run();
        }
    }

    /** Whether the client has had more than it may; then the outlet is ready again later. */
    private boolean tooFast(Meter limited) {
        long waitMs = limited.waitMs();
        if (waitMs == 0) {
            return false;
        }
        if (paced.compareAndSet(false, true)) {
            channel.eventLoop()
                    .schedule(
                            () -> {
                                paced.set(false);
                                tellReady();
                            },
                            waitMs,
                            TimeUnit.MILLISECONDS);
        }
        return true;
    }

    @Override
    public void write(ByteBuf events) {
        int bytes = events.readableBytes();
        pendingBytes.addAndGet(bytes);
        ChannelFuture sent = channel.writeAndFlush(new DefaultHttpContent(events));
        sent.addListener((ChannelFutureListener) future -> sent(bytes));
    }

    private void sent(int bytes) {
        pendingBytes.addAndGet(-bytes);
        tellWhenHalfEmpty();
    }

    @Override
    public void end() {
        channel.eventLoop().execute(finish);
    }

    @Override
    public void abort() {
        channel.close();
    }
}
