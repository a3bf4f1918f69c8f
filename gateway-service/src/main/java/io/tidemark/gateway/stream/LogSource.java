package io.tidemark.gateway.stream;

import io.netty.util.concurrent.EventExecutor;
import io.tidemark.gateway.consume.LogReader;
import io.tidemark.gateway.consume.OffsetLookup;
import io.tidemark.gateway.consume.PartitionRead;
import io.tidemark.gateway.limit.ReadBudget;
import io.tidemark.gateway.routing.ClusterView;
import io.tidemark.gateway.routing.Lane;
import io.tidemark.gateway.routing.Leader;
import io.tidemark.gateway.routing.Leaders;
import io.tidemark.gateway.routing.PartitionClient;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.protocol.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.kafka.common.Uuid;

/** One topic's records, fetched from its leaders; answers come on the tail's loop. */
final class LogSource implements RecordSource {

    private static final Duration LOOKUP_TIMEOUT = Duration.ofSeconds(10);

    /** The pause after a failure grows with the failures in a row, up to this attempt's. */
    private static final int MAX_ATTEMPT = 6;

    /** What all sources share. */
    record Parts(
            ClusterView view,
            Leaders leaders,
            LogReader reader,
            ReadBudget budget,
            OffsetLookup offsets,
            ReadGate gate,
            StreamMetrics metrics,
            DeliveryObserver observer,
            int pollWaitMs,
            int pollBytes,
            long leaderlessMs) {}

    private final Parts parts;
    private final String topic;
    private final Uuid topicId;
    private final EventExecutor owner;
    private final Lane pollLane;
    private final Set<Asked> underWay = ConcurrentHashMap.newKeySet();
    private final Set<Pause> pauses = ConcurrentHashMap.newKeySet();
    private int failures;

    LogSource(Parts parts, TopicImage topic, EventExecutor owner, Lane pollLane) {
        this.parts = parts;
        this.topic = topic.name();
        this.topicId = topic.id();
        this.owner = owner;
        this.pollLane = pollLane;
    }

    private record Group(int leader, int[] partitions, long[] offsets) {}

    /** A fetch that waits for its leader's answer, unless the leader is another one by then. */
    private record Asked(
            Group group, List<Leader> leaders, CompletableFuture<List<PartitionRead>> answer) {}

    /** A wait after a failure; over at once where a leader has changed. */
    private final class Pause implements Runnable {
        private final Runnable action;
        private final AtomicBoolean over = new AtomicBoolean();

        Pause(Runnable action) {
            this.action = action;
        }

        @Override
        public void run() {
            if (over.compareAndSet(false, true)) {
                pauses.remove(this);
                action.run();
            }
        }
    }

    /**
     * A leader of the topic may have changed: whoever waits for one that leads no more is told now.
     * Any thread.
     */
    void leadersChanged() {
        underWay.forEach(this::giveUpWhereLeaderChanged);
        pauses.forEach(owner::execute);
    }

    private List<Leader> leadersOf(TopicImage image, Group group) {
        return Arrays.stream(group.partitions)
                .filter(p -> p < image.partitions().size())
                .mapToObj(p -> parts.leaders.of(image, p))
                .toList();
    }

    @Override
    public void poll(int[] partitions, long[] offsets, Consumer<List<PartitionRead>> answer) {
        LogReader.Limits limits =
                new LogReader.Limits(parts.pollWaitMs, parts.pollBytes, parts.pollBytes);
        TopicImage image = image();
        for (Group group : byLeader(image, partitions, offsets)) {
            parts.metrics.tailRead();
            fetch(image, group, pollLane, limits)
                    .thenAccept(reads -> owner.execute(() -> deliver(reads, answer)));
        }
    }

    /** Records at once, what failed after a pause: then the leader may be another. */
    private void deliver(List<PartitionRead> reads, Consumer<List<PartitionRead>> answer) {
        List<PartitionRead> found = new ArrayList<>();
        List<PartitionRead> failed = new ArrayList<>();
        for (PartitionRead read : reads) {
            (read instanceof PartitionRead.Records ? found : failed).add(read);
        }
        if (!failed.isEmpty()) {
            pause(() -> answer.accept(failed));
        } else {
            failures = 0;
        }
        if (!found.isEmpty()) {
            answer.accept(found);
        }
    }

    private void pause(Runnable action) {
        failures = Math.min(failures + 1, MAX_ATTEMPT);
        Pause pause = new Pause(action);
        pauses.add(pause);
        owner.schedule(pause, PartitionClient.backoffMs(failures), TimeUnit.MILLISECONDS);
    }

    @Override
    public void read(
            int[] partitions, long[] offsets, int maxBytes, Consumer<List<PartitionRead>> answer) {
        parts.gate.enter(
                () ->
                        readAll(partitions, offsets, new LogReader.Limits(0, maxBytes, maxBytes))
                                .thenAccept(
                                        reads -> {
                                            parts.gate.leave();
                                            owner.execute(() -> answerRead(reads, answer));
                                        }));
    }

    /** After a pause where something could not be read and nothing else was found either. */
    private void answerRead(List<PartitionRead> reads, Consumer<List<PartitionRead>> answer) {
        boolean failed = reads.stream().anyMatch(PartitionRead.Unavailable.class::isInstance);
        if (failed && reads.stream().noneMatch(LogSource::isNews)) {
            pause(() -> answer.accept(reads));
        } else {
            failures = 0;
            answer.accept(reads);
        }
    }

    private static boolean isNews(PartitionRead read) {
        return switch (read) {
            case PartitionRead.Records found -> !found.records().isEmpty();
            case PartitionRead.OutOfRange jump -> true;
            case PartitionRead.Damaged never -> true;
            case PartitionRead.Unavailable later -> false;
        };
    }

    private CompletionStage<List<PartitionRead>> readAll(
            int[] partitions, long[] offsets, LogReader.Limits limits) {
        TopicImage image = image();
        CompletionStage<List<PartitionRead>> all =
                CompletableFuture.completedFuture(new ArrayList<>());
        for (Group group : byLeader(image, partitions, offsets)) {
            parts.metrics.catchUpRead();
            all =
                    all.thenCombine(
                            fetch(image, group, Lane.FETCH, limits),
                            (some, more) -> {
                                some.addAll(more);
                                return some;
                            });
        }
        return all;
    }

    @Override
    public void ends(Consumer<long[]> answer) {
        parts.offsets
                .all(image(), OffsetLookup.LATEST, LOOKUP_TIMEOUT)
                .whenComplete(
                        (ends, failure) ->
                                owner.execute(
                                        () -> {
                                            if (failure == null) {
                                                answer.accept(ends);
                                            } else {
                                                pause(() -> answer.accept(new long[0]));
                                            }
                                        }));
    }

    /** The topic as it is now; without partitions where it is gone or another one. */
    private TopicImage image() {
        return parts.view
                .topic(topic)
                .filter(image -> image.id().equals(topicId))
                .orElseGet(() -> new TopicImage(topicId, topic, List.of(), Map.of(), -1));
    }

    @Override
    public Set<Integer> leaderless() {
        TopicImage image = image();
        Set<Integer> none = new HashSet<>(0);
        for (PartitionImage partition : image.partitions()) {
            if (!parts.leaders.of(image, partition.index()).exists()) {
                none.add(partition.index());
            }
        }
        return none;
    }

    private List<Group> byLeader(TopicImage image, int[] partitions, long[] offsets) {
        Map<Integer, List<Integer>> indexes = new TreeMap<>();
        for (int i = 0; i < partitions.length; i++) {
            int leader =
                    partitions[i] < image.partitions().size()
                            ? parts.leaders.of(image, partitions[i]).nodeId()
                            : PartitionImage.NO_LEADER;
            indexes.computeIfAbsent(leader, key -> new ArrayList<>()).add(i);
        }
        List<Group> groups = new ArrayList<>();
        indexes.forEach(
                (leader, members) ->
                        groups.add(
                                new Group(
                                        leader,
                                        members.stream().mapToInt(i -> partitions[i]).toArray(),
                                        members.stream().mapToLong(i -> offsets[i]).toArray())));
        return groups;
    }

    /** Never fails: what cannot be read is unavailable. */
    private CompletionStage<List<PartitionRead>> fetch(
            TopicImage image, Group group, Lane lane, LogReader.Limits limits) {
        if (group.leader == PartitionImage.NO_LEADER) {
            return CompletableFuture.completedFuture(
                    unavailable(group, ErrorCode.LEADER_NOT_AVAILABLE));
        }
        Asked asked = new Asked(group, leadersOf(image, group), new CompletableFuture<>());
        underWay.add(asked);
        parts.reader
                .fetch(group.leader, lane, image, group.partitions, group.offsets, limits)
                .whenComplete(
                        (reads, failure) ->
                                asked.answer.complete(
                                        reads == null
                                                ? unavailable(group, ErrorCode.NETWORK_EXCEPTION)
                                                : reads));
        // The news may have come after the image was taken and before the fetch was noted.
        giveUpWhereLeaderChanged(asked);
        return asked.answer
                .whenComplete((reads, failure) -> underWay.remove(asked))
                .thenCompose(reads -> withBounds(image, reads));
    }

    private void giveUpWhereLeaderChanged(Asked asked) {
        if (!leadersOf(image(), asked.group).equals(asked.leaders)) {
            asked.answer.complete(unavailable(asked.group, ErrorCode.NOT_LEADER_OR_FOLLOWER));
        }
    }

    private static List<PartitionRead> unavailable(Group group, ErrorCode error) {
        return Arrays.stream(group.partitions)
                .<PartitionRead>mapToObj(p -> new PartitionRead.Unavailable(p, error))
                .toList();
    }

    /** Asks for the bounds that an out-of-range answer came without. */
    private CompletionStage<List<PartitionRead>> withBounds(
            TopicImage image, List<PartitionRead> reads) {
        boolean complete =
                reads.stream()
                        .noneMatch(
                                read ->
                                        read instanceof PartitionRead.OutOfRange range
                                                && range.endOffset() < 0);
        if (complete) {
            return CompletableFuture.completedFuture(reads);
        }
        return parts.offsets
                .all(image, OffsetLookup.EARLIEST, LOOKUP_TIMEOUT)
                .thenCombine(
                        parts.offsets.all(image, OffsetLookup.LATEST, LOOKUP_TIMEOUT),
                        (starts, ends) ->
                                reads.stream().map(read -> bounded(read, starts, ends)).toList())
                .exceptionally(
                        failure ->
                                reads.stream()
                                        .<PartitionRead>map(
                                                read ->
                                                        new PartitionRead.Unavailable(
                                                                read.partition(),
                                                                ErrorCode.OFFSET_OUT_OF_RANGE))
                                        .toList());
    }

    private static PartitionRead bounded(PartitionRead read, long[] starts, long[] ends) {
        return read instanceof PartitionRead.OutOfRange(int partition, long start, long end)
                        && end < 0
                ? new PartitionRead.OutOfRange(partition, starts[partition], ends[partition])
                : read;
    }
}
