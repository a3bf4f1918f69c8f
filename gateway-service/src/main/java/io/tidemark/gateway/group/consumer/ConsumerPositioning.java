package io.tidemark.gateway.group.consumer;

import io.tidemark.gateway.consume.OffsetLookup;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.group.CommittedOffset;
import io.tidemark.gateway.group.GroupLink;
import io.tidemark.gateway.group.GroupOffsets.Committer;
import io.tidemark.gateway.group.member.TopicPartition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Seeks and commits that clients ask for: only of partitions that are the instance's, and only to
 * where the log is. On the instance's loop.
 */
final class ConsumerPositioning {

    private ConsumerPositioning() {}

    /** Goes to offsets. */
    static CompletionStage<?> seek(RestConsumer consumer, Map<TopicPartition, Long> offsets) {
        return owned(consumer, offsets.keySet())
                .thenCompose(owned -> inLog(consumer, offsets, true))
                .thenComposeAsync(checked -> consumer.seek(offsets), consumer.loop());
    }

    /** Goes to the first records that are not older; to the end where there are none. */
    static CompletionStage<SortedMap<TopicPartition, Long>> byTime(
            RestConsumer consumer, Map<TopicPartition, Long> timestamps) {
        return find(consumer, timestamps);
    }

    /** Goes to the beginning or the end. */
    static CompletionStage<?> seek(
            RestConsumer consumer, Collection<TopicPartition> partitions, long where) {
        Map<TopicPartition, Long> wanted = new TreeMap<>();
        partitions.forEach(each -> wanted.put(each, where));
        return owned(consumer, partitions)
                .thenCompose(owned -> find(consumer, wanted))
                .thenComposeAsync(consumer::seek, consumer.loop());
    }

    /** Commits what the client names. */
    static CompletionStage<?> commit(
            RestConsumer consumer, Map<TopicPartition, CommittedOffset> offsets) {
        Map<TopicPartition, Long> named = new TreeMap<>();
        offsets.forEach((partition, offset) -> named.put(partition, offset.offset()));
        return owned(consumer, offsets.keySet())
                .thenCompose(owned -> inLog(consumer, named, false))
                .thenComposeAsync(checked -> consumer.commits().commit(offsets), consumer.loop());
    }

    /** What the group has committed of any partitions. */
    static CompletionStage<SortedMap<TopicPartition, CommittedOffset>> committed(
            RestConsumer consumer, Collection<TopicPartition> partitions) {
        ConsumerParts parts = consumer.parts();
        return parts.offsets()
                .committed(
                        Committer.outside(consumer.key().group()),
                        partitions,
                        GroupLink.ADMIN,
                        parts.requestTimeout());
    }

    /** Waits for the assignment, and fails with 40903 where a partition is not in it. */
    static CompletionStage<?> owned(RestConsumer consumer, Collection<TopicPartition> partitions) {
        return consumer.settled(consumer.parts().requestTimeout().toMillis())
                .thenRunAsync(
                        () -> {
                            ApiError obstacle = consumer.obstacle();
                            if (obstacle != null) {
                                throw obstacle.exception();
                            }
                            for (TopicPartition each : partitions) {
                                if (!consumer.positions().has(each)) {
                                    throw notAssigned(consumer, each);
                                }
                            }
                        },
                        consumer.loop());
    }

    private static RuntimeException notAssigned(RestConsumer consumer, TopicPartition partition) {
        return new ApiError(
                        409,
                        40903,
                        "Partition %d of topic '%s' is not assigned to consumer instance '%s' of group '%s'."
                                .formatted(
                                        partition.partition(),
                                        partition.topic(),
                                        consumer.key().instance(),
                                        consumer.key().group()))
                .exception();
    }

    private static CompletionStage<SortedMap<TopicPartition, Long>> find(
            RestConsumer consumer, Map<TopicPartition, Long> timestamps) {
        List<CompletableFuture<?>> lookups = new ArrayList<>();
        SortedMap<TopicPartition, Long> found =
                java.util.Collections.synchronizedSortedMap(new TreeMap<>());
        timestamps.forEach(
                (partition, timestamp) ->
                        lookups.add(
                                one(consumer, partition, timestamp)
                                        .thenAccept(offset -> found.put(partition, offset))
                                        .toCompletableFuture()));
        return CompletableFuture.allOf(lookups.toArray(CompletableFuture[]::new))
                .thenApply(done -> found);
    }

    private static CompletionStage<Long> one(
            RestConsumer consumer, TopicPartition partition, long timestamp) {
        ConsumerParts parts = consumer.parts();
        OffsetLookup lookup = parts.lookup();
        return lookup.one(
                        partition.topic(), partition.partition(), timestamp, parts.requestTimeout())
                .thenCompose(
                        offset ->
                                offset >= 0
                                        ? CompletableFuture.completedFuture(offset)
                                        : lookup.one(
                                                partition.topic(),
                                                partition.partition(),
                                                OffsetLookup.LATEST,
                                                parts.requestTimeout()));
    }

    /** Fails with 40002 where an offset is beyond the log. */
    private static CompletionStage<?> inLog(
            RestConsumer consumer, Map<TopicPartition, Long> offsets, boolean beginningToo) {
        Map<TopicPartition, Long> ends = new TreeMap<>();
        offsets.keySet().forEach(each -> ends.put(each, OffsetLookup.LATEST));
        Map<TopicPartition, Long> starts = new TreeMap<>();
        if (beginningToo) {
            offsets.keySet().forEach(each -> starts.put(each, OffsetLookup.EARLIEST));
        }
        return find(consumer, ends)
                .thenCombine(
                        find(consumer, starts),
                        (end, start) -> {
                            offsets.forEach(
                                    (partition, offset) ->
                                            check(
                                                    partition,
                                                    offset,
                                                    start.getOrDefault(partition, 0L),
                                                    end.getOrDefault(partition, 0L)));
                            return end;
                        });
    }

    private static void check(TopicPartition partition, long offset, long start, long end) {
        if (offset < start || offset > end) {
            throw ApiError.badRequest(
                            "offset: %d is out of range; partition %d of topic '%s' holds %d to %d."
                                    .formatted(
                                            offset,
                                            partition.partition(),
                                            partition.topic(),
                                            start,
                                            end))
                    .exception();
        }
    }
}
