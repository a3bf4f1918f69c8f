package io.tidemark.gateway.group.describe;

import io.tidemark.gateway.group.GroupErrors;
import io.tidemark.gateway.group.GroupLink;
import io.tidemark.gateway.routing.Reply;
import io.tidemark.protocol.ErrorCode;
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
import org.apache.kafka.common.message.ConsumerGroupDescribeRequestData;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData;

/** Asks what groups there are and what they are. Safe for any thread. */
public final class GroupQueries {

    private static final byte GROUP_KEY = 0;

    private final GroupLink link;
    private final Duration timeout;

    /**
     * @param timeout for each question
     */
    public GroupQueries(GroupLink link, Duration timeout) {
        this.link = link;
        this.timeout = timeout;
    }

    GroupLink link() {
        return link;
    }

    Duration timeout() {
        return timeout;
    }

    /**
     * All groups.
     *
     * @param states as Kafka names them; empty for all
     * @param types {@code classic}, {@code consumer}; empty for all
     */
    public CompletionStage<List<GroupListing>> list(List<String> states, List<String> types) {
        return link.<ListGroupsResponseData, List<GroupListing>>ask(
                "",
                GroupLink.ADMIN,
                () -> new ListGroupsRequestData().setStatesFilter(states).setTypesFilter(types),
                GroupQueries::listings,
                GroupLink.Repeat.ALWAYS,
                timeout);
    }

    private static Reply<List<GroupListing>> listings(ListGroupsResponseData answer) {
        if (answer.errorCode() != 0) {
            return new Reply.Refused<>(ErrorCode.of(answer.errorCode()), "");
        }
        return new Reply.Answer<>(
                answer.groups().stream()
                        .map(
                                each ->
                                        new GroupListing(
                                                each.groupId(),
                                                each.protocolType(),
                                                each.groupState(),
                                                each.groupType()))
                        .toList());
    }

    /**
     * One group.
     *
     * @return fails with an {@link io.tidemark.gateway.error.ApiErrorException}, 40405 where there
     *     is none
     */
    public CompletionStage<GroupDescription> describe(String group) {
        return describe(List.of(group))
                .thenApply(
                        found -> {
                            GroupDescription description = found.get(group);
                            if (description == null) {
                                throw GroupErrors.groupNotFound(group).exception();
                            }
                            return description;
                        });
    }

    /** Several groups, of either protocol; those that do not exist are left out. */
    public CompletionStage<SortedMap<String, GroupDescription>> describe(
            Collection<String> groups) {
        if (groups.isEmpty()) {
            return CompletableFuture.completedFuture(new TreeMap<>());
        }
        List<String> ids = List.copyOf(groups);
        return link.<ConsumerGroupDescribeResponseData, SortedMap<String, GroupDescription>>ask(
                        ids.getFirst(),
                        GroupLink.ADMIN,
                        () -> new ConsumerGroupDescribeRequestData().setGroupIds(ids),
                        GroupQueries::consumers,
                        GroupLink.Repeat.ALWAYS,
                        timeout)
                .thenCompose(found -> withClassic(ids, found));
    }

    private static Reply<SortedMap<String, GroupDescription>> consumers(
            ConsumerGroupDescribeResponseData answer) {
        SortedMap<String, GroupDescription> found = new TreeMap<>();
        for (var group : answer.groups()) {
            ErrorCode error = ErrorCode.of(group.errorCode());
            if (error.retriable()) {
                return new Reply.Refused<>(error, String.valueOf(group.errorMessage()));
            }
            if (error == ErrorCode.NONE) {
                found.put(group.groupId(), Descriptions.of(group));
            } else if (error != ErrorCode.GROUP_ID_NOT_FOUND) {
                return new Reply.Refused<>(error, String.valueOf(group.errorMessage()));
            }
        }
        return new Reply.Answer<>(found);
    }

    private CompletionStage<SortedMap<String, GroupDescription>> withClassic(
            List<String> ids, SortedMap<String, GroupDescription> found) {
        List<String> others = new ArrayList<>(ids);
        others.removeAll(found.keySet());
        if (others.isEmpty()) {
            return CompletableFuture.completedFuture(found);
        }
        return link.<DescribeGroupsResponseData, SortedMap<String, GroupDescription>>ask(
                        others.getFirst(),
                        GroupLink.ADMIN,
                        () -> new DescribeGroupsRequestData().setGroups(others),
                        GroupQueries::classic,
                        GroupLink.Repeat.ALWAYS,
                        timeout)
                .thenApply(
                        classic -> {
                            classic.putAll(found);
                            return classic;
                        });
    }

    private static Reply<SortedMap<String, GroupDescription>> classic(
            DescribeGroupsResponseData answer) {
        SortedMap<String, GroupDescription> found = new TreeMap<>();
        for (var group : answer.groups()) {
            ErrorCode error = ErrorCode.of(group.errorCode());
            boolean unknown =
                    error == ErrorCode.GROUP_ID_NOT_FOUND
                            || error == ErrorCode.NONE && group.groupState().equals("Dead");
            if (error != ErrorCode.NONE && !unknown) {
                return new Reply.Refused<>(error, String.valueOf(group.errorMessage()));
            }
            if (!unknown) {
                found.put(group.groupId(), Descriptions.of(group));
            }
        }
        return new Reply.Answer<>(found);
    }

    /** The node that passes requests on to each group's coordinator; those unknown are left out. */
    public CompletionStage<Map<String, Integer>> coordinators(Collection<String> groups) {
        if (groups.isEmpty()) {
            return CompletableFuture.completedFuture(Map.of());
        }
        List<String> ids = List.copyOf(groups);
        return link.<FindCoordinatorResponseData, Map<String, Integer>>ask(
                ids.getFirst(),
                GroupLink.ADMIN,
                () ->
                        new FindCoordinatorRequestData()
                                .setKeyType(GROUP_KEY)
                                .setCoordinatorKeys(ids),
                answer -> {
                    Map<String, Integer> nodes = new HashMap<>();
                    for (var each : answer.coordinators()) {
                        if (each.errorCode() == 0) {
                            nodes.put(each.key(), each.nodeId());
                        }
                    }
                    return new Reply.Answer<>(nodes);
                },
                GroupLink.Repeat.ALWAYS,
                timeout);
    }
}
