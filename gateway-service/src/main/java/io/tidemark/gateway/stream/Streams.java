package io.tidemark.gateway.stream;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import io.tidemark.environment.Clock;
import io.tidemark.environment.Entropy;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.limit.ReadBudget;
import io.tidemark.gateway.routing.Lane;
import io.tidemark.gateway.routing.Leaders;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.Delta;
import io.tidemark.metadata.image.TopicImage;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * The tails of all followed topics, each on a loop of its own choice for as long as anyone follows.
 * Safe for any thread.
 */
public final class Streams implements Leaders.Listener {

    private static final long TICK_MS = 250;
    private static final long LANE_REST_MS = 3_000;

    private final List<? extends EventExecutor> loops;
    private final LogSource.Parts parts;
    private final StreamProperties properties;
    private final StreamMetrics metrics;
    private final Clock clock;
    private final Entropy entropy;
    private final Map<Uuid, Home> homes = new ConcurrentHashMap<>();
    private final AtomicInteger nextLoop = new AtomicInteger();
    private final BitSet lanes = new BitSet();
    private volatile boolean draining;

    Streams(
            List<? extends EventExecutor> loops,
            LogSource.Parts parts,
            StreamProperties properties,
            Clock clock,
            Entropy entropy) {
        this.loops = loops;
        this.parts = parts;
        this.properties = properties;
        this.metrics = parts.metrics();
        this.clock = clock;
        this.entropy = entropy;
    }

    /** A tail and its loop. */
    final class Home {
        private final Uuid topicId;
        private final String topic;
        private final EventExecutor loop;
        private final Tail tail;
        private final LogSource source;
        private final int lane;
        private final ScheduledFuture<?> ticking;
        private boolean closed;

        Home(TopicImage image) {
            this.topicId = image.id();
            this.topic = image.name();
            this.loop = loops.get(Math.floorMod(nextLoop.getAndIncrement(), loops.size()));
            this.lane = takeLane();
            this.source = new LogSource(parts, image, loop, Lane.longPoll("tail-" + lane));
            this.tail =
                    new Tail(
                            image.partitions().size(),
                            tailConfig(),
                            source,
                            new EventWriter(
                                    topic, topicId, ByteBufAllocator.DEFAULT, parts.budget()),
                            clock,
                            metrics,
                            parts.observer());
            this.ticking =
                    loop.scheduleAtFixedRate(this::tick, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
        }

        private void tick() {
            tail.tick();
            closeIfEmpty();
        }

        EventExecutor loop() {
            return loop;
        }

        Tail tail() {
            return tail;
        }

        void closeIfEmpty() {
            if (!closed && tail.isEmpty()) {
                closed = true;
                homes.remove(topicId, this);
                tail.close();
                ticking.cancel(false);
                // A long poll may still be under way on the lane.
                loop.schedule(() -> giveLane(lane), LANE_REST_MS, TimeUnit.MILLISECONDS);
            }
        }
    }

    private TailConfig tailConfig() {
        long one = properties.tailSize().toBytes();
        long all = properties.tailsSize().toBytes();
        return new TailConfig(
                () -> Math.min(one, all / Math.max(1, homes.size())),
                (int) properties.frameSize().toBytes(),
                (int) properties.readSize().toBytes(),
                properties.backlogSize().toBytes(),
                properties.stallTimeout().toMillis(),
                properties.damageTimeout().toMillis(),
                parts.leaderlessMs());
    }

    private int takeLane() {
        synchronized (lanes) {
            int lane = lanes.nextClearBit(0);
            lanes.set(lane);
            return lane;
        }
    }

    private void giveLane(int lane) {
        synchronized (lanes) {
            lanes.clear(lane);
        }
    }

    /** Whether this gateway is about to stop, and takes no new streams. */
    public boolean draining() {
        return draining;
    }

    /** Begins a stream on an outlet whose response head has been sent. */
    void follow(
            TopicImage topic, Follower.Wish wish, StreamStart.Begin.At begin, NettyOutlet outlet) {
        Home home = homes.computeIfAbsent(topic.id(), id -> new Home(topic));
        home.loop.execute(
                () -> {
                    if (home.closed) {
                        follow(topic, wish, begin, outlet);
                    } else {
                        open(home, wish, begin, outlet);
                    }
                });
    }

    /** A topic's part of a stream that is made of several; it has no partitions yet. */
    public Feed feed(TopicImage topic, StreamShape shape, Feed.Sink sink) {
        return feed(topic, shape, sink, null);
    }

    /**
     * The same.
     *
     * @param until it is done before these offsets; null for never
     */
    public Feed feed(TopicImage topic, StreamShape shape, Feed.Sink sink, long @Nullable [] until) {
        return new Feed(
                this,
                topic,
                new StreamShape(shape.format(), shape.filter(), shape.limit(), heartbeatMs(shape)),
                sink,
                until);
    }

    Follower follower(Follower.Wish wish, Feed.Out outlet, long[] positions) {
        return new Follower(wish, outlet, outlet, positions, clock.nanos());
    }

    /**
     * Does something on the loop of a topic's tail.
     *
     * @param known where the tail is known to have a follower: it is not closed; null for the one
     *     that there is, or a new one
     */
    void at(TopicImage topic, @Nullable Home known, Consumer<Home> action) {
        Home home =
                known != null ? known : homes.computeIfAbsent(topic.id(), id -> new Home(topic));
        home.loop.execute(
                () -> {
                    if (home.closed) {
                        at(topic, null, action);
                        return;
                    }
                    action.accept(home);
                    parts.view()
                            .topic(home.topic)
                            .filter(image -> image.id().equals(home.topicId))
                            .ifPresent(image -> home.tail.grow(image.partitions().size()));
                });
    }

    private void open(
            Home home, Follower.Wish wish, StreamStart.Begin.At begin, NettyOutlet outlet) {
        Follower follower = new Follower(wish, outlet, begin.positions(), clock.nanos());
        outlet.whenReady(() -> home.loop.execute(() -> home.tail.resume(follower)));
        outlet.whenClosed(() -> home.loop.execute(() -> home.tail.leave(follower)));
        if (draining) {
            outlet.end();
            return;
        }
        home.tail.open(follower, begin.reset(), retryMs());
        parts.view()
                .topic(home.topic)
                .filter(image -> image.id().equals(home.topicId))
                .ifPresentOrElse(
                        image -> home.tail.grow(image.partitions().size()),
                        () -> home.tail.fail(deleted(home.topic)));
    }

    Clock clock() {
        return clock;
    }

    ReadBudget budget() {
        return parts.budget();
    }

    long heartbeatMs(StreamShape shape) {
        return shape.heartbeatMs() > 0 ? shape.heartbeatMs() : properties.heartbeat().toMillis();
    }

    /** What an SSE client waits before it reconnects: spread, so that they do not come at once. */
    int retryMs() {
        int base = (int) properties.retry().toMillis();
        return base + entropy.nextInt(base / 2 + 1);
    }

    private static ApiError deleted(String topic) {
        return new ApiError(404, 40401, "Topic '" + topic + "' was deleted.");
    }

    @Override
    public void leaderChanged(Uuid topicId, int partition) {
        Home home = homes.get(topicId);
        if (home != null) {
            home.source.leadersChanged();
        }
    }

    @Override
    public void leadersChanged() {
        homes.values().forEach(home -> home.source.leadersChanged());
    }

    /** Follows growth and deletion of topics. On the metadata thread. */
    void onImage(ClusterImage image, List<Delta> deltas) {
        for (Home home : homes.values()) {
            @Nullable TopicImage now = image.topic(home.topic).orElse(null);
            home.loop.execute(
                    () -> {
                        if (home.closed) {
                            return;
                        }
                        if (now != null && now.id().equals(home.topicId)) {
                            home.tail.grow(now.partitions().size());
                        } else {
                            home.tail.fail(deleted(home.topic));
                        }
                    });
        }
    }

    /** Ends all streams between two events, and takes no new ones. Waits until it is done. */
    void drain() throws InterruptedException {
        draining = true;
        List<Home> open = List.copyOf(homes.values());
        CountDownLatch left = new CountDownLatch(open.size());
        for (Home home : open) {
            home.loop.execute(
                    () -> {
                        home.tail.drain();
                        home.closeIfEmpty();
                        left.countDown();
                    });
        }
        left.await(5, TimeUnit.SECONDS);
    }

    /** Followers that read for themselves; an estimate, from another thread. */
    int followedTopics() {
        return homes.size();
    }
}
