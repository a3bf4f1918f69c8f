package io.tidemark.coordinator.telemetry;

import io.tidemark.telemetry.exposition.Families;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Groups: under our names by group and topic, and as kafka_exporter shows them by partition. On the
 * scraping thread.
 */
public final class GroupFamilies {
    private final Supplier<GroupLag> source;
    private final boolean kafkaNames;

    private record GroupTopic(String group, String topic) {}

    public GroupFamilies(Supplier<GroupLag> source, boolean kafkaNames) {
        this.source = source;
        this.kafkaNames = kafkaNames;
    }

    /** What is to be shown now. */
    public Families gather() {
        GroupLag lag = source.get();
        Families families = new Families();
        Map<GroupTopic, Long> sums =
                new TreeMap<>(
                        java.util.Comparator.comparing(GroupTopic::group)
                                .thenComparing(GroupTopic::topic));
        for (GroupLag.Line line : lag.partitions()) {
            if (line.known()) {
                sums.merge(new GroupTopic(line.group(), line.topic()), line.lag(), Long::sum);
            }
            if (kafkaNames) {
                partition(families, line);
            }
        }
        sums.forEach(
                (of, sum) ->
                        families.gauge(
                                "tidemark_group_lag",
                                "Records of a topic that a group has yet to consume",
                                sum,
                                "group",
                                of.group,
                                "topic",
                                of.topic));
        for (GroupLag.Members group : lag.groups()) {
            families.gauge(
                    "tidemark_group_members",
                    "Members of a group",
                    group.count(),
                    "group",
                    group.group());
            if (kafkaNames) {
                families.gauge(
                        "kafka_consumergroup_members",
                        "Members of a group",
                        group.count(),
                        "consumergroup",
                        group.group());
            }
        }
        families.gauge(
                "tidemark_group_hidden",
                "Groups left out, beyond tidemark.coordinator.metrics.max-group-partitions",
                lag.hidden());
        return families;
    }

    private static void partition(Families families, GroupLag.Line line) {
        String[] labels = {
            "consumergroup",
            line.group(),
            "topic",
            line.topic(),
            "partition",
            Integer.toString(line.partition())
        };
        families.gauge(
                "kafka_consumergroup_current_offset", "Committed offset", line.committed(), labels);
        if (line.known()) {
            families.gauge("kafka_consumergroup_lag", "Records yet to consume", line.lag(), labels);
        }
    }
}
