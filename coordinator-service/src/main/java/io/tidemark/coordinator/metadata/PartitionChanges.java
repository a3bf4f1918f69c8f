package io.tidemark.coordinator.metadata;

import io.tidemark.coordinator.election.NextPartition;
import io.tidemark.metadata.command.Command.PartitionId;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.command.CommandResult.PartitionOutcome;
import io.tidemark.metadata.config.MinIsr;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.Delta;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Changes of several partitions by one command, each decided for itself, and their outcomes. */
final class PartitionChanges {
    private final ClusterImage image;
    private final Map<PartitionId, PartitionImage> changed = new LinkedHashMap<>();
    private final List<PartitionOutcome> outcomes = new ArrayList<>();

    PartitionChanges(ClusterImage image) {
        this.image = image;
    }

    /** Decides one partition. */
    @FunctionalInterface
    interface Change {
        /**
         * @param now the partition, as the changes before left it
         * @throws Rejection where it stays as it is
         */
        PartitionImage next(PartitionImage now, TopicImage topic);
    }

    void decide(PartitionId id, Change change) {
        Optional<PartitionImage> now = find(id);
        try {
            TopicImage topic = image.topic(id.topicId()).orElseThrow(() -> unknownTopic(id));
            PartitionImage before = now.orElseThrow(() -> unknownPartition(id, topic));
            PartitionImage next = change.next(before, topic);
            if (next != before) {
                changed.put(id, next);
            }
            outcomes.add(outcome(id, ErrorCode.NONE, "", Optional.of(next)));
        } catch (Rejection rejection) {
            outcomes.add(outcome(id, rejection.code(), rejection.message(), now));
        }
    }

    /** The way to the next state of a partition of the topic. */
    NextPartition next(PartitionImage now, TopicImage topic) {
        return new NextPartition(now, image, MinIsr.configured(topic.configs(), image));
    }

    /** Answered by the outcome of each partition. */
    Decision decision(long version) {
        return new Decision(
                deltas(),
                new CommandResult.PartitionsAltered(
                        List.copyOf(outcomes), changed.isEmpty() ? image.version() : version));
    }

    List<Delta> deltas() {
        List<Delta> deltas = new ArrayList<>(changed.size());
        changed.forEach(
                (id, partition) -> deltas.add(new Delta.PartitionChanged(id.topicId(), partition)));
        return deltas;
    }

    private Optional<PartitionImage> find(PartitionId id) {
        return Optional.ofNullable(changed.get(id))
                .or(() -> image.partition(id.topicId(), id.index()));
    }

    private static PartitionOutcome outcome(
            PartitionId id, ErrorCode code, String message, Optional<PartitionImage> partition) {
        return new PartitionOutcome(id.topicId(), id.index(), code.number(), message, partition);
    }

    private static Rejection unknownTopic(PartitionId id) {
        return new Rejection(
                ErrorCode.UNKNOWN_TOPIC_ID, "There is no topic with id " + id.topicId());
    }

    private static Rejection unknownPartition(PartitionId id, TopicImage topic) {
        return new Rejection(
                ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                "Topic '" + topic.name() + "' has no partition " + id.index());
    }
}
