package io.tidemark.coordinator.telemetry;

import io.netty.channel.EventLoopGroup;
import io.tidemark.coordinator.group.GroupChange.Offset;
import io.tidemark.coordinator.group.GroupStates.Commits;
import io.tidemark.coordinator.runtime.Coordinator;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.protocol.client.ClientConfig;
import io.tidemark.protocol.client.KafkaClient;
import io.tidemark.protocol.client.NodeAddress;
import io.tidemark.protocol.transport.EventLoops;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks, again and again while this coordinator leads, the leaders of all partitions with committed
 * offsets where their logs end: one request for each node. Only the leading coordinator does, so
 * that each figure is shown once in a cluster.
 *
 * <p>Any thread; has one that waits, and an event loop.
 */
public final class LagMonitor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LagMonitor.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final Coordinator coordinator;
    private final int maxOffsets;
    private final EventLoopGroup loop = EventLoops.create(1, "coordinator-lag");
    private final KafkaClient client =
            new KafkaClient(
                    loop,
                    new ClientConfig("tidemark-coordinator", Duration.ofSeconds(2), 64 << 20));
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("coordinator-lag").daemon().factory());
    private volatile GroupLag newest = GroupLag.NONE;

    /** A partition of a topic that exists. */
    record Key(String topic, int partition) {}

    /**
     * @param maxOffsets committed offsets looked at; groups beyond are left out
     */
    public LagMonitor(Coordinator coordinator, int maxOffsets) {
        this.coordinator = coordinator;
        this.maxOffsets = maxOffsets;
    }

    /** Begins; the first look is taken after one interval. */
    public void start(Duration interval) {
        thread.scheduleWithFixedDelay(
                this::look, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** As of the last look; nothing where this coordinator does not lead. */
    public GroupLag lag() {
        return coordinator.isReady() ? newest : GroupLag.NONE;
    }

    private void look() {
        try {
            newest = coordinator.isReady() ? measure() : GroupLag.NONE;
        } catch (RuntimeException e) {
            LOG.warn("The lag of groups is shown as it was", e);
        }
    }

    private GroupLag measure() {
        ClusterImage image = coordinator.image();
        List<Commits> commits = coordinator.committedGroups().commits(maxOffsets);
        Map<Integer, Set<Key>> byLeader = new HashMap<>();
        commits.forEach(
                group ->
                        group.offsets().stream()
                                .filter(offset -> current(image, offset))
                                .forEach(offset -> note(image, offset, byLeader)));
        Map<Key, Long> ends = ask(image, byLeader);
        List<GroupLag.Line> lines = new ArrayList<>();
        List<GroupLag.Members> groups = new ArrayList<>();
        for (Commits group : commits) {
            groups.add(new GroupLag.Members(group.group(), group.members()));
            for (Offset offset : group.offsets()) {
                if (current(image, offset)) {
                    long end = ends.getOrDefault(new Key(offset.topic(), offset.partition()), -1L);
                    lines.add(
                            new GroupLag.Line(
                                    group.group(),
                                    offset.topic(),
                                    offset.partition(),
                                    offset.offset(),
                                    end));
                }
            }
        }
        int hidden = Math.max(0, coordinator.committedGroups().size() - commits.size());
        return new GroupLag(List.copyOf(lines), List.copyOf(groups), hidden);
    }

    /** Whether it belongs to the topic that has its name now. */
    private static boolean current(ClusterImage image, Offset offset) {
        Optional<TopicImage> topic = image.topic(offset.topic());
        return topic.isPresent()
                && topic.get().partition(offset.partition()).isPresent()
                && (offset.topicId().equals(Uuid.ZERO_UUID)
                        || offset.topicId().equals(topic.get().id()));
    }

    private static void note(ClusterImage image, Offset offset, Map<Integer, Set<Key>> byLeader) {
        image.topic(offset.topic())
                .flatMap(topic -> topic.partition(offset.partition()))
                .filter(partition -> partition.leader() != PartitionImage.NO_LEADER)
                .ifPresent(
                        partition ->
                                byLeader.computeIfAbsent(partition.leader(), l -> new HashSet<>())
                                        .add(new Key(offset.topic(), offset.partition())));
    }

    private Map<Key, Long> ask(ClusterImage image, Map<Integer, Set<Key>> byLeader) {
        Map<Key, Long> ends = new ConcurrentHashMap<>();
        List<CompletableFuture<?>> asked = new ArrayList<>();
        byLeader.forEach(
                (node, partitions) ->
                        image.node(node)
                                .flatMap(LagMonitor::address)
                                .ifPresent(address -> asked.add(ask(address, partitions, ends))));
        try {
            CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                    .get(TIMEOUT.toMillis() + 1_000, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.debug("Some ends are not known", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Map.copyOf(ends);
    }

    private static Optional<NodeAddress> address(NodeImage node) {
        return node.listeners().stream()
                .findFirst()
                .map(listener -> new NodeAddress(listener.host(), listener.port()));
    }

    private CompletableFuture<?> ask(
            NodeAddress address, Set<Key> partitions, Map<Key, Long> ends) {
        return LogEnds.ask(client, address, partitions, TIMEOUT)
                .thenAccept(ends::putAll)
                .exceptionally(
                        failure -> {
                            LOG.debug("{} does not tell the ends of its logs", address, failure);
                            return null;
                        });
    }

    @Override
    public void close() {
        thread.shutdownNow();
        client.close();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
