package io.tidemark.coordinator.group.classic;

import io.tidemark.protocol.ErrorCode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The second half of a rebalance: the leader brings the assignments of all, and when they are
 * durable every member that asks learns its own.
 */
final class Syncing {
    private static final Logger LOG = LoggerFactory.getLogger(Syncing.class);

    private final ClassicGroup group;
    private boolean assigned;

    Syncing(ClassicGroup group) {
        this.group = group;
    }

    /** A generation begins. */
    void begin() {
        assigned = false;
        group.members().all().forEach(member -> member.setSynced(false));
    }

    /** The generation ends before its assignments are known: nobody is given anything. */
    void abort() {
        group.members()
                .all()
                .forEach(
                        member -> {
                            member.assign(null);
                            group.answerSync(member, error(ErrorCode.REBALANCE_IN_PROGRESS));
                        });
    }

    CompletionStage<SyncGroupResponseData> sync(SyncGroupRequestData request) {
        ErrorCode error = check(request);
        if (error != ErrorCode.NONE) {
            return CompletableFuture.completedFuture(error(error));
        }
        ClassicMember member = group.members().find(request.memberId()).orElseThrow();
        return switch (group.state()) {
            case EMPTY, DEAD ->
                    CompletableFuture.completedFuture(error(ErrorCode.UNKNOWN_MEMBER_ID));
            case PREPARING_REBALANCE ->
                    CompletableFuture.completedFuture(error(ErrorCode.REBALANCE_IN_PROGRESS));
            case COMPLETING_REBALANCE -> await(member, request.assignments());
            case STABLE -> {
                member.setSynced(true);
                member.alive();
                yield CompletableFuture.completedFuture(assignment(member));
            }
        };
    }

    private ErrorCode check(SyncGroupRequestData request) {
        ErrorCode error =
                group.check(request.memberId(), request.groupInstanceId(), request.generationId());
        if (error != ErrorCode.NONE) {
            return error;
        }
        boolean fits =
                (request.protocolType() == null
                                || request.protocolType().equals(group.protocolType()))
                        && (request.protocolName() == null
                                || request.protocolName().equals(group.protocol()));
        return fits ? ErrorCode.NONE : ErrorCode.INCONSISTENT_GROUP_PROTOCOL;
    }

    private CompletionStage<SyncGroupResponseData> await(
            ClassicMember member, List<SyncGroupRequestAssignment> assignments) {
        group.answerSync(member, error(ErrorCode.REBALANCE_IN_PROGRESS));
        CompletableFuture<SyncGroupResponseData> answer = new CompletableFuture<>();
        member.setSyncing(answer);
        member.setSynced(true);
        if (group.members().isLeader(member) && !assigned) {
            assign(assignments);
        }
        return answer;
    }

    private void assign(List<SyncGroupRequestAssignment> assignments) {
        Map<String, byte[]> given = new HashMap<>();
        assignments.forEach(a -> given.put(a.memberId(), a.assignment()));
        group.members().all().forEach(member -> member.assign(given.remove(member.id())));
        if (!given.isEmpty()) {
            LOG.warn(
                    "The leader of group {} assigned to {} that are no members",
                    group.id(),
                    LogText.of(given.keySet().toString()));
        }
        assigned = true;
        int generation = group.generation();
        group.store(error -> stored(generation, error));
    }

    private void stored(int generation, ErrorCode error) {
        if (!group.is(ClassicState.COMPLETING_REBALANCE) || group.generation() != generation) {
            return;
        }
        if (error == ErrorCode.NONE) {
            group.move(ClassicState.STABLE);
        }
        for (ClassicMember member : group.members().all()) {
            group.answerSync(member, error == ErrorCode.NONE ? assignment(member) : error(error));
            member.alive();
        }
    }

    private SyncGroupResponseData assignment(ClassicMember member) {
        return new SyncGroupResponseData()
                .setProtocolType(group.protocolType())
                .setProtocolName(group.protocol())
                .setAssignment(member.assignment());
    }

    static SyncGroupResponseData error(ErrorCode error) {
        return new SyncGroupResponseData().setErrorCode(error.number());
    }
}
