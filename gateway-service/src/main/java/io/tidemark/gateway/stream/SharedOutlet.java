package io.tidemark.gateway.stream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.tidemark.environment.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A response whose head has been sent, written to by several feeds, each on its own thread. What is
 * told of progress is told on the channel's loop, to which everything else here belongs.
 */
public final class SharedOutlet {

    private final Channel channel;
    private final int boundBytes;
    private final Clock clock;
    private final Runnable whenRoom;
    private final AtomicLong pendingBytes = new AtomicLong();
    private final List<Runnable> whenDrained = new ArrayList<>();
    private volatile long lastWriteNanos;
    private long takenBytes;
    private long drainedNanos;

    /**
     * @param boundBytes has room while less than this is unsent
     * @param whenRoom run on the channel's loop when half of the bound is free again
     */
    public SharedOutlet(Channel channel, int boundBytes, Clock clock, Runnable whenRoom) {
        this.channel = channel;
        this.boundBytes = boundBytes;
        this.clock = clock;
        this.whenRoom = whenRoom;
        this.lastWriteNanos = clock.nanos();
        this.drainedNanos = lastWriteNanos;
    }

    /** Whether less is unsent than the bound. Any thread. */
    public boolean hasRoom() {
        return pendingBytes.get() < boundBytes;
    }

    /**
     * Sends a whole number of events; takes over the buffer. Any thread.
     *
     * @param taken run on the channel's loop once the socket has taken them
     */
    public void write(ByteBuf events, Runnable taken) {
        int bytes = events.readableBytes();
        pendingBytes.addAndGet(bytes);
        lastWriteNanos = clock.nanos();
        // Always a task: a write from the loop itself would overtake those that wait for it.
        channel.eventLoop()
                .execute(
                        () -> {
                            ChannelFuture sent =
                                    channel.writeAndFlush(new DefaultHttpContent(events));
                            sent.addListener(
                                    (ChannelFutureListener) future -> sent(bytes, future, taken));
                        });
    }

    private void sent(int bytes, ChannelFuture future, Runnable taken) {
        long left = pendingBytes.addAndGet(-bytes);
        if (future.isSuccess()) {
            takenBytes += bytes;
            taken.run();
        }
        if (left == 0) {
            drainedNanos = clock.nanos();
            List<Runnable> waiting = List.copyOf(whenDrained);
            whenDrained.clear();
            waiting.forEach(Runnable::run);
        }
        if (left < boundBytes / 2 && left + bytes >= boundBytes / 2) {
            whenRoom.run();
        }
    }

    /** Bytes that the socket has taken. */
    public long takenBytes() {
        return takenBytes;
    }

    /** When the socket last had taken all that there was. */
    public long drainedNanos() {
        return drained() ? clock.nanos() : drainedNanos;
    }

    public boolean drained() {
        return pendingBytes.get() == 0;
    }

    public long lastWriteNanos() {
        return lastWriteNanos;
    }

    /** Runs an action once the socket has taken all that there is, or the time is over. */
    public void whenDrained(long limitMs, Runnable action) {
        if (drained()) {
            action.run();
            return;
        }
        Runnable once =
                new Runnable() {
                    private boolean done;

                    @Override
                    public void run() {
                        if (!done) {
                            done = true;
                            whenDrained.remove(this);
                            action.run();
                        }
                    }
                };
        whenDrained.add(once);
        channel.eventLoop().schedule(once, limitMs, TimeUnit.MILLISECONDS);
    }

    /** Breaks the connection. Any thread. */
    public void abort() {
        channel.close();
    }
}
