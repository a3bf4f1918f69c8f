package io.tidemark.partition.serving;

import org.apache.kafka.common.Uuid;

/** Which partition it is. */
public record PartitionIdentity(Uuid topicId, String topic, int index) {

    /** As its folder is named. */
    @Override
    public String toString() {
        return topic + "-" + index;
    }
}
