package io.tidemark.gateway.admin;

import io.tidemark.gateway.consume.OffsetLookup;
import io.tidemark.gateway.group.CommittedOffset;
import io.tidemark.gateway.group.member.TopicPartition;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.metadata.security.Authorizer.Operation;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a client wants reset, checked.
 *
 * @param topics all partitions of these
 * @param partitions these, each with a reset of its own where it names an offset
 */
record ResetOrder(
        OffsetReset reset,
        List<TopicImage> topics,
        SortedMap<TopicPartition, OffsetReset> partitions,
        boolean dryRun) {

    static final String[] PROPERTIES = {"strategy", "value", "topics", "partitions", "dry_run"};

    /**
     * Throws an {@link io.tidemark.gateway.error.ApiErrorException} that names what is wrong.
     *
     * @param nowMs since the epoch
     */
    static ResetOrder parse(AdminBody body, Cluster cluster, ClusterImage image, long nowMs) {
        List<TopicImage> topics = new ArrayList<>();
        for (String name : body.strings("topics")) {
            topics.add(cluster.topic(image, name, Operation.READ));
        }
        Set<TopicPartition> named = new HashSet<>();
        List<AdminBody> all = body.objects("partitions", "topic_name", "partition_id", "offset");
        boolean eachItsOwn = !all.isEmpty() && all.stream().allMatch(each -> each.has("offset"));
        OffsetReset reset = reset(body, nowMs, eachItsOwn);
        SortedMap<TopicPartition, OffsetReset> partitions = new TreeMap<>();
        for (AdminBody each : all) {
            TopicImage topic = cluster.topic(image, each.text("topic_name"), Operation.READ);
            int partition =
                    cluster.partition(topic, Integer.toString(each.integer("partition_id", -1)))
                            .index();
            if (each.has("offset") && !(reset instanceof OffsetReset.Offset)) {
                throw each.wrong("offset", "goes with the strategy offset only");
            }
            OffsetReset own =
                    each.has("offset") ? new OffsetReset.Offset(number(each, "offset")) : reset;
            TopicPartition which = new TopicPartition(topic.id(), topic.name(), partition);
            partitions.put(each.only(named, which, "partition_id"), own);
        }
        return new ResetOrder(reset, topics, partitions, body.flag("dry_run"));
    }

    private static OffsetReset reset(AdminBody body, long nowMs, boolean eachItsOwn) {
        return switch (body.text("strategy")) {
            case "earliest" -> valueless(body, new OffsetReset.Earliest());
            case "latest" -> valueless(body, new OffsetReset.Latest());
            case "offset" ->
                    new OffsetReset.Offset(eachItsOwn && !body.has("value") ? 0 : offset(body));
            case "time" -> new OffsetReset.Time(time(body, nowMs));
            case "shift" -> new OffsetReset.Shift(number(body, "value"));
            default ->
                    throw body.wrong("strategy", "must be earliest, latest, offset, time or shift");
        };
    }

    private static OffsetReset valueless(AdminBody body, OffsetReset reset) {
        if (body.has("value")) {
            throw body.wrong("value", "goes with offset, time and shift only");
        }
        return reset;
    }

    private static long offset(AdminBody body) {
        long offset = number(body, "value");
        if (offset < 0) {
            throw body.wrong("value", "must not be negative");
        }
        return offset;
    }

    private static long number(AdminBody body, String name) {
        try {
            return Long.parseLong(body.text(name));
        } catch (NumberFormatException e) {
            throw body.wrong(name, "must be a whole number");
        }
    }

    private static long time(AdminBody body, long nowMs) {
        String text = body.text("value");
        try {
            if (text.matches("\\d{1,18}")) {
                return Long.parseLong(text);
            }
            return text.startsWith("P")
                    ? Instant.ofEpochMilli(nowMs).minus(Duration.parse(text)).toEpochMilli()
                    : OffsetDateTime.parse(text).toInstant().toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            throw body.wrong(
                    "value",
                    "must be milliseconds since 1970, a time as in 2026-01-31T12:00:00Z, or how"
                            + " long ago as in PT1H");
        }
    }

    /** The time to look up; {@link OffsetLookup#LATEST} where none is. */
    long timestampMs() {
        return reset instanceof OffsetReset.Time(long timestampMs)
                ? timestampMs
                : OffsetLookup.LATEST;
    }

    /** What is reset: the partitions named, else everything that is committed. */
    SortedMap<TopicPartition, OffsetReset> of(Map<TopicPartition, CommittedOffset> committed) {
        SortedMap<TopicPartition, OffsetReset> all = new TreeMap<>();
        for (TopicImage topic : topics) {
            for (int partition = 0; partition < topic.partitions().size(); partition++) {
                all.put(new TopicPartition(topic.id(), topic.name(), partition), reset);
            }
        }
        all.putAll(partitions);
        if (all.isEmpty()) {
            committed.keySet().forEach(each -> all.put(each, reset));
        }
        return all;
    }
}
