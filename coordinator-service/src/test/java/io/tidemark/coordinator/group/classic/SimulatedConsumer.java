package io.tidemark.coordinator.group.classic;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.coordinator.group.Membership;
import io.tidemark.environment.SeededEntropy;
import io.tidemark.protocol.ErrorCode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.jspecify.annotations.Nullable;

/** A consumer as clients are: it joins, syncs, sends heartbeats, and starts anew where it must. */
final class SimulatedConsumer {
    static final int REBALANCE_MS = 5_000;
    static final int SESSION_MS = 6_000;
    static final int PARTITIONS = 7;

    private static final int BEAT_MS = 1_000;
    private static final int REQUEST_TIMEOUT_MS = 2_000;
    private static final int JOIN_TIMEOUT_MS = REBALANCE_MS + 3_000;

    private final Cluster cluster;
    private final SimulatedTime time;
    private final SeededEntropy chance;
    private final @Nullable String instanceId;
    private final int version;
    private String memberId = "";
    private int generation = -1;
    private List<Integer> owned = List.of();
    private boolean in;
    private boolean running;
    private long pausedUntil;
    private long turn;

    /** What consumers meet: a group that may be away, a network that loses, a ledger. */
    interface Cluster {
        <R> void call(
                Function<Membership, CompletionStage<R>> request,
                Consumer<R> answer,
                Runnable away);

        void delivered(String identity, int generation, List<Integer> partitions);

        void committed(int generation);
    }

    SimulatedConsumer(
            Cluster cluster,
            SimulatedTime time,
            SeededEntropy chance,
            @Nullable String instanceId,
            int version) {
        this.cluster = cluster;
        this.time = time;
        this.chance = chance;
        this.instanceId = instanceId;
        this.version = version;
    }

    boolean isRunning() {
        return running;
    }

    /** Whether it has an assignment of a generation that it believes to be the present one. */
    boolean isIn() {
        return in;
    }

    int generation() {
        return generation;
    }

    String memberId() {
        return memberId;
    }

    List<Integer> owned() {
        return owned;
    }

    void start() {
        running = true;
        forget();
        join();
    }

    /** Without a word. */
    void crash() {
        running = false;
        in = false;
        turn++;
    }

    void leave() {
        if (!running) {
            return;
        }
        String id = memberId;
        crash();
        cluster.call(
                group ->
                        group.leave(
                                Scene.caller(5),
                                new LeaveGroupRequestData()
                                        .setMembers(
                                                List.of(
                                                        new MemberIdentity()
                                                                .setMemberId(id)
                                                                .setGroupInstanceId(instanceId)))),
                answer -> {},
                () -> {});
    }

    /** It does nothing for a while, and then goes on where it was. */
    void pause(long ms) {
        pausedUntil = time.nanos() / 1_000_000 + ms;
    }

    void commit() {
        if (!in) {
            return;
        }
        int of = generation;
        String id = memberId;
        cluster.call(
                group -> {
                    ErrorCode code =
                            group.checkCommit(
                                    Scene.caller(8), id, instanceId == null ? "" : instanceId, of);
                    if (code == ErrorCode.NONE) {
                        cluster.committed(of);
                    }
                    return CompletableFuture.completedFuture(code);
                },
                code -> {},
                () -> {});
    }

    private void forget() {
        memberId = "";
        generation = -1;
        in = false;
        owned = List.of();
    }

    /** Does something in this turn only, and when it is not paused. */
    private void later(long ms, Runnable action) {
        long of = turn;
        time.schedule(ms, () -> inTurn(of, action));
    }

    private void inTurn(long of, Runnable action) {
        if (of != turn) {
            return;
        }
        long pauseMs = pausedUntil - time.nanos() / 1_000_000;
        if (pauseMs > 0) {
            time.schedule(pauseMs, () -> inTurn(of, action));
        } else {
            action.run();
        }
    }

    private <R> void call(
            Function<Membership, CompletionStage<R>> request,
            Consumer<R> answer,
            Runnable failed,
            long timeoutMs) {
        turn++;
        long of = turn;
        cluster.call(
                request,
                response -> inTurn(of, () -> answer.accept(response)),
                () -> inTurn(of, () -> later(100, failed)));
        later(timeoutMs, failed);
    }

    private void join() {
        in = false;
        JoinGroupRequestData request =
                Scene.request(memberId, Map.of("range", Scene.RANGE))
                        .setGroupInstanceId(instanceId)
                        .setSessionTimeoutMs(SESSION_MS)
                        .setRebalanceTimeoutMs(REBALANCE_MS);
        call(
                group -> group.join(Scene.caller(version), request),
                this::joined,
                this::join,
                JOIN_TIMEOUT_MS);
    }

    private void joined(JoinGroupResponseData answer) {
        switch (ErrorCode.of(answer.errorCode())) {
            case NONE -> {
                memberId = answer.memberId();
                generation = answer.generationId();
                sync(answer);
            }
            case MEMBER_ID_REQUIRED -> {
                memberId = answer.memberId();
                join();
            }
            default -> startAnew(answer.errorCode());
        }
    }

    private void sync(JoinGroupResponseData joined) {
        List<SyncGroupRequestAssignment> assignments =
                joined.leader().equals(memberId) && !joined.skipAssignment()
                        ? assign(joined)
                        : List.of();
        call(
                group ->
                        group.sync(
                                Scene.caller(5),
                                Scene.syncRequest(joined)
                                        .setGroupInstanceId(instanceId)
                                        .setAssignments(assignments)),
                this::synced,
                this::join,
                JOIN_TIMEOUT_MS);
    }

    private static List<SyncGroupRequestAssignment> assign(JoinGroupResponseData joined) {
        List<SyncGroupRequestAssignment> assignments = new ArrayList<>();
        int size = joined.members().size();
        for (int i = 0; i < size; i++) {
            ByteBuffer partitions = ByteBuffer.allocate(PARTITIONS);
            for (int p = i; p < PARTITIONS; p += size) {
                partitions.put((byte) p);
            }
            byte[] given = new byte[partitions.position()];
            partitions.flip().get(given);
            assignments.add(
                    new SyncGroupRequestAssignment()
                            .setMemberId(joined.members().get(i).memberId())
                            .setAssignment(given));
        }
        return assignments;
    }

    private void synced(SyncGroupResponseData answer) {
        if (answer.errorCode() != 0) {
            startAnew(answer.errorCode());
            return;
        }
        owned = new ArrayList<>();
        for (byte partition : answer.assignment()) {
            owned.add((int) partition);
        }
        in = true;
        cluster.delivered(instanceId == null ? memberId : instanceId, generation, owned);
        later(BEAT_MS, this::beat);
    }

    private void beat() {
        call(
                group ->
                        group.heartbeat(
                                Scene.caller(4),
                                new HeartbeatRequestData()
                                        .setMemberId(memberId)
                                        .setGroupInstanceId(instanceId)
                                        .setGenerationId(generation)),
                answer -> {
                    switch (ErrorCode.of(answer.errorCode())) {
                        case NONE -> later(BEAT_MS, this::beat);
                        case REBALANCE_IN_PROGRESS -> {
                            commit();
                            join();
                        }
                        default -> startAnew(answer.errorCode());
                    }
                },
                this::beat,
                REQUEST_TIMEOUT_MS);
    }

    private void startAnew(short error) {
        ErrorCode code = ErrorCode.of(error);
        switch (code) {
            case FENCED_INSTANCE_ID -> crash();
            case UNKNOWN_MEMBER_ID -> {
                forget();
                later(chance.nextInt(50), this::join);
            }
            default -> {
                assertThat(code)
                        .isIn(
                                ErrorCode.REBALANCE_IN_PROGRESS,
                                ErrorCode.ILLEGAL_GENERATION,
                                ErrorCode.NOT_COORDINATOR);
                in = false;
                later(chance.nextInt(100), this::join);
            }
        }
    }
}
