package io.tidemark.gateway.stream.group;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.group.GroupMember;
import io.tidemark.gateway.group.MemberListener;
import io.tidemark.gateway.group.member.TopicPartition;
import io.tidemark.gateway.stream.Feed;
import io.tidemark.gateway.stream.SharedOutlet;
import io.tidemark.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * One stream: a member of its group, the feeds of the topics that it has partitions of, and its
 * socket. Belongs to the loop of its connection; the {@link Feed.Sink} side is called on the
 * tails'.
 *
 * <pre>
 *  JOINING  the coordinator has taken it in   JOINED
 *  JOINED   the response has begun            OPEN
 *  OPEN     the client has gone               LEAVING: what has settled is committed
 *  OPEN     limit, drain or an error          LEAVING: what the socket has taken is committed
 *  LEAVING  committed, and out of the group   GONE
 * </pre>
 */
final class GroupStream implements MemberListener, Feed.Sink {

    private static final long TICK_MS = 500;

    private enum State {
        JOINING,
        JOINED,
        OPEN,
        LEAVING,
        GONE
    }

    private final GroupStreams parts;
    private final GroupStreamQuery query;
    private final GroupStreamProperties properties;
    private final EventLoop loop;
    private final GroupMember member;
    private final GroupEvents events;
    private final SharedOutlet outlet;
    private final StreamCommits commits;
    private final AtomicLong left;
    private final Map<Uuid, Feed> feeds = new ConcurrentHashMap<>();
    private final Map<Uuid, Feed.Place> written = new ConcurrentHashMap<>();

    /** What it reads or is about to, by number of the assignment; an old number is out of date. */
    private final Map<TopicPartition, Long> assigned = new TreeMap<>();

    private final SortedMap<TopicPartition, Long> reading = new TreeMap<>();
    private final CompletableFuture<@Nullable Void> joined = new CompletableFuture<>();
    private final CompletableFuture<@Nullable Void> gone = new CompletableFuture<>();
    private State state = State.JOINING;
    private long assignments;
    private @Nullable Runnable finish;
    private @Nullable ScheduledFuture<?> ticking;

    GroupStream(GroupStreams parts, String group, GroupStreamQuery query, Channel channel) {
        this.parts = parts;
        this.query = query;
        this.properties = parts.properties();
        this.loop = channel.eventLoop();
        this.member = parts.members().create(group, parts.members().newMemberId(), loop, this);
        this.events =
                new GroupEvents(
                        query.shape().format().media(), member.memberId(), parts.readBudget());
        this.outlet = new SharedOutlet(channel, parts.pendingBytes(), parts.clock(), this::room);
        this.commits = new StreamCommits(parts, member, query, this::creditAgain);
        this.left = new AtomicLong(query.shape().limit());
    }

    String memberId() {
        return member.memberId();
    }

    String group() {
        return member.group();
    }

    EventLoop loop() {
        return loop;
    }

    /**
     * Joins the group.
     *
     * @return completes when the coordinator has taken it in; fails with an {@link
     *     io.tidemark.gateway.error.ApiErrorException}
     */
    CompletionStage<@Nullable Void> join() {
        member.subscribe(query.subscription());
        loop.schedule(
                () -> joined.completeExceptionally(lateToJoin().exception()),
                properties.joinTimeout().toMillis(),
                TimeUnit.MILLISECONDS);
        return joined;
    }

    private ApiError lateToJoin() {
        return ApiError.unavailable(
                "Group '" + group() + "' has not taken the stream in: its coordinator is silent.");
    }

    /**
     * The response's head has been sent.
     *
     * @param end completes the response; run on the loop
     */
    void begin(Runnable end) {
        if (state != State.JOINED) {
            end.run();
            return;
        }
        state = State.OPEN;
        finish = end;
        say(events.opening(parts.retryMs()));
        ticking = loop.scheduleAtFixedRate(this::tick, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
        start(assigned.keySet());
        if (assigned.isEmpty()) {
            sayAssigned();
        }
    }

    private void say(ByteBuf text) {
        outlet.write(text, () -> {});
    }

    private void sayAssigned() {
        if (state == State.OPEN) {
            SortedMap<TopicPartition, Long> next = new TreeMap<>();
            reading.keySet().forEach(each -> next.put(each, next(each)));
            say(events.assigned(next));
        }
    }

    /** The offset of the record that is sent next. */
    private long next(TopicPartition partition) {
        Feed.Place place = written.get(partition.topicId());
        return Math.max(
                reading.getOrDefault(partition, 0L),
                place == null ? -1 : place.at(partition.partition()));
    }

    // The member's side.

    @Override
    public void epochChanged(int epoch) {
        if (state == State.JOINING) {
            state = State.JOINED;
            joined.complete(null);
        }
    }

    @Override
    public void assigned(SortedSet<TopicPartition> partitions) {
        if (state == State.LEAVING || state == State.GONE) {
            return;
        }
        partitions.forEach(each -> assigned.put(each, ++assignments));
        if (state == State.OPEN) {
            start(partitions);
        }
    }

    private void start(Collection<TopicPartition> partitions) {
        if (!partitions.isEmpty()) {
            new PartitionStart(parts, member, query.startMs(), Map.copyOf(numbered(partitions)))
                    .find()
                    .whenComplete((found, failure) -> loop.execute(() -> started(found, failure)));
        }
    }

    private Map<TopicPartition, Long> numbered(Collection<TopicPartition> partitions) {
        Map<TopicPartition, Long> numbered = new HashMap<>();
        for (TopicPartition each : partitions) {
            Long number = assigned.get(each);
            if (number != null) {
                numbered.put(each, number);
            }
        }
        return numbered;
    }

    private void started(PartitionStart.@Nullable Found found, @Nullable Throwable failure) {
        if (state != State.OPEN) {
            return;
        }
        if (found == null) {
            parts.failed(group(), "where its partitions begin", failure);
            loop.schedule(this::startAgain, PartitionStart.RETRY_MS, TimeUnit.MILLISECONDS);
            return;
        }
        Map<Uuid, Map<Integer, Long>> added = new HashMap<>();
        for (PartitionStart.Start each : found.starts()) {
            Long number = assigned.get(each.partition());
            if (number != null
                    && number == each.number()
                    && !reading.containsKey(each.partition())) {
                reading.put(each.partition(), each.offset());
                added.computeIfAbsent(each.partition().topicId(), id -> new HashMap<>())
                        .put(each.partition().partition(), each.offset());
            }
        }
        if (!added.isEmpty()) {
            sayAssigned();
            added.forEach((topicId, add) -> read(topicId, add, found));
        }
        if (!reading.keySet().containsAll(found.asked())) {
            loop.schedule(this::startAgain, PartitionStart.RETRY_MS, TimeUnit.MILLISECONDS);
        }
    }

    /** What could not be begun is tried again. */
    private void startAgain() {
        if (state == State.OPEN) {
            List<TopicPartition> waiting = new ArrayList<>(assigned.keySet());
            waiting.removeAll(reading.keySet());
            start(waiting);
        }
    }

    private void read(Uuid topicId, Map<Integer, Long> add, PartitionStart.Found found) {
        Feed feed = feeds.get(topicId);
        if (feed == null) {
            feed = parts.feed(found.topic(topicId), query.shape(), this);
            feeds.put(topicId, feed);
        }
        String topic = feed.topic();
        feed.change(List.of(), add)
                .thenAcceptAsync(
                        before ->
                                add.forEach(
                                        (partition, offset) ->
                                                commits.begin(
                                                        new TopicPartition(
                                                                topicId, topic, partition),
                                                        before.change(),
                                                        offset)),
                        loop);
    }

    @Override
    public void revoking(SortedSet<TopicPartition> partitions, Runnable done) {
        stop(partitions)
                .thenRun(
                        () ->
                                outlet.whenDrained(
                                        properties.releaseTimeout().toMillis(),
                                        () -> release(partitions, done)));
    }

    private void release(SortedSet<TopicPartition> partitions, Runnable done) {
        commits.commitLast(partitions, outlet.drained())
                .whenComplete(
                        (ok, failure) -> {
                            commits.forget(partitions);
                            done.run();
                            sayAssigned();
                        });
    }

    /** Stops reading; completes on the loop when nothing more is written of these. */
    private CompletionStage<?> stop(Collection<TopicPartition> partitions) {
        Map<Uuid, List<Integer>> dropped = new HashMap<>();
        for (TopicPartition each : partitions) {
            assigned.remove(each);
            if (reading.remove(each) != null) {
                dropped.computeIfAbsent(each.topicId(), id -> new ArrayList<>())
                        .add(each.partition());
            }
        }
        List<CompletableFuture<?>> stopping = new ArrayList<>();
        dropped.forEach(
                (topicId, drop) -> {
                    Feed feed = feeds.get(topicId);
                    if (feed != null) {
                        stopping.add(feed.change(drop, Map.of()).toCompletableFuture());
                    }
                });
        return CompletableFuture.allOf(stopping.toArray(CompletableFuture[]::new))
                .thenRunAsync(() -> {}, loop);
    }

    @Override
    public void lost(SortedSet<TopicPartition> partitions) {
        stop(partitions)
                .thenRun(
                        () -> {
                            commits.forget(partitions);
                            sayAssigned();
                        });
    }

    @Override
    public void refused(ApiError error) {
        joined.completeExceptionally(error.exception());
        if (state == State.OPEN) {
            say(events.failure(error));
            end();
        }
        over();
    }

    @Override
    public void left() {
        over();
    }

    private void over() {
        state = State.GONE;
        if (ticking != null) {
            ticking.cancel(false);
        }
        parts.forget(this);
        joined.completeExceptionally(
                ApiError.unavailable("The stream has left the group.").exception());
        end();
        gone.complete(null);
    }

    private void end() {
        Runnable action = finish;
        finish = null;
        if (action != null) {
            action.run();
        }
    }

    // The feeds' side; any thread.

    @Override
    public boolean hasRoom() {
        return outlet.hasRoom();
    }

    private void room() {
        feeds.values().forEach(Feed::roomAgain);
    }

    private void creditAgain() {
        feeds.values().forEach(Feed::creditAgain);
    }

    @Override
    public boolean use(Feed feed, int partition, long offset) {
        if (!commits.use(new TopicPartition(feed.topicId(), feed.topic(), partition), offset)) {
            return false;
        }
        if (query.shape().limit() == Long.MAX_VALUE) {
            return true;
        }
        long now = left.getAndUpdate(count -> Math.max(0, count - 1));
        if (now == 1) {
            loop.execute(this::finish);
        }
        return now > 0;
    }

    @Override
    public void write(Feed feed, ByteBuf text, Feed.Place place) {
        written.put(feed.topicId(), place);
        outlet.write(text, () -> commits.taken(feed.topicId(), place));
    }

    @Override
    public void failed(Feed feed, ApiError error) {
        loop.execute(
                () -> {
                    if (state == State.OPEN) {
                        say(events.failure(error));
                        finish();
                    }
                });
    }

    @Override
    public void drain() {
        loop.execute(this::finish);
    }

    @Override
    public void stalled() {
        outlet.abort();
    }

    // Its own.

    private void tick() {
        if (state != State.OPEN) {
            return;
        }
        commits.tick(outlet, reading.keySet());
        long heartbeatNanos = TimeUnit.MILLISECONDS.toNanos(parts.heartbeatMs(query.shape()));
        if (parts.clock().nanos() - outlet.lastWriteNanos() >= heartbeatNanos && outlet.hasRoom()) {
            say(events.heartbeat());
        }
    }

    /**
     * The client acknowledges; on the loop.
     *
     * @return what became of each; fails with an {@link
     *     io.tidemark.gateway.error.ApiErrorException} where one of them cannot be
     */
    CompletionStage<SortedMap<TopicPartition, ErrorCode>> acknowledge(Acknowledgement wanted) {
        SortedMap<TopicPartition, Long> mine = wanted.of(reading.keySet(), memberId());
        mine.forEach(
                (each, offset) -> {
                    long sent = next(each);
                    if (offset > sent) {
                        throw ApiError.badRequest(
                                        "offset %d of %s lies beyond what was sent; its next is %d."
                                                .formatted(offset, each, sent))
                                .exception();
                    }
                });
        return commits.send(mine);
    }

    // The end.

    /** The client has gone; on the loop. */
    void clientGone() {
        if (state == State.OPEN || state == State.JOINED || state == State.JOINING) {
            finish = null;
            leave(false);
        }
    }

    /** Ends the stream in order; on the loop. */
    void finish() {
        if (state == State.JOINING || state == State.JOINED) {
            leave(false);
        } else if (state == State.OPEN) {
            List<TopicPartition> all = List.copyOf(reading.keySet());
            stop(all)
                    .thenRun(
                            () -> {
                                if (left.get() == 0) {
                                    say(events.ended());
                                }
                                outlet.whenDrained(
                                        properties.releaseTimeout().toMillis(),
                                        () -> leave(outlet.drained()));
                            });
        }
    }

    private void leave(boolean all) {
        if (state == State.LEAVING || state == State.GONE) {
            return;
        }
        state = State.LEAVING;
        if (ticking != null) {
            ticking.cancel(false);
        }
        CompletionStage<?> committed = commits.commitLast(all);
        stop(new TreeSet<>(reading.keySet()));
        committed.whenComplete((ok, failure) -> loop.execute(member::leave));
    }

    /** Completes when it is out of its group. */
    CompletionStage<@Nullable Void> gone() {
        return gone;
    }
}
