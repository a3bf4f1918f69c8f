package io.tidemark.gateway.group.describe;

import io.tidemark.gateway.group.GroupErrors;
import io.tidemark.gateway.group.GroupLink;
import io.tidemark.gateway.group.member.TopicPartition;
import io.tidemark.gateway.routing.Reply;
import io.tidemark.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DeleteGroupsResponseData;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopicCollection;
import org.apache.kafka.common.message.OffsetDeleteResponseData;

/** Deletes groups, and offsets of groups. Safe for any thread. */
public final class GroupChanges {

    private final GroupQueries queries;

    public GroupChanges(GroupQueries queries) {
        this.queries = queries;
    }

    /**
     * Deletes a group and its offsets.
     *
     * @return {@link ErrorCode#NONE}, or why not. Fails with an {@link
     *     io.tidemark.gateway.error.ApiErrorException} where there is no answer.
     */
    public CompletionStage<ErrorCode> delete(String group) {
        return queries.link()
                .<DeleteGroupsResponseData, ErrorCode>ask(
                        group,
                        GroupLink.ADMIN,
                        () -> new DeleteGroupsRequestData().setGroupsNames(List.of(group)),
                        answer -> reply(answer.results().iterator().next().errorCode()),
                        GroupLink.Repeat.ALWAYS,
                        queries.timeout());
    }

    private static Reply<ErrorCode> reply(short number) {
        ErrorCode error = ErrorCode.of(number);
        return error.retriable() ? new Reply.Refused<>(error, "") : new Reply.Answer<>(error);
    }

    /**
     * Deletes offsets.
     *
     * @return each partition's outcome. Fails with an {@link
     *     io.tidemark.gateway.error.ApiErrorException} where the group refuses.
     */
    public CompletionStage<SortedMap<TopicPartition, ErrorCode>> deleteOffsets(
            String group, Collection<TopicPartition> partitions) {
        Map<String, OffsetDeleteRequestTopic> topics = new TreeMap<>();
        for (TopicPartition each : partitions) {
            topics.computeIfAbsent(
                            each.topic(),
                            name ->
                                    new OffsetDeleteRequestTopic()
                                            .setName(name)
                                            .setPartitions(new ArrayList<>()))
                    .partitions()
                    .add(new OffsetDeleteRequestPartition().setPartitionIndex(each.partition()));
        }
        return queries.link()
                .<OffsetDeleteResponseData, SortedMap<TopicPartition, ErrorCode>>ask(
                        group,
                        GroupLink.ADMIN,
                        () -> request(group, topics.values()),
                        answer -> outcome(group, answer, partitions),
                        GroupLink.Repeat.ALWAYS,
                        queries.timeout());
    }

    private static OffsetDeleteRequestData request(
            String group, Collection<OffsetDeleteRequestTopic> topics) {
        OffsetDeleteRequestTopicCollection collection = new OffsetDeleteRequestTopicCollection();
        topics.forEach(topic -> collection.add(topic.duplicate()));
        return new OffsetDeleteRequestData().setGroupId(group).setTopics(collection);
    }

    private static Reply<SortedMap<TopicPartition, ErrorCode>> outcome(
            String group, OffsetDeleteResponseData answer, Collection<TopicPartition> asked) {
        ErrorCode error = ErrorCode.of(answer.errorCode());
        if (error.retriable()) {
            return new Reply.Refused<>(error, "");
        }
        if (error != ErrorCode.NONE) {
            throw GroupErrors.of(error, group, "").exception();
        }
        SortedMap<TopicPartition, ErrorCode> outcome = new TreeMap<>();
        for (TopicPartition each : asked) {
            outcome.put(each, ErrorCode.UNKNOWN_SERVER_ERROR);
            var topic = answer.topics().find(each.topic());
            var partition = topic == null ? null : topic.partitions().find(each.partition());
            if (partition != null) {
                outcome.put(each, ErrorCode.of(partition.errorCode()));
            }
        }
        return new Reply.Answer<>(outcome);
    }
}
