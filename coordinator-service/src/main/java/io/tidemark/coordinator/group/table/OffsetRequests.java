package io.tidemark.coordinator.group.table;

import io.tidemark.coordinator.group.Caller;
import io.tidemark.coordinator.group.Decision;
import io.tidemark.coordinator.group.GroupChange;
import io.tidemark.coordinator.group.GroupChange.Offset;
import io.tidemark.coordinator.group.GroupWorld;
import io.tidemark.coordinator.group.Membership;
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
public final class OffsetRequests {
    private static final short FIRST_VERSION_OF_KIP_848 = 9;
    static final int OFFSETS_A_CHANGE = 100;

    private final GroupTable table;
    private final GroupWorld world;

    OffsetRequests(GroupTable table) {
        this.table = table;
        this.world = table.world();
    }

    public CompletionStage<OffsetCommitResponseData> commit(
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
        table.findOrCreate(request.groupId());
        return world.runtime()
                .decide(
                        new Decision<>(
                                changes(request.groupId(), commits.offsets()),
                                commits.response(),
                                error -> OffsetCommits.refused(request, error)));
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

    public CompletionStage<OffsetFetchResponseData> fetch(
            Caller caller, OffsetFetchRequestData request) {
        List<OffsetFetchRequestGroup> asked = OffsetReads.groups(request, caller.apiVersion());
        List<OffsetFetchResponseGroup> answers = asked.stream().map(this::read).toList();
        short version = caller.apiVersion();
        return world.runtime()
                .confirm(
                        OffsetReads.response(request, version, answers),
                        error ->
                                OffsetReads.response(
                                        request,
                                        version,
                                        asked.stream()
                                                .map(group -> OffsetReads.refused(group, error))
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
                        world.runtime().decided().offsets(request.groupId()),
                        world.image().get())
                : OffsetReads.refused(request, error);
    }

    public CompletionStage<OffsetDeleteResponseData> delete(OffsetDeleteRequestData request) {
        Optional<Group> found = table.find(request.groupId());
        if (found.isEmpty()) {
            return done(OffsetDeletes.refused(ErrorCode.GROUP_ID_NOT_FOUND));
        }
        Group group = found.get();
        OffsetDeletes deletes =
                OffsetDeletes.of(request, group.offsets(), group.membership(), world.image().get());
        List<GroupChange> changes =
                deletes.partitions().isEmpty()
                        ? List.of()
                        : List.of(new GroupChange.OffsetsRemoved(group.id(), deletes.partitions()));
        return world.runtime()
                .decide(new Decision<>(changes, deletes.response(), OffsetDeletes::refused));
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static <T> CompletionStage<T> done(T response) {
        return CompletableFuture.completedFuture(response);
    }
}
