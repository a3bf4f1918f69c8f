package io.tidemark.gateway.stream.group;

import io.netty.channel.Channel;
import io.tidemark.environment.Clock;
import io.tidemark.environment.Entropy;
import io.tidemark.gateway.consume.OffsetLookup;
import io.tidemark.gateway.group.GroupMembers;
import io.tidemark.gateway.group.member.TopicPartition;
import io.tidemark.gateway.limit.ReadBudget;
import io.tidemark.gateway.routing.ClusterView;
import io.tidemark.gateway.stream.Feed;
import io.tidemark.gateway.stream.StreamProperties;
import io.tidemark.gateway.stream.StreamShape;
import io.tidemark.gateway.stream.Streams;
import io.tidemark.metadata.image.TopicImage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All groups' streams of this gateway, and what they share. Safe for any thread. */
final class GroupStreams {

    /** For one question to the coordinator, or to leaders. */
    static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** Between two looks for what was acknowledged elsewhere. */
    static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final Logger LOG = LoggerFactory.getLogger(GroupStreams.class);
    private static final long DRAIN_SECONDS = 5;

    private final Shared shared;
    private final GroupStreamProperties properties;
    private final StreamProperties streamProperties;
    private final Clock clock;
    private final Entropy entropy;
    private final Map<String, GroupStream> streams = new ConcurrentHashMap<>();
    private final LongAdder commits = new LongAdder();
    private final LongAdder failures = new LongAdder();

    /** What is there without groups' streams. */
    record Shared(
            ClusterView view,
            GroupMembers members,
            OffsetLookup offsets,
            Streams streams,
            ReadBudget budget) {}

    GroupStreams(
            Shared shared,
            GroupStreamProperties properties,
            StreamProperties streamProperties,
            Clock clock,
            Entropy entropy) {
        this.shared = shared;
        this.properties = properties;
        this.streamProperties = streamProperties;
        this.clock = clock;
        this.entropy = entropy;
    }

    /** A stream that has not joined yet. On the channel's loop. */
    GroupStream open(String group, GroupStreamQuery query, Channel channel) {
        GroupStream stream = new GroupStream(this, group, query, channel);
        streams.put(stream.memberId(), stream);
        return stream;
    }

    void forget(GroupStream stream) {
        streams.remove(stream.memberId(), stream);
    }

    /** The stream of a member, where it is one of this gateway's. */
    Optional<GroupStream> find(String group, String memberId) {
        return Optional.ofNullable(streams.get(memberId))
                .filter(stream -> stream.group().equals(group));
    }

    /** Ends all streams in order, and waits for it. */
    void drain() throws InterruptedException {
        List<GroupStream> open = List.copyOf(streams.values());
        open.forEach(stream -> stream.loop().execute(stream::finish));
        try {
            CompletableFuture.allOf(
                            open.stream()
                                    .map(stream -> stream.gone().toCompletableFuture())
                                    .toArray(CompletableFuture[]::new))
                    .get(DRAIN_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("Not all streams of groups have left in time");
        }
    }

    /** The topic of a partition, where it is still that one. */
    Optional<TopicImage> topic(TopicPartition partition) {
        return shared.view
                .topic(partition.topic())
                .filter(topic -> topic.id().equals(partition.topicId()));
    }

    Feed feed(TopicImage topic, StreamShape shape, Feed.Sink sink) {
        return shared.streams.feed(topic, shape, sink);
    }

    GroupMembers members() {
        return shared.members;
    }

    OffsetLookup lookup() {
        return shared.offsets;
    }

    GroupStreamProperties properties() {
        return properties;
    }

    Clock clock() {
        return clock;
    }

    ReadBudget readBudget() {
        return shared.budget;
    }

    int pendingBytes() {
        return (int) streamProperties.pendingSize().toBytes();
    }

    /** What an SSE client waits before it reconnects: spread, so that they do not come at once. */
    int retryMs() {
        int base = (int) streamProperties.retry().toMillis();
        return base + entropy.nextInt(base / 2 + 1);
    }

    long heartbeatMs(StreamShape shape) {
        return shape.heartbeatMs() > 0
                ? shape.heartbeatMs()
                : streamProperties.heartbeat().toMillis();
    }

    void committed() {
        commits.increment();
    }

    void failed(String group, String what, @Nullable Throwable failure) {
        failures.increment();
        LOG.debug("Group '{}': {} failed and is tried again", group, what, failure);
    }

    int openStreams() {
        return streams.size();
    }

    /** Offsets of partitions committed. */
    long commits() {
        return commits.sum();
    }

    long failures() {
        return failures.sum();
    }
}
