package io.tidemark.coordinator.group.table;

import io.tidemark.coordinator.group.Caller;
import io.tidemark.coordinator.group.GroupChange;
import io.tidemark.coordinator.group.GroupChange.Offset;
import io.tidemark.coordinator.group.GroupWorld;
import io.tidemark.coordinator.group.Membership;
import io.tidemark.coordinator.group.offset.GroupOffsets;
import io.tidemark.coordinator.group.offset.OffsetCommits;
import io.tidemark.coordinator.group.offset.OffsetDeletes;
import io.tidemark.coordinator.group.offset.OffsetReads;
import io.tidemark.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.jspecify.annotations.Nullable;

/**
 * What is asked about offsets. A commit is answered once it is durable, and a read once this
 * coordinator is known to lead still and all that was read is durable: what one consumer has read,
 * no other finds gone.
 */
final class OffsetRequests {
    private static final short FIRST_VERSION_OF_KIP_848 = 9;
    private static final int OFFSETS_A_CHANGE = 100;

    private final GroupTable table;
    private final GroupWorld world;

    OffsetRequests(GroupTable table) {
        this.table = table;
        this.world = table.world();
    }

    CompletionStage<OffsetCommitResponseData> commit(
            Caller caller, OffsetCommitRequestData request) {
        ErrorCode refusal = checkCommit(caller, request);
        if (refusal != ErrorCode.NONE) {
            return done(OffsetCommits.refused(request, refusal));
        }
        OffsetCommits commits =
                OffsetCommits.of(
                        request,
                        world.image().get(),
                        fence(request),
                        world.settings().maxMetadataBytes(),
                        world.clock().wallMs());
        if (commits.offsets().isEmpty()) {
            return done(commits.response());
        }
        if (!table.hasRoomFor(request.groupId())) {
            return done(OffsetCommits.refused(request, ErrorCode.POLICY_VIOLATION));
        }
        commits.offsets().forEach(table.findOrCreate(request.groupId()).offsets()::put);
        return world.log()
                .append(changes(request.groupId(), commits.offsets()))
                .handle(
                        (durable, failure) ->
                                failure == null
                                        ? commits.response()
                                        : OffsetCommits.refused(
                                                request, ErrorCode.NOT_COORDINATOR));
    }

    private OffsetCommits.Fence fence(OffsetCommitRequestData request) {
        Optional<Membership> members = table.find(request.groupId()).flatMap(Group::membership);
        if (members.isEmpty()) {
            return (topicId, partition) -> ErrorCode.NONE;
        }
        Membership membership = members.get();
        String memberId = orEmpty(request.memberId());
        int epoch = request.generationIdOrMemberEpoch();
        return (topicId, partition) ->
                membership.checkCommitTo(memberId, epoch, topicId, partition);
    }

    /** A commit of very many partitions goes into several entries of the log. */
    private static List<GroupChange> changes(String group, List<Offset> offsets) {
        List<GroupChange> changes = new ArrayList<>();
        for (int from = 0; from < offsets.size(); from += OFFSETS_A_CHANGE) {
            int to = Math.min(offsets.size(), from + OFFSETS_A_CHANGE);
            changes.add(new GroupChange.OffsetsCommitted(group, offsets.subList(from, to)));
        }
        return changes;
    }

    private ErrorCode checkCommit(Caller caller, OffsetCommitRequestData request) {
        if (request.groupId() == null) {
            return ErrorCode.INVALID_GROUP_ID;
        }
        Optional<Group> group = table.find(request.groupId());
        Optional<Membership> members = group.flatMap(Group::membership);
        int epoch = request.generationIdOrMemberEpoch();
        if (members.isPresent()) {
            return members.get()
                    .checkCommit(
                            caller,
                            orEmpty(request.memberId()),
                            orEmpty(request.groupInstanceId()),
                            epoch);
        }
        if (epoch < 0) {
            return ErrorCode.NONE;
        }
        if (group.isPresent()) {
            return ErrorCode.UNKNOWN_MEMBER_ID;
        }
        return caller.apiVersion() >= FIRST_VERSION_OF_KIP_848
                ? ErrorCode.GROUP_ID_NOT_FOUND
                : ErrorCode.ILLEGAL_GENERATION;
    }

    CompletionStage<OffsetFetchResponseData> fetch(Caller caller, OffsetFetchRequestData request) {
        List<OffsetFetchRequestGroup> asked = OffsetReads.groups(request, caller.apiVersion());
        List<OffsetFetchResponseGroup> answers = asked.stream().map(this::read).toList();
        return world.log()
                .append(List.of())
                .handle(
                        (confirmed, failure) ->
                                OffsetReads.response(
                                        request,
                                        caller.apiVersion(),
                                        failure == null
                                                ? answers
                                                : asked.stream()
                                                        .map(
                                                                group ->
                                                                        OffsetReads.refused(
                                                                                group,
                                                                                ErrorCode
                                                                                        .NOT_COORDINATOR))
                                                        .toList()));
    }

    private OffsetFetchResponseGroup read(OffsetFetchRequestGroup request) {
        if (request.groupId() == null) {
            return OffsetReads.refused(request, ErrorCode.INVALID_GROUP_ID);
        }
        Optional<Group> group = table.find(request.groupId());
        ErrorCode error =
                group.flatMap(Group::membership)
                        .map(m -> m.checkFetch(orEmpty(request.memberId()), request.memberEpoch()))
                        .orElse(ErrorCode.NONE);
        return error == ErrorCode.NONE
                ? OffsetReads.read(
                        request,
                        group.map(Group::offsets).orElseGet(GroupOffsets::new),
                        world.image().get())
                : OffsetReads.refused(request, error);
    }

    CompletionStage<OffsetDeleteResponseData> delete(OffsetDeleteRequestData request) {
        Optional<Group> found = table.find(request.groupId());
        if (found.isEmpty()) {
            return done(OffsetDeletes.refused(ErrorCode.GROUP_ID_NOT_FOUND));
        }
        Group group = found.get();
        OffsetDeletes deletes =
                OffsetDeletes.of(request, group.offsets(), group.membership(), world.image().get());
        if (deletes.partitions().isEmpty()) {
            return done(deletes.response());
        }
        group.offsets().removeAll(deletes.partitions());
        return world.log()
                .append(List.of(new GroupChange.OffsetsRemoved(group.id(), deletes.partitions())))
                .handle(
                        (durable, failure) ->
                                failure == null
                                        ? deletes.response()
                                        : OffsetDeletes.refused(ErrorCode.NOT_COORDINATOR));
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static <T> CompletionStage<T> done(T response) {
        return CompletableFuture.completedFuture(response);
    }
}
