package io.tidemark.gateway.group.consumer;

import io.tidemark.gateway.admin.AdminBody;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.group.CommittedOffset;
import io.tidemark.gateway.group.member.TopicPartition;
import io.tidemark.gateway.routing.ClusterView;
import io.tidemark.metadata.image.TopicImage;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The bodies that name partitions, offsets and times; what they name must exist. */
final class OffsetBodies {

    private static final int MAX_METADATA_CHARS = 4_096;
    private static final String PARTITION = "partition";

    private final ClusterView view;

    OffsetBodies(ClusterView view) {
        this.view = view;
    }

    /** {@code {"partitions":[{"topic","partition"}]}}. */
    List<TopicPartition> partitions(AdminBody body) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (AdminBody each : body.objects("partitions", "topic", "partition")) {
            partitions.add(partition(each));
        }
        return partitions;
    }

    /** {@code {"offsets":[{"topic","partition","offset","metadata"}]}}. */
    Map<TopicPartition, CommittedOffset> offsets(AdminBody body) {
        Map<TopicPartition, CommittedOffset> offsets = new LinkedHashMap<>();
        Set<TopicPartition> named = new HashSet<>();
        for (AdminBody each : body.objects("offsets", "topic", "partition", "offset", "metadata")) {
            String text = each.text("offset");
            if (!text.matches("\\d{1,18}")) {
                throw each.wrong("offset", "must be a number of at least 0, and is '" + text + "'");
            }
            String metadata = each.textOrNull("metadata");
            if (metadata != null && metadata.length() > MAX_METADATA_CHARS) {
                throw each.wrong("metadata", "has more than " + MAX_METADATA_CHARS + " characters");
            }
            offsets.put(
                    each.only(named, partition(each), PARTITION),
                    new CommittedOffset(
                            Long.parseLong(text), -1, metadata == null ? "" : metadata));
        }
        return offsets;
    }

    /** {@code {"timestamps":[{"topic","partition","timestamp"}]}}, in ms or as ISO 8601. */
    Map<TopicPartition, Long> timestamps(AdminBody body) {
        Map<TopicPartition, Long> timestamps = new LinkedHashMap<>();
        Set<TopicPartition> named = new HashSet<>();
        for (AdminBody each : body.objects("timestamps", "topic", "partition", "timestamp")) {
            timestamps.put(each.only(named, partition(each), PARTITION), timestamp(each));
        }
        return timestamps;
    }

    private static long timestamp(AdminBody body) {
        String text = body.text("timestamp");
        if (text.matches("\\d{1,18}")) {
            return Long.parseLong(text);
        }
        try {
            return Instant.parse(text).toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            throw body.wrong(
                    "timestamp",
                    "must be ms since 1970, or a time like 2026-01-31T12:00:00Z, and is '"
                            + text
                            + "'");
        }
    }

    private TopicPartition partition(AdminBody body) {
        String name = body.text("topic");
        String text = body.text("partition");
        if (!text.matches("\\d{1,9}")) {
            throw body.wrong("partition", "must be a number of at least 0, and is '" + text + "'");
        }
        int partition = Integer.parseInt(text);
        TopicImage topic = view.requireTopic(name);
        if (partition >= topic.partitions().size()) {
            throw ApiError.partitionNotFound(name, partition).exception();
        }
        return new TopicPartition(topic.id(), name, partition);
    }
}
