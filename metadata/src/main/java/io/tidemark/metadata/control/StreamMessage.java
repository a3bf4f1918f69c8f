package io.tidemark.metadata.control;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.Delta;
import java.util.List;

/** A line of the metadata stream between processes. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = StreamMessage.Snapshot.class, name = "snapshot"),
    @JsonSubTypes.Type(value = StreamMessage.Changes.class, name = "changes"),
    @JsonSubTypes.Type(value = StreamMessage.Alive.class, name = "alive")
})
public sealed interface StreamMessage {

    /** The whole image: first of a stream, and after a gap. */
    record Snapshot(ClusterImage image) implements StreamMessage {}

    /**
     * @param fromVersion the version these deltas apply to; where it is not the reader's, the
     *     reader has a gap and asks anew
     * @param version the version they lead to
     */
    record Changes(long fromVersion, long version, List<Delta> deltas) implements StreamMessage {}

    /**
     * The coordinator still leads.
     *
     * @param version what it has; a stream that has not brought it by the next sign brings nothing
     *     any more
     */
    record Alive(long version) implements StreamMessage {}
}
