package io.tidemark.testkit.simulation.cluster;

import io.tidemark.coordinator.metadata.MetadataState;
import io.tidemark.coordinator.metadata.MetadataState.Applied;
import io.tidemark.environment.Disk;
import io.tidemark.environment.DiskFile;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.config.TopicConfigs;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.partition.log.LogConfig;
import io.tidemark.partition.log.PartitionLog;
import io.tidemark.partition.serving.Partition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.apache.kafka.common.message.FetchRequestData;
import org.jspecify.annotations.Nullable;

/**
 * Where the bugs of {@link Mutation} are put in; passes on what it is given where there is none.
 */
final class Mutants {
    private static final String CLEAN_MARKER = ".kafka_cleanshutdown";

    private Mutants() {}

    static Disk disk(Mutation mutation, Disk disk) {
        return mutation == Mutation.SYNC_DOES_NOTHING ? withoutForce(Disk.class, disk) : disk;
    }

    private static <T> T withoutForce(Class<T> type, T real) {
        return type.cast(
                Proxy.newProxyInstance(
                        Mutants.class.getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, method, arguments) -> {
                            if (method.getName().equals("force")) {
                                return null;
                            }
                            try {
                                Object result = method.invoke(real, arguments);
                                return result instanceof DiskFile file
                                        ? withoutForce(DiskFile.class, file)
                                        : result;
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        }));
    }

    /** A process has ended; its disks are as the crash has left them. */
    static void ended(Mutation mutation, Disks disks) {
        if (mutation != Mutation.RECOVERY_SKIPPED) {
            return;
        }
        for (Disks.Place place : disks.places()) {
            try (DiskFile marker = place.disk().open(CLEAN_MARKER)) {
                marker.force();
                place.disk().syncDirectory("");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** A follower asks. */
    static void fetch(Mutation mutation, FetchRequestData request) {
        if (mutation == Mutation.DIVERGENCE_IGNORED) {
            request.topics()
                    .forEach(
                            topic ->
                                    topic.partitions()
                                            .forEach(wanted -> wanted.setLastFetchedEpoch(-1)));
        }
    }

    /** What a leader hears of its proposal, before the coordinator has; null where nothing. */
    static @Nullable CommandResult answer(Mutation mutation, Command command, NodeLife life) {
        if (mutation != Mutation.PROPOSAL_COUNTS_AT_ONCE
                || !(command instanceof Command.AlterIsr alter)) {
            return null;
        }
        List<CommandResult.PartitionOutcome> outcomes = new ArrayList<>();
        for (Command.IsrChange change : alter.changes()) {
            PartitionImage now = life.image(change.index());
            List<Integer> isr = change.isr().stream().map(Command.IsrMember::nodeId).toList();
            outcomes.add(
                    new CommandResult.PartitionOutcome(
                            change.topicId(),
                            change.index(),
                            (short) 0,
                            "",
                            Optional.ofNullable(now)
                                    .map(
                                            image ->
                                                    image.withLeader(
                                                            image.leader(), isr, List.of()))));
        }
        return new CommandResult.PartitionsAltered(outcomes, life.newest().version());
    }

    /** What a node makes of the metadata it was told. */
    static ClusterImage image(Mutation mutation, NodeLife life, ClusterImage image) {
        switch (mutation) {
            case MIN_IN_SYNC_IGNORED -> {
                return topics(
                        image,
                        topic -> {
                            Map<String, String> configs = new HashMap<>(topic.configs());
                            configs.put(TopicConfigs.MIN_INSYNC_REPLICAS, "1");
                            return configs;
                        },
                        (topic, partition) -> partition);
            }
            case TRUNCATE_TO_WATERMARK -> life.eachPartition(Mutants::truncateToWatermark);
            case PRODUCERS_FORGOTTEN -> life.eachPartition(Mutants::forgetProducers);
            default -> {}
        }
        return image;
    }

    /** What a node tells the coordinator when it has heard of an image. */
    static List<Command.PartitionId> lost(Mutation mutation, int node, ClusterImage image) {
        List<Command.PartitionId> lost = new ArrayList<>();
        if (mutation == Mutation.LOSS_TOLD_AGAIN) {
            for (TopicImage topic : image.topics().values()) {
                topic.partitions().stream()
                        .filter(partition -> partition.isr().contains(node))
                        .filter(partition -> partition.leader() != node)
                        .forEach(
                                partition ->
                                        lost.add(
                                                new Command.PartitionId(
                                                        topic.id(), partition.index())));
            }
        }
        return lost;
    }

    private static void truncateToWatermark(Partition partition, PartitionImage next) {
        if (next.leaderEpoch() <= partition.replica().leaderEpoch()
                || partition.replica().leading()) {
            return;
        }
        try {
            partition.log().truncateTo(partition.replica().highWatermark());
            partition.replica().truncated(partition.log().logEndOffset());
        } catch (IOException e) {
            partition.failed(e);
        }
    }

    private static void forgetProducers(Partition partition, PartitionImage next) {
        if (next.leaderEpoch() <= partition.replica().leaderEpoch()) {
            return;
        }
        PartitionLog log = partition.log();
        long never = Long.MAX_VALUE / 4;
        log.configure(
                new LogConfig(
                        10_000, never, 4_096, 100_000, -1, -1, 1_000_000, true, false, -1, -1,
                        never, -1, 500, -never));
        log.expireProducers();
    }

    private static ClusterImage topics(
            ClusterImage image,
            java.util.function.Function<TopicImage, Map<String, String>> configs,
            BiFunction<TopicImage, PartitionImage, PartitionImage> change) {
        Map<String, TopicImage> topics = new HashMap<>();
        image.topics()
                .forEach(
                        (name, topic) ->
                                topics.put(
                                        name,
                                        new TopicImage(
                                                topic.id(),
                                                name,
                                                topic.partitions().stream()
                                                        .map(p -> change.apply(topic, p))
                                                        .toList(),
                                                configs.apply(topic),
                                                topic.createdVersion())));
        return new ClusterImage(
                image.clusterId(),
                image.version(),
                image.nodes(),
                topics,
                image.topicNames(),
                image.nextProducerId(),
                image.nodeConfigs());
    }

    /** What the coordinator makes of a command it was sent. */
    static Command command(Mutation mutation, Command command, ClusterImage image) {
        boolean loose =
                mutation == Mutation.STALE_CHANGE_ACCEPTED
                        || mutation == Mutation.NODE_EPOCH_IGNORED;
        if (!loose || !(command instanceof Command.AlterIsr alter)) {
            return command;
        }
        return new Command.AlterIsr(
                alter.nodeId(),
                alter.nodeEpoch(),
                alter.changes().stream().map(change -> change(mutation, change, image)).toList());
    }

    private static Command.IsrChange change(
            Mutation mutation, Command.IsrChange change, ClusterImage image) {
        PartitionImage now = image.partition(change.topicId(), change.index()).orElseThrow();
        boolean stale = mutation == Mutation.STALE_CHANGE_ACCEPTED;
        List<Command.IsrMember> members =
                stale
                        ? change.isr()
                        : change.isr().stream().map(member -> current(member, image)).toList();
        return new Command.IsrChange(
                change.topicId(),
                change.index(),
                change.leaderEpoch(),
                stale ? now.partitionEpoch() : change.partitionEpoch(),
                members);
    }

    private static Command.IsrMember current(Command.IsrMember member, ClusterImage image) {
        return new Command.IsrMember(
                member.nodeId(),
                image.node(member.nodeId()).map(NodeImage::epoch).orElse(member.nodeEpoch()));
    }

    /** What comes of a command that one coordinator has applied. */
    static Applied applied(Mutation mutation, Applied applied, MetadataState state, int member) {
        ClusterImage before = applied.before();
        ClusterImage after =
                switch (mutation) {
                    case ELIGIBLE_NOT_CLEARED ->
                            topics(
                                    applied.after(),
                                    TopicImage::configs,
                                    (topic, now) -> eligibleAsBefore(before, topic, now));
                    case EPOCH_NOT_BUMPED ->
                            topics(
                                    applied.after(),
                                    TopicImage::configs,
                                    (topic, now) -> epochAsBefore(before, topic, now));
                    case METADATA_DIVERGES ->
                            member % 3 == 1 && applied.deltas().size() > 1
                                    ? before.apply(
                                            applied.after().version(),
                                            applied.deltas().subList(0, 1))
                                    : applied.after();
                    default -> applied.after();
                };
        if (after != applied.after() && applied.changed()) {
            state.restore(after);
            return new Applied(before, applied.deltas(), after, applied.result());
        }
        return applied;
    }

    private static PartitionImage eligibleAsBefore(
            ClusterImage image, TopicImage topic, PartitionImage now) {
        PartitionImage before = image.partition(topic.id(), now.index()).orElse(now);
        boolean cleared = !before.elr().isEmpty() && now.elr().isEmpty();
        boolean joined = before.elr().stream().anyMatch(now.isr()::contains);
        return cleared && !joined && now.leaderEpoch() == before.leaderEpoch()
                ? now.withLeader(now.leader(), now.isr(), before.elr())
                : now;
    }

    private static PartitionImage epochAsBefore(
            ClusterImage image, TopicImage topic, PartitionImage now) {
        PartitionImage before = image.partition(topic.id(), now.index()).orElse(now);
        return new PartitionImage(
                now.index(),
                now.leader(),
                before.leaderEpoch(),
                now.partitionEpoch(),
                now.replicas(),
                now.isr(),
                now.elr(),
                now.adding(),
                now.removing());
    }
}
