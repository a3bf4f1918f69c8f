package io.tidemark.gateway.group;

import io.tidemark.gateway.group.member.TopicPartition;
import io.tidemark.gateway.routing.Lane;
import io.tidemark.gateway.routing.Reply;
import io.tidemark.protocol.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;

/** Reads and writes the offsets of groups. Safe for any thread. */
public final class GroupOffsets {

    private final GroupLink link;

    public GroupOffsets(GroupLink link) {
        this.link = link;
    }

    /**
     * Who commits.
     *
     * @param memberId empty for one that is in no group: it may commit while the group is empty
     * @param epoch -1 for one that is in no group
     */
    public record Committer(String group, String memberId, int epoch) {

        /** One that is in no group. */
        public static Committer outside(String group) {
            return new Committer(group, "", -1);
        }
    }

    /**
     * Commits, and again until there is an answer. Two commits of one partition must not be under
     * way at once: one that is sent again would undo the other.
     *
     * @return each partition's outcome, {@link ErrorCode#NONE} included. Fails with an {@link
     *     io.tidemark.gateway.error.ApiErrorException} where no coordinator has answered in time.
     */
    public CompletionStage<SortedMap<TopicPartition, ErrorCode>> commit(
            Committer committer,
            Map<TopicPartition, CommittedOffset> offsets,
            Lane lane,
            Duration timeout) {
        if (offsets.isEmpty()) {
            return CompletableFuture.completedFuture(new TreeMap<>());
        }
        Map<TopicPartition, CommittedOffset> sorted = new TreeMap<>(offsets);
        return link.<OffsetCommitResponseData, SortedMap<TopicPartition, ErrorCode>>ask(
                committer.group,
                lane,
                () -> commitRequest(committer, sorted),
                answer -> outcome(answer, sorted.keySet()),
                GroupLink.Repeat.ALWAYS,
                timeout);
    }

    private static OffsetCommitRequestData commitRequest(
            Committer committer, Map<TopicPartition, CommittedOffset> offsets) {
        Map<String, OffsetCommitRequestTopic> topics = new LinkedHashMap<>();
        offsets.forEach(
                (partition, offset) ->
                        topics.computeIfAbsent(
                                        partition.topic(),
                                        name ->
                                                new OffsetCommitRequestTopic()
                                                        .setName(name)
                                                        .setTopicId(partition.topicId())
                                                        .setPartitions(new ArrayList<>()))
                                .partitions()
                                .add(
                                        new OffsetCommitRequestPartition()
                                                .setPartitionIndex(partition.partition())
                                                .setCommittedOffset(offset.offset())
                                                .setCommittedLeaderEpoch(offset.leaderEpoch())
                                                .setCommittedMetadata(offset.metadata())));
        return new OffsetCommitRequestData()
                .setGroupId(committer.group)
                .setMemberId(committer.memberId)
                .setGenerationIdOrMemberEpoch(committer.epoch)
                .setTopics(List.copyOf(topics.values()));
    }

    private static Reply<SortedMap<TopicPartition, ErrorCode>> outcome(
            OffsetCommitResponseData answer, Collection<TopicPartition> asked) {
        SortedMap<TopicPartition, ErrorCode> outcome = new TreeMap<>();
        for (TopicPartition each : asked) {
            outcome.put(each, ErrorCode.UNKNOWN_SERVER_ERROR);
        }
        for (var topic : answer.topics()) {
            for (var partition : topic.partitions()) {
                ErrorCode error = ErrorCode.of(partition.errorCode());
                if (isOfCoordinator(error)) {
                    return new Reply.Refused<>(error, "");
                }
                for (TopicPartition each : asked) {
                    if (each.partition() == partition.partitionIndex()
                            && is(each, topic.name(), topic.topicId())) {
                        outcome.put(each, error);
                    }
                }
            }
        }
        return new Reply.Answer<>(outcome);
    }

    /**
     * What is committed.
     *
     * @return without those partitions for which nothing is; fails with an {@link
     *     io.tidemark.gateway.error.ApiErrorException}
     */
    public CompletionStage<SortedMap<TopicPartition, CommittedOffset>> committed(
            Committer reader, Collection<TopicPartition> partitions, Lane lane, Duration timeout) {
        if (partitions.isEmpty()) {
            return CompletableFuture.completedFuture(new TreeMap<>());
        }
        TreeSet<TopicPartition> sorted = new TreeSet<>(partitions);
        return link.<OffsetFetchResponseData, SortedMap<TopicPartition, CommittedOffset>>ask(
                reader.group,
                lane,
                () -> fetchRequest(reader, sorted),
                answer -> committed(answer, sorted),
                GroupLink.Repeat.ALWAYS,
                timeout);
    }

    private static OffsetFetchRequestData fetchRequest(
            Committer reader, Collection<TopicPartition> partitions) {
        Map<String, OffsetFetchRequestTopics> topics = new LinkedHashMap<>();
        for (TopicPartition each : partitions) {
            topics.computeIfAbsent(
                            each.topic(),
                            name ->
                                    new OffsetFetchRequestTopics()
                                            .setName(name)
                                            .setTopicId(each.topicId())
                                            .setPartitionIndexes(new ArrayList<>()))
                    .partitionIndexes()
                    .add(each.partition());
        }
        OffsetFetchRequestGroup group =
                new OffsetFetchRequestGroup()
                        .setGroupId(reader.group)
                        .setMemberId(reader.memberId.isEmpty() ? null : reader.memberId)
                        .setMemberEpoch(reader.epoch)
                        .setTopics(List.copyOf(topics.values()));
        return new OffsetFetchRequestData().setRequireStable(true).setGroups(List.of(group));
    }

    private static Reply<SortedMap<TopicPartition, CommittedOffset>> committed(
            OffsetFetchResponseData answer, Collection<TopicPartition> asked) {
        if (answer.groups().isEmpty()) {
            return new Reply.Refused<>(
                    answer.errorCode() == 0
                            ? ErrorCode.UNKNOWN_SERVER_ERROR
                            : ErrorCode.of(answer.errorCode()),
                    "The answer names no group.");
        }
        OffsetFetchResponseGroup group = answer.groups().getFirst();
        if (group.errorCode() != 0) {
            return new Reply.Refused<>(ErrorCode.of(group.errorCode()), "");
        }
        SortedMap<TopicPartition, CommittedOffset> committed = new TreeMap<>();
        for (var topic : group.topics()) {
            for (var partition : topic.partitions()) {
                ErrorCode error = ErrorCode.of(partition.errorCode());
                if (isOfCoordinator(error) || error == ErrorCode.UNSTABLE_OFFSET_COMMIT) {
                    return new Reply.Refused<>(error, "");
                }
                for (TopicPartition each : asked) {
                    if (error == ErrorCode.NONE
                            && partition.committedOffset() >= 0
                            && each.partition() == partition.partitionIndex()
                            && is(each, topic.name(), topic.topicId())) {
                        String metadata = partition.metadata();
                        committed.put(
                                each,
                                new CommittedOffset(
                                        partition.committedOffset(),
                                        partition.committedLeaderEpoch(),
                                        metadata == null ? "" : metadata));
                    }
                }
            }
        }
        return new Reply.Answer<>(committed);
    }

    /** An answer names topics by name or by id, as its version has it. */
    private static boolean is(
            TopicPartition asked, String name, org.apache.kafka.common.Uuid topicId) {
        return name.isEmpty() ? asked.topicId().equals(topicId) : asked.topic().equals(name);
    }

    private static boolean isOfCoordinator(ErrorCode error) {
        return switch (error) {
            case COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE, NOT_COORDINATOR -> true;
            default -> false;
        };
    }
}
