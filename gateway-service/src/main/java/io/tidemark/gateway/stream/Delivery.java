package io.tidemark.gateway.stream;

import io.netty.buffer.ByteBuf;
import io.tidemark.environment.Clock;
import io.tidemark.gateway.error.ApiError;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/** Writes what followers get to their outlets, and counts it. One thread: the tail's. */
final class Delivery {

    private final EventWriter writer;
    private final StreamMetrics metrics;
    private final Clock clock;
    private final DeliveryObserver observer;

    Delivery(EventWriter writer, StreamMetrics metrics, Clock clock, DeliveryObserver observer) {
        this.observer = observer;
        this.writer = writer;
        this.metrics = metrics;
        this.clock = clock;
    }

    long nowNanos() {
        return clock.nanos();
    }

    /** The first bytes of a stream. */
    void open(Follower follower, @Nullable Reset reset, int retryMs) {
        if (reset != null) {
            metrics.reset(reset.reason());
        }
        writer.writeIdsOf(null);
        if (reset != null || follower.wantsOpening()) {
            send(follower, writer.opening(follower.format(), follower.positions(), retryMs, reset));
        }
    }

    /** A frame as it is, to one who takes everything. */
    void whole(Follower follower, Frame frame) {
        writer.writeIdsOf(null);
        int events = frame.records().size();
        Reset reset = frame.reset();
        if (reset != null) {
            metrics.reset(reset.reason());
        }
        ByteBuf bytes = frame.forAll(follower.format(), writer);
        follower.took(events);
        metrics.delivered(events, bytes == null ? 0 : bytes.readableBytes());
        if (observer.watches()) {
            observer.delivered(writer.topic(), frame.records());
        }
        send(follower, bytes);
    }

    /** What a follower with positions of its own wants of a frame. */
    void chosen(Follower follower, Frame frame) {
        withIds(follower, () -> give(follower, frame));
    }

    /** A stream over several topics has one cursor, which their threads take turns to write. */
    private void withIds(Follower follower, Runnable action) {
        Ids ids = follower.outlet().ids();
        writer.writeIdsOf(ids);
        if (ids == null) {
            action.run();
            return;
        }
        synchronized (follower.outlet().monitor()) {
            action.run();
        }
    }

    private void give(Follower follower, Frame frame) {
        long before = follower.delivered();
        long @Nullable [] from = observer.watches() ? follower.positions().clone() : null;
        ByteBuf bytes = null;
        Reset reset = frame.reset();
        if (reset == null) {
            bytes = writer.chosen(frame, follower);
        } else if (follower.jump(reset)) {
            metrics.reset(reset.reason());
            bytes = writer.reset(follower.format(), reset, follower.positions());
        }
        int events = (int) (follower.delivered() - before);
        metrics.delivered(events, bytes == null ? 0 : bytes.readableBytes());
        if (from != null && events > 0) {
            observer.delivered(
                    writer.topic(),
                    frame.records().stream().filter(row -> follower.hasTaken(row, from)).toList());
        }
        send(follower, bytes);
    }

    void heartbeat(Follower follower, long[] positions) {
        withIds(follower, () -> send(follower, writer.heartbeat(follower.format(), positions)));
    }

    /** The partitions without a leader are others than it was told before. */
    void leaderless(Follower follower, SortedSet<Integer> partitions) {
        follower.toldLeaderless = partitions;
        send(follower, writer.leaderless(follower.format(), partitions));
    }

    /** The stream has all that it asked for. */
    void end(Follower follower) {
        writer.writeIdsOf(null);
        String reason = follower.limitReached() ? "limit" : "until";
        send(follower, writer.end(follower.format(), reason, follower.positions()));
    }

    void failure(Follower follower, ApiError error) {
        send(follower, writer.failure(follower.format(), error));
    }

    private void send(Follower follower, @Nullable ByteBuf bytes) {
        follower.movedSilently = bytes == null;
        if (bytes != null) {
            follower.lastWriteNanos = clock.nanos();
            follower.outlet().write(bytes);
        }
    }
}
