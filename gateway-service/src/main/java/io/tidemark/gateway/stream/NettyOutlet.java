package io.tidemark.gateway.stream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.DefaultHttpContent;
import java.util.concurrent.CompletableFuture;
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
    private volatile boolean waiting;

    /**
     * @param boundBytes ready while less than this is unsent; one frame more may be
     * @param finish completes the response; run on the channel's loop
     */
    NettyOutlet(Channel channel, int boundBytes, Runnable finish) {
        this.channel = channel;
        this.boundBytes = boundBytes;
        this.finish = finish;
    }

    /**
     * @param action run on the channel's loop when the outlet became ready after it was not
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
        if (pendingBytes.get() < boundBytes) {
            return true;
        }
        waiting = true;
        // What was sent between the two looks has not been told to anyone.
        if (pendingBytes.get() < boundBytes / 2 && waiting) {
            waiting = false;
            return true;
        }
        return false;
    }

    @Override
    public void write(ByteBuf events) {
        int bytes = events.readableBytes();
        pendingBytes.addAndGet(bytes);
        ChannelFuture sent = channel.writeAndFlush(new DefaultHttpContent(events));
        sent.addListener((ChannelFutureListener) future -> sent(bytes));
    }

    private void sent(int bytes) {
        int left = pendingBytes.addAndGet(-bytes);
        if (left < boundBytes / 2 && waiting) {
            waiting = false;
            Runnable action = whenReady;
            if (action != null) {
                action.run();
            }
        }
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
