package io.tidemark.gateway.stream;

import io.netty.buffer.ByteBuf;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.metadata.image.TopicImage;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * One topic's records in a stream that is made of several topics: those of the partitions that it
 * is given, which may change at any time. It follows the topic's tail like any other follower. Safe
 * for any thread; the {@link Sink} is called on the tail's.
 */
public final class Feed {

    /** The stream that the records go to. Called by all of its feeds, each on its own thread. */
    public interface Sink {

        /** Whether the socket takes more; once it does again, {@link Feed#roomAgain} is called. */
        boolean hasRoom();

        /**
         * Uses up the credit of one record, before it is written.
         *
         * @return false where there is none: the record comes again after {@link Feed#creditAgain}
         */
        boolean use(Feed feed, int partition, long offset);

        /**
         * Sends a whole number of events; takes over the buffer.
         *
         * @param place where the feed stands after them
         */
        void write(Feed feed, ByteBuf events, Place place);

        /** The records that come next cannot be read: nothing comes any more. */
        void failed(Feed feed, ApiError error);

        /** The feed has all up to where it was to end. */
        default void done(Feed feed) {}

        /** Cursors of the whole stream; null for those of the topic. */
        default @Nullable TopicsIds ids(Feed feed) {
            return null;
        }

        /** The gateway is about to stop. */
        void drain();

        /** The socket has taken nothing for too long. */
        void stalled();
    }

    /**
     * Where a feed stands.
     *
     * @param change number of the {@link Feed#change} that gave it its partitions
     * @param positions the next offset by partition, -1 for those that it does not follow; not to
     *     be changed
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Place(long change, long[] positions) {

        /** The next offset of a partition; -1 where the feed does not follow it. */
        public long at(int partition) {
            return partition < positions.length ? positions[partition] : Positions.NONE;
        }
    }

    private final Streams streams;
    private final TopicImage topic;
    private final StreamShape shape;
    private final Sink sink;
    private final long @Nullable [] until;
    private final AtomicBoolean waiting = new AtomicBoolean();
    private CompletionStage<?> lastChange = CompletableFuture.completedFuture(null);
    private volatile Streams.@Nullable Home home;

    // On the home's loop.
    private @Nullable Follower follower;
    private long[] positions = {};
    private long changes;

    Feed(Streams streams, TopicImage topic, StreamShape shape, Sink sink, long @Nullable [] until) {
        this.until = until;
        this.streams = streams;
        this.topic = topic;
        this.shape = shape;
        this.sink = sink;
    }

    public String topic() {
        return topic.name();
    }

    public Uuid topicId() {
        return topic.id();
    }

    /**
     * Drops partitions, then takes others. Those that it keeps go on where they stand. Changes are
     * made in the order in which they are asked for, by one thread.
     *
     * @param add where to begin, by partition
     * @return where it stood before: nothing is written any more of those that it dropped. The
     *     number is that of this change. Completes on the tail's loop.
     */
    public CompletionStage<Place> change(Collection<Integer> drop, Map<Integer, Long> add) {
        Set<Integer> dropped = Set.copyOf(drop);
        Map<Integer, Long> added = Map.copyOf(add);
        CompletableFuture<Place> done = new CompletableFuture<>();
        lastChange
                .exceptionally(failure -> null)
                .thenRun(
                        () ->
                                streams.at(
                                        topic,
                                        home,
                                        at -> done.complete(change(at, dropped, added))));
        lastChange = done;
        return done;
    }

    private Place change(Streams.Home at, Set<Integer> drop, Map<Integer, Long> add) {
        Follower former = follower;
        if (former != null) {
            positions = former.positions().clone();
            at.tail().leave(former);
            follower = null;
        }
        Place before = new Place(++changes, positions.clone());
        int count = positions.length;
        for (int partition : add.keySet()) {
            count = Math.max(count, partition + 1);
        }
        int known = positions.length;
        positions = Arrays.copyOf(positions, count);
        Arrays.fill(positions, known, count, Positions.NONE);
        drop.forEach(partition -> positions[partition] = Positions.NONE);
        add.forEach((partition, offset) -> positions[partition] = offset);
        Set<Integer> followed = new TreeSet<>();
        for (int partition = 0; partition < count; partition++) {
            if (positions[partition] != Positions.NONE) {
                followed.add(partition);
            }
        }
        home = followed.isEmpty() ? null : at;
        if (!followed.isEmpty()) {
            Follower next = streams.follower(wish(followed), new Out(changes), positions);
            if (former != null) {
                next.toldLeaderless = former.toldLeaderless;
            }
            follower = next;
            at.tail().add(next);
        }
        return before;
    }

    private Follower.Wish wish(Set<Integer> followed) {
        return new Follower.Wish(
                shape.format(),
                shape.filter(),
                Set.copyOf(followed),
                Long.MAX_VALUE,
                until,
                shape.heartbeatMs());
    }

    /** The socket has room again. */
    public void roomAgain() {
        if (waiting.compareAndSet(true, false)) {
            creditAgain();
        }
    }

    /** There is credit again. */
    public void creditAgain() {
        Streams.Home at = home;
        if (at != null) {
            at.loop()
                    .execute(
                            () -> {
                                Follower now = follower;
                                if (now != null) {
                                    at.tail().resume(now);
                                }
                            });
        }
    }

    /** The followers' way out. */
    final class Out implements Outlet, Follower.Credit {
        private final long change;
        private final @Nullable TopicsIds ids = sink.ids(Feed.this);

        Out(long change) {
            this.change = change;
        }

        @Override
        public boolean ready() {
            if (waiting.get()) {
                return false;
            }
            if (sink.hasRoom()) {
                return true;
            }
            waiting.set(true);
            // What was sent between the two looks has not been told to anyone.
            if (sink.hasRoom()) {
                roomAgain();
            }
            return false;
        }

        @Override
        public boolean use(int partition, long offset) {
            return sink.use(Feed.this, partition, offset);
        }

        @Override
        public void write(ByteBuf events) {
            Follower now = follower;
            if (now == null) {
                events.release();
                return;
            }
            sink.write(Feed.this, events, new Place(change, now.positions().clone()));
        }

        @Override
        public void end() {
            sink.drain();
        }

        @Override
        public void abort() {
            sink.stalled();
        }

        @Override
        public @Nullable Ids ids() {
            return ids;
        }

        @Override
        public Object monitor() {
            return ids == null ? this : ids.monitor();
        }

        @Override
        public void done() {
            follower = null;
            sink.done(Feed.this);
        }

        @Override
        public void failed(ApiError error) {
            follower = null;
            sink.failed(Feed.this, error);
        }

        @Override
        public boolean endsWithTopic() {
            return false;
        }
    }
}
