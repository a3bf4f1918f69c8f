package io.tidemark.gateway.admin;

import io.tidemark.gateway.consume.OffsetLookup;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.group.CommittedOffset;
import io.tidemark.gateway.group.GroupOffsets;
import io.tidemark.gateway.group.describe.CommittedOffsets;
import io.tidemark.gateway.group.describe.GroupChanges;
import io.tidemark.gateway.group.describe.GroupDescription;
import io.tidemark.gateway.group.describe.GroupQueries;
import io.tidemark.gateway.group.member.TopicPartition;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.TopicImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/** What administrative routes ask of groups and of the logs that they read. Any thread. */
final class Groups {

    private static final int MEMBERS_NAMED = 10;

    private final GroupQueries queries;
    private final CommittedOffsets committed;
    private final GroupChanges changes;
    private final GroupOffsets offsets;
    private final OffsetLookup lookup;
    private final Duration timeout;

    Groups(
            GroupQueries queries,
            CommittedOffsets committed,
            GroupChanges changes,
            GroupOffsets offsets,
            OffsetLookup lookup,
            Duration timeout) {
        this.queries = queries;
        this.committed = committed;
        this.changes = changes;
        this.offsets = offsets;
        this.lookup = lookup;
        this.timeout = timeout;
    }

    GroupQueries queries() {
        return queries;
    }

    CommittedOffsets committed() {
        return committed;
    }

    GroupChanges changes() {
        return changes;
    }

    GroupOffsets offsets() {
        return offsets;
    }

    Duration timeout() {
        return timeout;
    }

    Mono<GroupDescription> describe(String group) {
        return Mono.fromCompletionStage(() -> queries.describe(group));
    }

    /** The group, where nobody is in it; else an error that names who is. */
    Mono<GroupDescription> describeEmpty(String group) {
        return describe(group)
                .map(
                        description -> {
                            if (!description.members().isEmpty()) {
                                throw inUse(description).exception();
                            }
                            return description;
                        });
    }

    static ApiError inUse(GroupDescription group) {
        int count = group.members().size();
        String names =
                group.members().stream()
                        .limit(MEMBERS_NAMED)
                        .map(
                                each ->
                                        "%s (%s, %s)"
                                                .formatted(
                                                        each.memberId(),
                                                        each.clientId(),
                                                        each.clientHost()))
                        .collect(Collectors.joining(", "));
        return new ApiError(
                409,
                40903,
                "Group '%s' is in use by %d member%s: %s%s. Stop them first."
                        .formatted(
                                group.group(),
                                count,
                                count == 1 ? "" : "s",
                                names,
                                count > MEMBERS_NAMED ? ", …" : ""));
    }

    /**
     * Offsets of all partitions of several topics.
     *
     * @param timestampMs a time, or one of {@link OffsetLookup}'s
     */
    CompletionStage<Map<String, long[]>> offsets(
            ClusterImage image, Collection<String> topics, long timestampMs) {
        Map<String, CompletableFuture<long[]>> asked = new HashMap<>();
        for (String name : topics) {
            image.topic(name)
                    .ifPresent(
                            topic ->
                                    asked.put(
                                            name,
                                            lookup.all(topic, timestampMs, timeout)
                                                    .toCompletableFuture()));
        }
        return CompletableFuture.allOf(asked.values().toArray(CompletableFuture[]::new))
                .thenApply(
                        done -> {
                            Map<String, long[]> found = new HashMap<>();
                            asked.forEach((name, offsets) -> found.put(name, offsets.join()));
                            return found;
                        });
    }

    /** How far behind a group is, in all partitions that it has committed or that it reads. */
    Mono<List<GroupLag>> lags(ClusterImage image, String group) {
        return describe(group)
                .zipWith(Mono.fromCompletionStage(() -> committed.of(group)))
                .flatMap(
                        both -> {
                            SortedMap<TopicPartition, CommittedOffset> known =
                                    with(image, both.getT1(), both.getT2());
                            List<String> topics =
                                    known.keySet().stream()
                                            .map(TopicPartition::topic)
                                            .distinct()
                                            .toList();
                            return Mono.fromCompletionStage(
                                            () -> offsets(image, topics, OffsetLookup.LATEST))
                                    .map(ends -> lags(both.getT1(), known, ends));
                        });
    }

    /** Adds what members read and nothing is committed of. */
    private static SortedMap<TopicPartition, CommittedOffset> with(
            ClusterImage image,
            GroupDescription group,
            SortedMap<TopicPartition, CommittedOffset> committed) {
        SortedMap<TopicPartition, CommittedOffset> all = new TreeMap<>(committed);
        for (GroupDescription.Member member : group.members()) {
            member.partitions()
                    .forEach(
                            (name, partitions) -> {
                                TopicImage topic = image.topic(name).orElse(null);
                                if (topic != null) {
                                    partitions.forEach(
                                            each ->
                                                    all.putIfAbsent(
                                                            new TopicPartition(
                                                                    topic.id(), name, each),
                                                            CommittedOffset.at(GroupLag.NONE)));
                                }
                            });
        }
        return all;
    }

    private static List<GroupLag> lags(
            GroupDescription group,
            SortedMap<TopicPartition, CommittedOffset> known,
            Map<String, long[]> ends) {
        List<GroupLag> lags = new ArrayList<>();
        known.forEach(
                (each, offset) -> {
                    long[] end = ends.get(each.topic());
                    if (end != null && each.partition() < end.length) {
                        lags.add(
                                new GroupLag(
                                        each.topic(),
                                        each.partition(),
                                        group.owner(each.topic(), each.partition()),
                                        offset.offset(),
                                        end[each.partition()]));
                    }
                });
        return lags;
    }
}
