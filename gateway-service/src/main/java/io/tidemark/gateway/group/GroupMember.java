package io.tidemark.gateway.group;

import io.netty.util.concurrent.EventExecutor;
import io.tidemark.gateway.group.member.GroupMembership;
import io.tidemark.gateway.group.member.MemberEffect;
import io.tidemark.gateway.group.member.Subscription;
import io.tidemark.gateway.group.member.TopicPartition;
import io.tidemark.gateway.routing.Lane;
import io.tidemark.gateway.routing.Reply;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.protocol.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member of a group: a {@link GroupMembership} on an event loop, which sends its heartbeats and
 * commits. Belongs to that loop, and every method is called there; stages complete there, too.
 */
public final class GroupMember {

    private static final Logger LOG = LoggerFactory.getLogger(GroupMember.class);

    /** For a heartbeat, over all attempts: then it is made anew. */
    private static final Duration HEARTBEAT_TIMEOUT = Duration.ofSeconds(10);

    private final GroupMembers parts;
    private final String group;
    private final EventExecutor loop;
    private final Lane lane;
    private final GroupMembership membership;
    private final MemberListener listener;

    /** Commits that wait for the epoch that the next heartbeat brings. */
    private final List<Runnable> afterHeartbeat = new ArrayList<>();

    private CompletionStage<?> lastCommit = CompletableFuture.completedFuture(null);
    private @Nullable Future<?> timer;
    private long timerNanos;
    private boolean stopped;

    GroupMember(
            GroupMembers parts,
            String group,
            EventExecutor loop,
            GroupMembership membership,
            MemberListener listener) {
        this.parts = parts;
        this.group = group;
        this.loop = loop;
        this.lane = parts.link().newLane();
        this.membership = membership;
        this.listener = listener;
    }

    public String group() {
        return group;
    }

    public String memberId() {
        return membership.memberId();
    }

    /** The last epoch given; 0 before the first. */
    public int epoch() {
        return membership.epoch();
    }

    /** What is the member's, with what is being revoked. */
    public SortedSet<TopicPartition> owned() {
        return membership.owned();
    }

    /** Whether the coordinator has answered, and everything assigned is owned. */
    public boolean settled() {
        return membership.settled();
    }

    public Subscription subscription() {
        return membership.subscription();
    }

    /** The loop that this belongs to. */
    public EventExecutor loop() {
        return loop;
    }

    /** Joins, or changes what it wants. */
    public void subscribe(Subscription wanted) {
        requireLoop();
        carryOut(membership.subscribe(parts.clock().nanos(), wanted));
    }

    /** Goes on as a member that another gateway has begun. */
    void resume(Subscription wanted, int epoch, Collection<TopicPartition> owned) {
        requireLoop();
        carryOut(membership.resume(parts.clock().nanos(), wanted, epoch, owned));
    }

    /** Leaves the group; {@link MemberListener#left} tells of the end. */
    public void leave() {
        requireLoop();
        carryOut(membership.leave(parts.clock().nanos()));
    }

    /** Stops without a word: another gateway goes on as this member. Nothing more is told. */
    public void abandon() {
        requireLoop();
        stopped = true;
        parts.forget(this);
        cancelTimer();
        runAfterHeartbeat();
    }

    /**
     * Commits, after all commits that were asked for before. One that meets another epoch is sent
     * again with it, without the partitions that are no longer the member's.
     *
     * @return each partition's outcome. Fails with an {@link
     *     io.tidemark.gateway.error.ApiErrorException} where there was no answer in time.
     */
    public CompletionStage<SortedMap<TopicPartition, ErrorCode>> commit(
            Map<TopicPartition, CommittedOffset> offsets, Duration timeout) {
        requireLoop();
        CompletableFuture<SortedMap<TopicPartition, ErrorCode>> result = new CompletableFuture<>();
        long deadlineNanos = parts.clock().nanos() + timeout.toNanos();
        lastCommit
                .exceptionally(failed -> null)
                .thenRun(() -> commit(offsets, new TreeMap<>(), deadlineNanos, result));
        lastCommit = result;
        return result;
    }

    private void commit(
            Map<TopicPartition, CommittedOffset> offsets,
            SortedMap<TopicPartition, ErrorCode> done,
            long deadlineNanos,
            CompletableFuture<SortedMap<TopicPartition, ErrorCode>> result) {
        SortedSet<TopicPartition> owned = membership.owned();
        Map<TopicPartition, CommittedOffset> left = new TreeMap<>();
        offsets.forEach(
                (partition, offset) -> {
                    if (!stopped && owned.contains(partition)) {
                        left.put(partition, offset);
                    } else {
                        done.put(partition, ErrorCode.ILLEGAL_GENERATION);
                    }
                });
        Duration time = Duration.ofNanos(Math.max(0, deadlineNanos - parts.clock().nanos()));
        parts.offsets()
                .commit(committer(), left, lane, time)
                .whenComplete(
                        (outcome, failure) ->
                                loop.execute(
                                        () -> {
                                            if (failure != null) {
                                                result.completeExceptionally(failure);
                                            } else {
                                                committed(
                                                        left, outcome, done, deadlineNanos, result);
                                            }
                                        }));
    }

    private void committed(
            Map<TopicPartition, CommittedOffset> offsets,
            SortedMap<TopicPartition, ErrorCode> outcome,
            SortedMap<TopicPartition, ErrorCode> done,
            long deadlineNanos,
            CompletableFuture<SortedMap<TopicPartition, ErrorCode>> result) {
        boolean stale = outcome.containsValue(ErrorCode.STALE_MEMBER_EPOCH);
        if (stale && !stopped && parts.clock().nanos() - deadlineNanos < 0) {
            // The coordinator has an answer under way, or had one that was lost.
            afterHeartbeat.add(() -> commit(offsets, done, deadlineNanos, result));
            carryOut(membership.hurry(parts.clock().nanos()));
        } else {
            done.putAll(outcome);
            result.complete(done);
        }
    }

    /** What the group has committed; partitions for which it has nothing are left out. */
    public CompletionStage<SortedMap<TopicPartition, CommittedOffset>> committed(
            Collection<TopicPartition> partitions, Duration timeout) {
        // An administrator's question: it is answered whatever the member's epoch is by now.
        return parts.offsets()
                .committed(GroupOffsets.Committer.outside(group), partitions, lane, timeout)
                .thenApplyAsync(Function.identity(), loop);
    }

    private GroupOffsets.Committer committer() {
        return new GroupOffsets.Committer(group, memberId(), epoch());
    }

    // ---- the shell of the membership

    void topicsChanged() {
        if (!stopped) {
            carryOut(membership.topicsChanged(parts.clock().nanos(), this::topicName));
        }
    }

    private @Nullable String topicName(Uuid topicId) {
        ClusterImage image = parts.view().image();
        return image.topicNames().get(topicId);
    }

    private void carryOut(List<MemberEffect> effects) {
        for (MemberEffect effect : effects) {
            if (stopped) {
                return;
            }
            switch (effect) {
                case MemberEffect.Send(ConsumerGroupHeartbeatRequestData heartbeat) ->
                        send(heartbeat);
                case MemberEffect.Assigned assigned -> listener.assigned(assigned.partitions());
                case MemberEffect.Revoke revoke ->
                        listener.revoking(revoke.partitions(), () -> released(revoke.id()));
                case MemberEffect.Lost lost -> listener.lost(lost.partitions());
                case MemberEffect.EpochChanged(int epoch) -> listener.epochChanged(epoch);
                case MemberEffect.Refused(ErrorCode error, String message) -> {
                    parts.forget(this);
                    runAfterHeartbeat();
                    listener.refused(GroupErrors.of(error, group, message));
                }
                case MemberEffect.Left() -> {
                    parts.forget(this);
                    runAfterHeartbeat();
                    listener.left();
                }
            }
        }
        setTimer();
    }

    private void released(long revocation) {
        loop.execute(
                () -> {
                    if (!stopped) {
                        carryOut(membership.released(parts.clock().nanos(), revocation));
                    }
                });
    }

    private void send(ConsumerGroupHeartbeatRequestData heartbeat) {
        parts.remember(this);
        parts.link()
                .<ConsumerGroupHeartbeatResponseData, ConsumerGroupHeartbeatResponseData>ask(
                        group,
                        lane,
                        heartbeat::duplicate,
                        GroupMember::read,
                        GroupLink.Repeat.ALWAYS,
                        HEARTBEAT_TIMEOUT)
                .whenComplete(
                        (answer, failure) -> {
                            if (failure != null) {
                                LOG.info(
                                        "Member {} of group '{}' got no answer to its heartbeat: {}",
                                        memberId(),
                                        group,
                                        failure.getMessage());
                            }
                            loop.execute(() -> answered(answer));
                        });
    }

    private static Reply<ConsumerGroupHeartbeatResponseData> read(
            ConsumerGroupHeartbeatResponseData answer) {
        ErrorCode error = ErrorCode.of(answer.errorCode());
        return switch (error) {
            case COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE, NOT_COORDINATOR ->
                    new Reply.Refused<>(error, String.valueOf(answer.errorMessage()));
            default -> new Reply.Answer<>(answer);
        };
    }

    private void answered(@Nullable ConsumerGroupHeartbeatResponseData answer) {
        if (stopped) {
            return;
        }
        LOG.debug("Member {} of group '{}' at epoch {}: {}", memberId(), group, epoch(), answer);
        long now = parts.clock().nanos();
        carryOut(
                answer == null
                        ? membership.unanswered(now)
                        : membership.answered(now, answer, this::topicName));
        runAfterHeartbeat();
    }

    private void runAfterHeartbeat() {
        List<Runnable> waiting = List.copyOf(afterHeartbeat);
        afterHeartbeat.clear();
        waiting.forEach(Runnable::run);
    }

    private void setTimer() {
        long wakeNanos = stopped ? Long.MAX_VALUE : membership.wakeAtNanos();
        if (timer != null && timerNanos == wakeNanos) {
            return;
        }
        cancelTimer();
        if (wakeNanos != Long.MAX_VALUE) {
            timerNanos = wakeNanos;
            timer =
                    loop.schedule(
                            this::wake,
                            Math.max(0, wakeNanos - parts.clock().nanos()),
                            TimeUnit.NANOSECONDS);
        }
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void wake() {
        timer = null;
        carryOut(membership.wake(parts.clock().nanos()));
    }

    private void requireLoop() {
        if (!loop.inEventLoop()) {
            throw new IllegalStateException("not on the member's loop");
        }
    }
}
