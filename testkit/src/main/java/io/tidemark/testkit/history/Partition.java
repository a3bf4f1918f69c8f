package io.tidemark.testkit.history;

/** One partition of a topic: the unit within which a log promises order. */
public record Partition(String topic, int index) {

    @Override
    public String toString() {
        return topic + "-" + index;
    }
}
