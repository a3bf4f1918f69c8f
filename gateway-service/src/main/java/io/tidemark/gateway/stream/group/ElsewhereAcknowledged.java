package io.tidemark.gateway.stream.group;

import io.tidemark.gateway.consume.OffsetLookup;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.group.CommittedOffset;
import io.tidemark.gateway.group.GroupErrors;
import io.tidemark.gateway.group.GroupLink;
import io.tidemark.gateway.group.GroupOffsets;
import io.tidemark.gateway.group.describe.GroupDescription;
import io.tidemark.gateway.group.describe.GroupQueries;
import io.tidemark.gateway.group.member.TopicPartition;
import io.tidemark.gateway.routing.ClusterView;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Acknowledges for a stream of another gateway: the coordinator says what the member has and which
 * epoch it is in. That stream finds out when it is out of credit. Safe for any thread.
 */
final class ElsewhereAcknowledged {

    private final ClusterView view;
    private final GroupQueries queries;
    private final GroupOffsets offsets;
    private final OffsetLookup lookup;

    ElsewhereAcknowledged(
            ClusterView view, GroupQueries queries, GroupOffsets offsets, OffsetLookup lookup) {
        this.view = view;
        this.queries = queries;
        this.offsets = offsets;
        this.lookup = lookup;
    }

    /**
     * @return what became of each; fails with an {@link
     *     io.tidemark.gateway.error.ApiErrorException}
     */
    CompletionStage<SortedMap<TopicPartition, ErrorCode>> acknowledge(
            String group, Acknowledgement wanted) {
        return queries.describe(group)
                .thenCompose(
                        description -> {
                            GroupDescription.Member member =
                                    description
                                            .member(wanted.memberId())
                                            .orElseThrow(() -> unknown(group, wanted.memberId()));
                            SortedMap<TopicPartition, Long> mine =
                                    wanted.of(partitions(member), member.memberId());
                            return check(mine).thenCompose(checked -> commit(group, member, mine));
                        });
    }

    private static RuntimeException unknown(String group, String memberId) {
        return new ApiError(
                        404, 40403, "Member '%s' is not in group '%s'.".formatted(memberId, group))
                .exception();
    }

    private List<TopicPartition> partitions(GroupDescription.Member member) {
        List<TopicPartition> partitions = new ArrayList<>();
        member.partitions()
                .forEach(
                        (name, numbers) ->
                                view.topic(name)
                                        .ifPresent(
                                                topic ->
                                                        numbers.forEach(
                                                                each ->
                                                                        partitions.add(
                                                                                new TopicPartition(
                                                                                        topic.id(),
                                                                                        name,
                                                                                        each)))));
        return partitions;
    }

    /** No further than the log goes. */
    private CompletionStage<?> check(SortedMap<TopicPartition, Long> wanted) {
        Map<String, CompletableFuture<long[]>> ends = new HashMap<>();
        for (TopicPartition each : wanted.keySet()) {
            ends.computeIfAbsent(
                    each.topic(),
                    name -> {
                        TopicImage topic = view.requireTopic(name);
                        return lookup.all(topic, OffsetLookup.LATEST, GroupStreams.TIMEOUT)
                                .toCompletableFuture();
                    });
        }
        return CompletableFuture.allOf(ends.values().toArray(CompletableFuture[]::new))
                .thenRun(
                        () ->
                                wanted.forEach(
                                        (each, offset) -> {
                                            CompletableFuture<long[]> found =
                                                    ends.get(each.topic());
                                            long end =
                                                    found == null
                                                            ? 0
                                                            : found.join()[each.partition()];
                                            if (offset > end) {
                                                throw ApiError.badRequest(
                                                                "offset %d of %s lies beyond its end, %d."
                                                                        .formatted(
                                                                                offset, each, end))
                                                        .exception();
                                            }
                                        }));
    }

    private CompletionStage<SortedMap<TopicPartition, ErrorCode>> commit(
            String group, GroupDescription.Member member, SortedMap<TopicPartition, Long> wanted) {
        SortedMap<TopicPartition, CommittedOffset> sent = new TreeMap<>();
        wanted.forEach((each, offset) -> sent.put(each, CommittedOffset.at(offset)));
        return offsets.commit(
                        new GroupOffsets.Committer(group, member.memberId(), member.epoch()),
                        sent,
                        GroupLink.ADMIN,
                        GroupStreams.TIMEOUT)
                .thenApply(
                        outcome -> {
                            outcome.values().stream()
                                    .filter(error -> error != ErrorCode.NONE)
                                    .findFirst()
                                    .ifPresent(
                                            error -> {
                                                throw GroupErrors.of(error, group, "").exception();
                                            });
                            return outcome;
                        });
    }
}
