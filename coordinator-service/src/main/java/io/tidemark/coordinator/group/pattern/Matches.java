package io.tidemark.coordinator.group.pattern;

import java.util.Collections;
import java.util.List;
import org.apache.kafka.common.Uuid;

/** The topics that a pattern matches, as far as that is known. Ids are sorted. */
public sealed interface Matches {

    /** Of all topics that there are, and maybe some that there are no more. */
    record Current(List<Uuid> topics) implements Matches {
        public boolean contains(Uuid topic) {
            return Collections.binarySearch(topics, topic) >= 0;
        }
    }

    /** Topics have been created since. */
    record Stale(List<Uuid> topics) implements Matches {}

    /** It has not been matched yet. */
    record Unknown() implements Matches {}
}
