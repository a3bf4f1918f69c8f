package io.tidemark.partition.admin;

import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.Command.PartitionId;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.command.CommandResult.PartitionOutcome;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;

/**
 * What became of each partition that a request names: those that this node does not know are
 * answered here, the others by the coordinator. By topic name, then in the order of their indexes.
 */
final class PartitionOutcomes {
    private final ClusterImage image;
    private final Map<String, List<Outcome>> byTopic = new TreeMap<>();

    PartitionOutcomes(ClusterImage image) {
        this.image = image;
    }

    /**
     * @param error the Kafka protocol's error number; 0 for none
     * @param message empty where all is well
     */
    record Outcome(int index, short error, String message) {}

    Map<String, List<Outcome>> byTopic() {
        byTopic.values().forEach(list -> list.sort(Comparator.comparingInt(Outcome::index)));
        return byTopic;
    }

    /** The partition's id; where it does not exist, that is its outcome. */
    Optional<PartitionId> find(String topic, int index) {
        Optional<PartitionId> id =
                image.topic(topic)
                        .filter(found -> found.partition(index).isPresent())
                        .map(found -> new PartitionId(found.id(), index));
        if (id.isEmpty()) {
            put(topic, index, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "There is no such partition");
        }
        return id;
    }

    void put(String topic, int index, ErrorCode error, String message) {
        put(topic, new Outcome(index, error.number(), message));
    }

    /** Takes the coordinator's answer to a command over these partitions. */
    void take(CommandResult result, List<PartitionId> asked) {
        switch (result) {
            case CommandResult.PartitionsAltered altered -> altered.outcomes().forEach(this::take);
            case CommandResult.Rejected rejected ->
                    asked.forEach(
                            id ->
                                    put(
                                            name(id.topicId()),
                                            new Outcome(
                                                    id.index(),
                                                    rejected.error(),
                                                    rejected.message())));
            case CommandResult other ->
                    throw new IllegalStateException(
                            "Not an answer to " + Command.class.getSimpleName() + ": " + other);
        }
    }

    private void take(PartitionOutcome outcome) {
        put(
                name(outcome.topicId()),
                new Outcome(outcome.index(), outcome.error(), outcome.message()));
    }

    private void put(String topic, Outcome outcome) {
        byTopic.computeIfAbsent(topic, name -> new ArrayList<>()).add(outcome);
    }

    private String name(Uuid topicId) {
        return image.topic(topicId).map(topic -> topic.name()).orElse(topicId.toString());
    }
}
