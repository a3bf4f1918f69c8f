package io.tidemark.gateway.group.describe;

import io.tidemark.gateway.group.CommittedOffset;
import io.tidemark.gateway.group.GroupLink;
import io.tidemark.gateway.group.member.TopicPartition;
import io.tidemark.gateway.routing.ClusterView;
import io.tidemark.gateway.routing.Reply;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.protocol.ErrorCode;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseTopics;

/** Everything that groups have committed, whatever it is of. Safe for any thread. */
public final class CommittedOffsets {

    private static final int NO_EPOCH = -1;

    private final GroupQueries queries;
    private final ClusterView view;

    public CommittedOffsets(GroupQueries queries, ClusterView view) {
        this.queries = queries;
        this.view = view;
    }

    /**
     * What a group has committed, of topics that are there.
     *
     * @return fails with an {@link io.tidemark.gateway.error.ApiErrorException}
     */
    public CompletionStage<SortedMap<TopicPartition, CommittedOffset>> of(String group) {
        OffsetFetchRequestGroup all = asked(group).setTopics(null);
        return queries.link()
                .<OffsetFetchResponseData, SortedMap<TopicPartition, CommittedOffset>>ask(
                        group,
                        GroupLink.ADMIN,
                        () -> new OffsetFetchRequestData().setGroups(List.of(all)),
                        this::offsets,
                        GroupLink.Repeat.ALWAYS,
                        queries.timeout());
    }

    private static OffsetFetchRequestGroup asked(String group) {
        return new OffsetFetchRequestGroup()
                .setGroupId(group)
                .setMemberId(null)
                .setMemberEpoch(NO_EPOCH);
    }

    private Reply<SortedMap<TopicPartition, CommittedOffset>> offsets(
            OffsetFetchResponseData answer) {
        SortedMap<TopicPartition, CommittedOffset> offsets = new TreeMap<>();
        for (var group : answer.groups()) {
            if (group.errorCode() != 0) {
                return new Reply.Refused<>(ErrorCode.of(group.errorCode()), "");
            }
            for (OffsetFetchResponseTopics each : group.topics()) {
                topic(each).ifPresent(topic -> take(topic, each, offsets));
            }
        }
        return new Reply.Answer<>(offsets);
    }

    /** The answer names topics by name or by id, as its version has it. */
    private Optional<TopicImage> topic(OffsetFetchResponseTopics answer) {
        return answer.name().isEmpty()
                ? view.image().topic(answer.topicId())
                : view.topic(answer.name());
    }

    private static void take(
            TopicImage topic,
            OffsetFetchResponseTopics answer,
            SortedMap<TopicPartition, CommittedOffset> offsets) {
        for (var each : answer.partitions()) {
            String metadata = each.metadata();
            if (each.errorCode() == 0
                    && each.committedOffset() >= 0
                    && each.partitionIndex() < topic.partitions().size()) {
                offsets.put(
                        new TopicPartition(topic.id(), topic.name(), each.partitionIndex()),
                        new CommittedOffset(
                                each.committedOffset(),
                                each.committedLeaderEpoch(),
                                metadata == null ? "" : metadata));
            }
        }
    }

    /** Those of the groups that have committed something of a topic. */
    public CompletionStage<Set<String>> havingCommitted(
            Collection<String> groups, TopicImage topic) {
        if (groups.isEmpty()) {
            return CompletableFuture.completedFuture(Set.of());
        }
        List<Integer> partitions = IntStream.range(0, topic.partitions().size()).boxed().toList();
        Uuid id = topic.id();
        List<OffsetFetchRequestGroup> asked =
                groups.stream()
                        .map(
                                group ->
                                        asked(group)
                                                .setTopics(
                                                        List.of(
                                                                new OffsetFetchRequestTopics()
                                                                        .setName(topic.name())
                                                                        .setTopicId(id)
                                                                        .setPartitionIndexes(
                                                                                partitions))))
                        .toList();
        return queries.link()
                .<OffsetFetchResponseData, Set<String>>ask(
                        topic.name(),
                        GroupLink.ADMIN,
                        () -> new OffsetFetchRequestData().setGroups(asked),
                        answer ->
                                new Reply.Answer<>(
                                        answer.groups().stream()
                                                .filter(CommittedOffsets::hasAny)
                                                .map(each -> each.groupId())
                                                .collect(Collectors.toSet())),
                        GroupLink.Repeat.ALWAYS,
                        queries.timeout());
    }

    private static boolean hasAny(OffsetFetchResponseData.OffsetFetchResponseGroup group) {
        return group.topics().stream()
                .flatMap(topic -> topic.partitions().stream())
                .anyMatch(each -> each.errorCode() == 0 && each.committedOffset() >= 0);
    }
}
