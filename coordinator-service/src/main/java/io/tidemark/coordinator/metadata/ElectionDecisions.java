package io.tidemark.coordinator.metadata;

import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.Command.ElectLeaders.Election;
import io.tidemark.metadata.command.Command.PartitionId;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.protocol.ErrorCode;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/** Leaders are changed by command. */
final class ElectionDecisions {
    private ElectionDecisions() {}

    static Decision elect(Command.ElectLeaders command, ClusterImage image, long version) {
        PartitionChanges changes = new PartitionChanges(image);
        List<PartitionId> partitions =
                command.partitions().isEmpty()
                        ? all(image, needs(command.election()))
                        : command.partitions();
        for (PartitionId id : partitions) {
            changes.decide(
                    id,
                    (now, topic) -> {
                        if (!needs(command.election()).test(now)) {
                            throw new Rejection(
                                    ErrorCode.ELECTION_NOT_NEEDED,
                                    name(topic, now) + " is led by node " + now.leader());
                        }
                        return switch (command.election()) {
                            case PREFERRED -> preferred(changes, now, topic);
                            case UNCLEAN -> unclean(changes, now, topic);
                        };
                    });
        }
        return changes.decision(version);
    }

    private static PartitionImage preferred(
            PartitionChanges changes, PartitionImage now, TopicImage topic) {
        PartitionImage next = changes.next(now, topic).electPreferred().build();
        if (next == now) {
            throw new Rejection(
                    ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE,
                    "Node "
                            + now.replicas().getFirst()
                            + ", the preferred leader of "
                            + name(topic, now)
                            + ", is not in sync, or not live");
        }
        return next;
    }

    private static PartitionImage unclean(
            PartitionChanges changes, PartitionImage now, TopicImage topic) {
        PartitionImage next = changes.next(now, topic).electUnclean().build();
        if (next == now) {
            throw new Rejection(
                    ErrorCode.ELIGIBLE_LEADERS_NOT_AVAILABLE,
                    "None of the nodes "
                            + now.replicas()
                            + " that have "
                            + name(topic, now)
                            + " is live");
        }
        return next;
    }

    private static Predicate<PartitionImage> needs(Election election) {
        return switch (election) {
            case PREFERRED -> partition -> partition.leader() != partition.replicas().getFirst();
            case UNCLEAN -> partition -> partition.leader() == PartitionImage.NO_LEADER;
        };
    }

    private static List<PartitionId> all(ClusterImage image, Predicate<PartitionImage> wanted) {
        return image.topics().values().stream()
                .sorted(Comparator.comparing(TopicImage::name))
                .flatMap(
                        topic ->
                                topic.partitions().stream()
                                        .filter(wanted)
                                        .map(p -> new PartitionId(topic.id(), p.index())))
                .toList();
    }

    private static String name(TopicImage topic, PartitionImage partition) {
        return topic.name() + "-" + partition.index();
    }
}
