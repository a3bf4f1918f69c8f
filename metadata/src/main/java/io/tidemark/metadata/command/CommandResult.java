package io.tidemark.metadata.command;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.tidemark.metadata.image.TopicImage;

/** The coordinator's answer. Expected failures are values, too. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = CommandResult.Done.class, name = "done"),
    @JsonSubTypes.Type(value = CommandResult.NodeRegistered.class, name = "nodeRegistered"),
    @JsonSubTypes.Type(value = CommandResult.TopicCreated.class, name = "topicCreated"),
    @JsonSubTypes.Type(value = CommandResult.ProducerIds.class, name = "producerIds"),
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
     * Refused.
     *
     * @param error the Kafka protocol's error number
     * @param message names what was wrong
     */
    record Rejected(short error, String message) implements CommandResult {}
}
