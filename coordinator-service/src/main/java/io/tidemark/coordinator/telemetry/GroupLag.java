package io.tidemark.coordinator.telemetry;

import java.util.List;

/**
 * How far groups are.
 *
 * @param partitions with a committed offset
 * @param groups all that were looked at
 * @param hidden groups that were not: there were more offsets than are shown
 */
public record GroupLag(List<Line> partitions, List<Members> groups, int hidden) {
    static final GroupLag NONE = new GroupLag(List.of(), List.of(), 0);

    /**
     * @param committed the next offset to consume
     * @param end the high watermark; -1 where its leader did not tell
     */
    public record Line(String group, String topic, int partition, long committed, long end) {

        boolean known() {
            return end >= 0;
        }

        long lag() {
            return Math.max(0, end - committed);
        }
    }

    /** How many members a group has. */
    public record Members(String group, int count) {}
}
