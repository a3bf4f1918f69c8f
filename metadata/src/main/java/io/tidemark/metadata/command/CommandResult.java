package io.tidemark.metadata.command;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.Uuid;

/** The coordinator's answer. Expected failures are values, too. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = CommandResult.Done.class, name = "done"),
    @JsonSubTypes.Type(value = CommandResult.NodeRegistered.class, name = "nodeRegistered"),
    @JsonSubTypes.Type(value = CommandResult.TopicCreated.class, name = "topicCreated"),
    @JsonSubTypes.Type(value = CommandResult.ProducerIds.class, name = "producerIds"),
    @JsonSubTypes.Type(value = CommandResult.PartitionsAltered.class, name = "partitionsAltered"),
    @JsonSubTypes.Type(value = CommandResult.Drained.class, name = "drained"),
    @JsonSubTypes.Type(value = CommandResult.Rejected.class, name = "rejected")
})
public sealed interface CommandResult {

    /**
     * @param version the metadata version that contains the change; wait for it to read your own
     *     write
     */
    record Done(long version) implements CommandResult {}

    record NodeRegistered(String clusterId, long epoch, long version) implements CommandResult {}

    record TopicCreated(TopicImage topic, long version) implements CommandResult {}

    /**
     * @param first the block's first id; it holds {@code count} ids
     */
    record ProducerIds(long first, int count) implements CommandResult {}

    /**
     * One outcome for each partition asked for, in that order.
     *
     * @param version of the metadata that contains the changes. A leader acts upon an accepted ISR
     *     only together with an image of at least this version: min.insync.replicas may have
     *     changed before it
     */
    record PartitionsAltered(List<PartitionOutcome> outcomes, long version)
            implements CommandResult {}

    /**
     * @param error the Kafka protocol's error number; 0 for none
     * @param partition as it is now; empty where it does not exist
     */
    record PartitionOutcome(
            Uuid topicId,
            int index,
            short error,
            String message,
            Optional<PartitionImage> partition) {}

    /**
     * @param leading how many partitions the node still leads, because nobody else can
     */
    record Drained(int leading, long version) implements CommandResult {}

    /**
     * Refused.
     *
     * @param error the Kafka protocol's error number
     * @param message names what was wrong
     */
    record Rejected(short error, String message) implements CommandResult {}
}
