package io.tidemark.coordinator.group.table;

import io.tidemark.coordinator.group.Caller;
import io.tidemark.coordinator.group.Decision;
import io.tidemark.coordinator.group.GroupChange;
import io.tidemark.coordinator.group.GroupRuntime;
import io.tidemark.protocol.ErrorCode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.apache.kafka.common.message.ConsumerGroupDescribeRequestData;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DeleteGroupsResponseData;
import org.apache.kafka.common.message.DeleteGroupsResponseData.DeletableGroupResult;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.message.ListGroupsResponseData.ListedGroup;

/** What administrators ask: which groups there are, what they are like, and their end. */
public final class GroupAdmin {
    private static final short FIRST_DESCRIBE_WITH_NOT_FOUND = 6;
    private static final String DEAD = "Dead";

    private final GroupTable table;

    GroupAdmin(GroupTable table) {
        this.table = table;
    }

    public CompletionStage<ListGroupsResponseData> list(ListGroupsRequestData request) {
        Set<String> states = lowerCase(request.statesFilter());
        Set<String> types = lowerCase(request.typesFilter());
        ListGroupsResponseData response = new ListGroupsResponseData();
        for (Group group : table.all()) {
            if (accepts(states, group.state()) && accepts(types, group.type())) {
                response.groups()
                        .add(
                                new ListedGroup()
                                        .setGroupId(group.id())
                                        .setProtocolType(group.protocolType())
                                        .setGroupState(group.state())
                                        .setGroupType(group.type()));
            }
        }
        return CompletableFuture.completedFuture(response);
    }

    private static Set<String> lowerCase(List<String> filter) {
        return filter.stream().map(f -> f.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    }

    private static boolean accepts(Set<String> filter, String value) {
        return filter.isEmpty() || filter.contains(value.toLowerCase(Locale.ROOT));
    }

    public CompletionStage<DescribeGroupsResponseData> describe(
            Caller caller, DescribeGroupsRequestData request) {
        DescribeGroupsResponseData response = new DescribeGroupsResponseData();
        for (String id : request.groups()) {
            response.groups().add(describe(caller, id));
        }
        return CompletableFuture.completedFuture(response);
    }

    private DescribeGroupsResponseData.DescribedGroup describe(Caller caller, String id) {
        DescribeGroupsResponseData.DescribedGroup answer =
                new DescribeGroupsResponseData.DescribedGroup().setGroupId(id);
        Optional<Group> group = table.find(id);
        if (group.isEmpty() || !group.get().isClassic()) {
            answer.setGroupState(DEAD);
            if (caller.apiVersion() >= FIRST_DESCRIBE_WITH_NOT_FOUND) {
                answer.setErrorCode(ErrorCode.GROUP_ID_NOT_FOUND.number())
                        .setErrorMessage(
                                group.isEmpty()
                                        ? "Group " + id + " not found."
                                        : "Group " + id + " is not a classic group.");
            }
            return answer;
        }
        answer.setGroupState(group.get().state()).setProtocolType(group.get().protocolType());
        group.get().membership().ifPresent(members -> members.describe(answer));
        return answer;
    }

    public CompletionStage<ConsumerGroupDescribeResponseData> describeConsumer(
            ConsumerGroupDescribeRequestData request) {
        ConsumerGroupDescribeResponseData response = new ConsumerGroupDescribeResponseData();
        for (String id : request.groupIds()) {
            ConsumerGroupDescribeResponseData.DescribedGroup answer =
                    new ConsumerGroupDescribeResponseData.DescribedGroup().setGroupId(id);
            Optional<Group> group = table.find(id);
            if (group.isPresent() && !group.get().isClassic()) {
                group.get().membership().ifPresent(members -> members.describe(answer));
            } else {
                answer.setErrorCode(ErrorCode.GROUP_ID_NOT_FOUND.number())
                        .setErrorMessage(
                                group.isEmpty()
                                        ? "Group " + id + " not found."
                                        : "Group " + id + " is not a consumer group.");
            }
            response.groups().add(answer);
        }
        return CompletableFuture.completedFuture(response);
    }

    public CompletionStage<DeleteGroupsResponseData> delete(DeleteGroupsRequestData request) {
        DeleteGroupsResponseData response = new DeleteGroupsResponseData();
        Set<String> removed = new LinkedHashSet<>();
        for (String id : request.groupsNames()) {
            ErrorCode error =
                    table.find(id)
                            .map(g -> g.hasMembers() ? ErrorCode.NON_EMPTY_GROUP : ErrorCode.NONE)
                            .orElse(ErrorCode.GROUP_ID_NOT_FOUND);
            if (error == ErrorCode.NONE && !removed.add(id)) {
                error = ErrorCode.GROUP_ID_NOT_FOUND;
            }
            response.results()
                    .add(new DeletableGroupResult().setGroupId(id).setErrorCode(error.number()));
        }
        GroupRuntime runtime = table.world().runtime();
        CompletionStage<DeleteGroupsResponseData> answer =
                runtime.decide(
                        new Decision<>(
                                removed.stream()
                                        .<GroupChange>map(GroupChange.GroupRemoved::new)
                                        .toList(),
                                response,
                                error -> failed(response, error)));
        removed.stream()
                .filter(id -> runtime.decided().find(id).isEmpty())
                .forEach(id -> table.find(id).ifPresent(table::remove));
        return answer;
    }

    /** What was to be removed, and is not, or perhaps not. */
    private static DeleteGroupsResponseData failed(
            DeleteGroupsResponseData response, ErrorCode error) {
        for (DeletableGroupResult result : response.results()) {
            if (result.errorCode() == ErrorCode.NONE.number()) {
                result.setErrorCode(error.number());
            }
        }
        return response;
    }
}
