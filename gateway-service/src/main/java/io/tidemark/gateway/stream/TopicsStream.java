package io.tidemark.gateway.stream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.tidemark.gateway.consume.CursorWriter;
import io.tidemark.gateway.consume.TopicsCursor;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.TopicImage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * One stream over several topics: a feed for each, one socket, one cursor. Belongs to the loop of
 * its connection; the {@link Feed.Sink} side is called on the tails'. What is written with a cursor
 * is written under the cursor's monitor, so that an event's cursor says exactly what went before.
 */
final class TopicsStream implements Feed.Sink {

    private static final long TICK_MS = 500;
    private static final long DRAIN_MS = 5_000;

    /**
     * What a stream over several topics stands on.
     *
     * @param live whether topics may join, and none ends by itself
     */
    record Parts(Streams streams, TopicsChoice choice, boolean live, int pendingBytes) {}

    /**
     * Where a topic's part begins.
     *
     * @param reset to be told first; null where it begins where it was asked to
     * @param until where it ends; null for never
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Part(
            TopicImage topic, long[] positions, @Nullable Reset reset, long @Nullable [] until) {}

    private final Parts parts;
    private final StreamShape shape;
    private final EventLoop loop;
    private final SharedOutlet outlet;
    private final Runnable finish;
    private final TopicsCursor.Writer cursor = new TopicsCursor.Writer();
    private final TopicsEvents events;
    private final AtomicLong left;

    /** Whose feeds have not come to their end. */
    private final Set<Uuid> reading = ConcurrentHashMap.newKeySet();

    private final Map<Uuid, Feed> feeds = new ConcurrentHashMap<>();

    /** How many partitions of each topic are read. */
    private final Map<Uuid, TopicImage> known = new HashMap<>();

    private @Nullable ScheduledFuture<?> ticking;
    private boolean over;

    /**
     * @param finish completes the response; run on the loop
     */
    TopicsStream(Parts parts, StreamShape shape, Channel channel, Runnable finish) {
        this.parts = parts;
        this.shape = shape;
        this.loop = channel.eventLoop();
        this.finish = finish;
        this.outlet =
                new SharedOutlet(channel, parts.pendingBytes, parts.streams.clock(), this::room);
        this.events = new TopicsEvents(shape.format().media(), cursor, parts.streams.budget());
        this.left = new AtomicLong(shape.limit());
    }

    TopicsChoice choice() {
        return parts.choice;
    }

    EventLoop loop() {
        return loop;
    }

    /**
     * Writes the first bytes and begins to read; on the loop.
     *
     * @param topicsGone how many topics of the client's cursor there are no more
     */
    void begin(List<Part> all, int topicsGone) {
        SortedMap<String, Reset> resets = new TreeMap<>();
        for (Part part : all) {
            if (part.reset != null) {
                resets.put(part.topic.name(), part.reset);
            }
            cursor.place(new CursorWriter(part.topic.id()), part.positions);
        }
        int retryMs = parts.streams.retryMs();
        say(
                () ->
                        resets.isEmpty() && topicsGone == 0
                                ? events.opening(retryMs)
                                : events.opening(retryMs, resets, topicsGone));
        ticking = loop.scheduleAtFixedRate(this::tick, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
        all.forEach(part -> reading.add(part.topic.id()));
        all.forEach(this::read);
        if (all.isEmpty() && !parts.live) {
            finish(() -> events.ended("until"));
        }
    }

    private void read(Part part) {
        Uuid id = part.topic.id();
        Feed feed = parts.streams.feed(part.topic, shape, this, part.until);
        feeds.put(id, feed);
        known.put(id, part.topic);
        Map<Integer, Long> from = new LinkedHashMap<>();
        for (int partition = 0; partition < part.positions.length; partition++) {
            from.put(partition, part.positions[partition]);
        }
        feed.change(List.of(), from);
    }

    private void say(Supplier<ByteBuf> text) {
        synchronized (cursor) {
            outlet.write(text.get(), () -> {});
        }
    }

    private void tick() {
        long nanos = TimeUnit.MILLISECONDS.toNanos(parts.streams.heartbeatMs(shape));
        if (!over
                && parts.streams.clock().nanos() - outlet.lastWriteNanos() >= nanos
                && outlet.hasRoom()) {
            say(events::heartbeat);
        }
    }

    /** Topics may have come, grown or gone; on the loop. */
    void update(ClusterImage image) {
        if (over) {
            return;
        }
        for (TopicImage before : List.copyOf(known.values())) {
            TopicImage now = image.topic(before.id()).orElse(null);
            if (now == null) {
                remove(before);
            } else if (now.partitions().size() > before.partitions().size()) {
                grow(before, now);
            }
        }
        if (!parts.live) {
            return;
        }
        switch (parts.choice.of(image)) {
            case TopicsChoice.Chosen.Refused(ApiError error) -> fail(error);
            case TopicsChoice.Chosen.Topics(List<TopicImage> topics) -> {
                topics.stream().filter(topic -> !known.containsKey(topic.id())).forEach(this::join);
                if (known.isEmpty() && !parts.choice.takesNew()) {
                    fail(new ApiError(404, 40401, "All topics of the stream were deleted."));
                }
            }
        }
    }

    private void remove(TopicImage topic) {
        known.remove(topic.id());
        Feed feed = feeds.remove(topic.id());
        if (feed != null) {
            feed.change(all(topic), Map.of())
                    .thenRunAsync(
                            () -> {
                                if (!over) {
                                    say(
                                            () -> {
                                                cursor.remove(topic.id());
                                                return events.topic("deleted", topic.name());
                                            });
                                    ended(topic.id());
                                }
                            },
                            loop);
        }
    }

    private void grow(TopicImage before, TopicImage now) {
        known.put(now.id(), now);
        Feed feed = feeds.get(now.id());
        if (feed != null) {
            Map<Integer, Long> added = new LinkedHashMap<>();
            for (int p = before.partitions().size(); p < now.partitions().size(); p++) {
                added.put(p, 0L);
            }
            feed.change(List.of(), added);
        }
    }

    private void join(TopicImage topic) {
        long[] beginning = new long[topic.partitions().size()];
        say(
                () -> {
                    cursor.place(new CursorWriter(topic.id()), beginning);
                    return events.topic("joined", topic.name());
                });
        reading.add(topic.id());
        read(new Part(topic, beginning, null, null));
    }

    private static List<Integer> all(TopicImage topic) {
        return IntStream.range(0, topic.partitions().size()).boxed().toList();
    }

    // The feeds' side; any thread.

    @Override
    public boolean hasRoom() {
        return outlet.hasRoom();
    }

    private void room() {
        feeds.values().forEach(Feed::roomAgain);
    }

    @Override
    public TopicsIds ids(Feed feed) {
        return new TopicsIds(cursor, feed.topicId());
    }

    @Override
    public boolean use(Feed feed, int partition, long offset) {
        return shape.limit() == Long.MAX_VALUE
                || left.getAndUpdate(count -> Math.max(0, count - 1)) > 0;
    }

    @Override
    public void write(Feed feed, ByteBuf text, Feed.Place place) {
        outlet.write(text, () -> {});
        if (left.get() == 0) {
            loop.execute(() -> finish(() -> events.ended("limit")));
        }
    }

    @Override
    public void done(Feed feed) {
        ended(feed.topicId());
    }

    private void ended(Uuid topicId) {
        if (reading.remove(topicId) && reading.isEmpty() && !parts.live) {
            loop.execute(() -> finish(() -> events.ended("until")));
        }
    }

    @Override
    public void failed(Feed feed, ApiError error) {
        loop.execute(() -> fail(error));
    }

    @Override
    public void drain() {
        loop.execute(() -> finish(null));
    }

    @Override
    public void stalled() {
        outlet.abort();
    }

    // The end.

    private void fail(ApiError error) {
        finish(() -> events.failure(error));
    }

    /**
     * Ends the stream in order; on the loop.
     *
     * @param last its last words; null where a client is to come again at once
     */
    void finish(@Nullable Supplier<ByteBuf> last) {
        if (over) {
            return;
        }
        stop().thenRunAsync(
                        () -> {
                            if (last != null) {
                                say(last);
                            }
                            outlet.whenDrained(DRAIN_MS, finish);
                        },
                        loop);
    }

    /** The client has gone; on the loop. */
    void gone() {
        if (!over) {
            stop();
        }
    }

    private CompletableFuture<?> stop() {
        over = true;
        if (ticking != null) {
            ticking.cancel(false);
        }
        Collection<CompletableFuture<?>> stopping = new ArrayList<>();
        known.forEach(
                (id, topic) -> {
                    Feed feed = feeds.get(id);
                    if (feed != null) {
                        stopping.add(feed.change(all(topic), Map.of()).toCompletableFuture());
                    }
                });
        return CompletableFuture.allOf(stopping.toArray(CompletableFuture[]::new));
    }
}
