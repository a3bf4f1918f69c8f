package io.tidemark.gateway.group.member;

import io.tidemark.environment.Entropy;
import io.tidemark.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.jspecify.annotations.Nullable;

/**
 * A member of a group by KIP-848, which chooses its own id (KIP-1082). One heartbeat is under way
 * at a time. After anything but an answer the next heartbeat says everything again, since nobody
 * knows what the coordinator has heard.
 *
 * <pre>
 *  IDLE         subscribed                      JOINING      epoch 0 is sent
 *  JOINING      answered                        MEMBER
 *  MEMBER       fenced, or unknown              JOINING      everything is lost
 *  MEMBER       subscribed to nothing, or left  LEAVING      epoch -1 is sent
 *  LEAVING      answered, or given up           IDLE
 *  any          refused for good                IDLE
 * </pre>
 *
 * Partitions come and go within MEMBER: those that the coordinator wants back are revoked first,
 * which takes until {@link #released}; then those that are new are taken, and what is owned is said
 * at once. Times are monotonic nanoseconds. One thread.
 *
 * @see <a href="https://cwiki.apache.org/confluence/x/HhD1D">KIP-848</a>
 */
public final class GroupMembership {

    private static final int JOIN_EPOCH = 0;
    private static final int LEAVE_EPOCH = -1;
    private static final int FIRST_BACKOFF_MS = 50;
    private static final int MAX_BACKOFF_MS = 1_000;
    private static final int MAX_LEAVE_ATTEMPTS = 5;

    /** Where it stands. */
    public enum State {
        IDLE,
        JOINING,
        MEMBER,
        LEAVING
    }

    private final String group;
    private final String memberId;
    private final int rebalanceTimeoutMs;
    private final Entropy entropy;

    private State state = State.IDLE;
    private Subscription subscription = new Subscription.Nothing();
    private int epoch;
    private TreeSet<TopicPartition> owned = new TreeSet<>();
    private SortedSet<TopicPartition> revoking = Collections.emptySortedSet();
    private long revocation;
    private List<AssignedPartition> target = List.of();

    private boolean underWay;
    private boolean leaveUnderWay;
    private boolean sayAll = true;
    private boolean urgent;
    private long nextNanos;
    private long intervalNanos = TimeUnit.SECONDS.toNanos(3);
    private int failures;

    /** What the coordinator named, whose topic this gateway may not know yet. */
    private record AssignedPartition(Uuid topicId, int partition) {}

    /**
     * @param memberId unique among all members that ever were; a {@link Uuid} as text
     * @param rebalanceTimeoutMs how long a revocation may take before the member is fenced
     */
    public GroupMembership(String group, String memberId, int rebalanceTimeoutMs, Entropy entropy) {
        this.group = group;
        this.memberId = memberId;
        this.rebalanceTimeoutMs = rebalanceTimeoutMs;
        this.entropy = entropy;
    }

    /**
     * Goes on where another gateway has stopped.
     *
     * @param lastEpoch the last one that was known there; where the coordinator is further on, it
     *     fences the member, which then joins anew under the same id
     * @param lastOwned what was owned there
     */
    public List<MemberEffect> resume(
            long nowNanos,
            Subscription wanted,
            int lastEpoch,
            Collection<TopicPartition> lastOwned) {
        requireState(State.IDLE);
        subscription = wanted;
        epoch = lastEpoch;
        owned = new TreeSet<>(lastOwned);
        target =
                lastOwned.stream()
                        .map(each -> new AssignedPartition(each.topicId(), each.partition()))
                        .toList();
        state = lastEpoch > 0 ? State.MEMBER : State.JOINING;
        sayAll = true;
        urgent = true;
        return sending(nowNanos, new ArrayList<>());
    }

    /** Subscribes, or to something else; to nothing leaves the group, having lost everything. */
    public List<MemberEffect> subscribe(long nowNanos, Subscription wanted) {
        if (wanted instanceof Subscription.Nothing) {
            return leave(nowNanos);
        }
        subscription = wanted;
        sayAll = true;
        urgent = true;
        if (state == State.IDLE) {
            state = State.JOINING;
            epoch = JOIN_EPOCH;
        }
        // While it leaves it joins again afterwards.
        return sending(nowNanos, new ArrayList<>());
    }

    /** Leaves the group. What is owned is given up at once: commit before. */
    public List<MemberEffect> leave(long nowNanos) {
        List<MemberEffect> effects = new ArrayList<>();
        subscription = new Subscription.Nothing();
        loseAll(effects);
        switch (state) {
            case IDLE -> effects.add(new MemberEffect.Left());
            case JOINING, MEMBER -> {
                // One that joins may be in the group already: its answer is still to come.
                boolean unknownThere = state == State.JOINING && !underWay && failures == 0;
                state = unknownThere ? State.IDLE : State.LEAVING;
                failures = 0;
                urgent = true;
                if (unknownThere) {
                    effects.add(new MemberEffect.Left());
                }
            }
            case LEAVING -> {}
        }
        return sending(nowNanos, effects);
    }

    /**
     * The owner is done with what was to be revoked.
     *
     * @param id of that revocation; one that is over, since all was lost meanwhile, is passed over
     */
    public List<MemberEffect> released(long nowNanos, long id) {
        List<MemberEffect> effects = new ArrayList<>();
        if (revoking.isEmpty() || id != revocation) {
            return effects;
        }
        owned.removeAll(revoking);
        revoking = Collections.emptySortedSet();
        urgent = true;
        return sending(nowNanos, effects);
    }

    /** Topics have come or gone: perhaps one that was assigned under an id nobody knew. */
    public List<MemberEffect> topicsChanged(long nowNanos, Function<Uuid, @Nullable String> names) {
        List<MemberEffect> effects = new ArrayList<>();
        if (state == State.MEMBER && revoking.isEmpty()) {
            TreeSet<TopicPartition> known = known(names);
            if (!revokeAllBut(known, effects) && known.size() > owned.size()) {
                // The coordinator may have given it to another by now: it is asked again.
                sayAll = true;
                urgent = true;
            }
        }
        return sending(nowNanos, effects);
    }

    /** Asks for a heartbeat now, such as when a commit found that the epoch has moved on. */
    public List<MemberEffect> hurry(long nowNanos) {
        urgent = true;
        return sending(nowNanos, new ArrayList<>());
    }

    /** The time that {@link #wakeAtNanos} named has come. */
    public List<MemberEffect> wake(long nowNanos) {
        return sending(nowNanos, new ArrayList<>());
    }

    /** The heartbeat under way was answered. */
    public List<MemberEffect> answered(
            long nowNanos,
            ConsumerGroupHeartbeatResponseData answer,
            Function<Uuid, @Nullable String> names) {
        boolean leave = ended();
        List<MemberEffect> effects = new ArrayList<>();
        ErrorCode error = ErrorCode.of(answer.errorCode());
        if (leave) {
            leftOrAgain(nowNanos, !error.retriable(), effects);
        } else if (state == State.LEAVING) {
            urgent = true;
        } else if (error == ErrorCode.NONE) {
            accepted(nowNanos, answer, names, effects);
        } else if (gone(error)) {
            loseAll(effects);
            state = State.JOINING;
            epoch = JOIN_EPOCH;
            again(nowNanos);
        } else if (error.retriable() || error == ErrorCode.UNRELEASED_INSTANCE_ID) {
            again(nowNanos);
        } else if (state != State.IDLE) {
            refused(error, answer.errorMessage(), effects);
        }
        return sending(nowNanos, effects);
    }

    /** The heartbeat under way got no answer that is known. */
    public List<MemberEffect> unanswered(long nowNanos) {
        boolean leave = ended();
        List<MemberEffect> effects = new ArrayList<>();
        if (leave) {
            leftOrAgain(nowNanos, false, effects);
        } else {
            again(nowNanos);
        }
        return sending(nowNanos, effects);
    }

    /** Whether what has ended was the word of leaving. */
    private boolean ended() {
        boolean leave = leaveUnderWay;
        underWay = false;
        leaveUnderWay = false;
        return leave;
    }

    private static boolean gone(ErrorCode error) {
        return error == ErrorCode.FENCED_MEMBER_EPOCH || error == ErrorCode.UNKNOWN_MEMBER_ID;
    }

    private void accepted(
            long nowNanos,
            ConsumerGroupHeartbeatResponseData answer,
            Function<Uuid, @Nullable String> names,
            List<MemberEffect> effects) {
        failures = 0;
        intervalNanos = TimeUnit.MILLISECONDS.toNanos(Math.max(1, answer.heartbeatIntervalMs()));
        nextNanos = nowNanos + intervalNanos;
        state = State.MEMBER;
        if (epoch != answer.memberEpoch()) {
            epoch = answer.memberEpoch();
            effects.add(new MemberEffect.EpochChanged(epoch));
        }
        ConsumerGroupHeartbeatResponseData.Assignment assignment = answer.assignment();
        if (assignment != null) {
            target =
                    assignment.topicPartitions().stream()
                            .flatMap(
                                    topic ->
                                            topic.partitions().stream()
                                                    .map(
                                                            p ->
                                                                    new AssignedPartition(
                                                                            topic.topicId(), p)))
                            .toList();
        }
        reconcile(names, effects);
    }

    /**
     * Moves from what is owned to what is assigned: first back, then forth. Only just after an
     * answer is it known that what is assigned still is.
     */
    private void reconcile(Function<Uuid, @Nullable String> names, List<MemberEffect> effects) {
        if (!revoking.isEmpty()) {
            return;
        }
        TreeSet<TopicPartition> wanted = known(names);
        if (!revokeAllBut(wanted, effects)) {
            wanted.removeAll(owned);
            if (!wanted.isEmpty()) {
                owned.addAll(wanted);
                urgent = true;
                effects.add(new MemberEffect.Assigned(copy(wanted)));
            }
        }
    }

    /** What is assigned, of topics that this gateway knows. */
    private TreeSet<TopicPartition> known(Function<Uuid, @Nullable String> names) {
        TreeSet<TopicPartition> known = new TreeSet<>();
        for (AssignedPartition each : target) {
            String topic = names.apply(each.topicId);
            if (topic != null) {
                known.add(new TopicPartition(each.topicId, topic, each.partition));
            }
        }
        return known;
    }

    private boolean revokeAllBut(Set<TopicPartition> wanted, List<MemberEffect> effects) {
        TreeSet<TopicPartition> back = new TreeSet<>(owned);
        back.removeAll(wanted);
        if (!back.isEmpty()) {
            revoking = back;
            effects.add(new MemberEffect.Revoke(++revocation, copy(back)));
        }
        return !back.isEmpty();
    }

    private void loseAll(List<MemberEffect> effects) {
        target = List.of();
        revoking = Collections.emptySortedSet();
        if (!owned.isEmpty()) {
            effects.add(new MemberEffect.Lost(copy(owned)));
            owned = new TreeSet<>();
        }
    }

    private void refused(ErrorCode error, @Nullable String message, List<MemberEffect> effects) {
        loseAll(effects);
        state = State.IDLE;
        subscription = new Subscription.Nothing();
        urgent = false;
        effects.add(new MemberEffect.Refused(error, message == null ? "" : message));
    }

    private void leftOrAgain(long nowNanos, boolean left, List<MemberEffect> effects) {
        failures++;
        if (!left && failures < MAX_LEAVE_ATTEMPTS) {
            again(nowNanos);
            return;
        }
        // Where nobody has heard it, the session's end says it.
        failures = 0;
        urgent = true;
        epoch = JOIN_EPOCH;
        sayAll = true;
        if (subscription instanceof Subscription.Nothing) {
            state = State.IDLE;
            effects.add(new MemberEffect.Left());
        } else {
            state = State.JOINING;
        }
    }

    private void again(long nowNanos) {
        failures = Math.min(failures + 1, 16);
        int backoffMs = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS << Math.min(failures - 1, 6));
        int spreadMs = backoffMs / 2 + entropy.nextInt(backoffMs);
        nextNanos = nowNanos + TimeUnit.MILLISECONDS.toNanos(spreadMs);
        sayAll = true;
        urgent = false;
    }

    private List<MemberEffect> sending(long nowNanos, List<MemberEffect> effects) {
        if (state == State.IDLE || underWay || !(urgent || nowNanos - nextNanos >= 0)) {
            return effects;
        }
        effects.add(new MemberEffect.Send(heartbeat()));
        underWay = true;
        leaveUnderWay = state == State.LEAVING;
        urgent = false;
        sayAll = false;
        nextNanos = nowNanos + intervalNanos;
        return effects;
    }

    private ConsumerGroupHeartbeatRequestData heartbeat() {
        ConsumerGroupHeartbeatRequestData heartbeat =
                new ConsumerGroupHeartbeatRequestData().setGroupId(group).setMemberId(memberId);
        if (state == State.LEAVING) {
            return heartbeat.setMemberEpoch(LEAVE_EPOCH).setTopicPartitions(null);
        }
        heartbeat.setMemberEpoch(epoch).setTopicPartitions(Heartbeats.owned(owned));
        if (!sayAll && epoch != JOIN_EPOCH) {
            return heartbeat;
        }
        heartbeat.setRebalanceTimeoutMs(rebalanceTimeoutMs);
        switch (subscription) {
            case Subscription.Topics(List<String> names) ->
                    heartbeat.setSubscribedTopicNames(names).setSubscribedTopicRegex("");
            case Subscription.Pattern(String regex) ->
                    heartbeat.setSubscribedTopicNames(List.of()).setSubscribedTopicRegex(regex);
            case Subscription.Nothing() ->
                    throw new IllegalStateException("a heartbeat without a subscription");
        }
        return heartbeat;
    }

    private void requireState(State expected) {
        if (state != expected) {
            throw new IllegalStateException("member is " + state + ", not " + expected);
        }
    }

    private static SortedSet<TopicPartition> copy(SortedSet<TopicPartition> partitions) {
        return Collections.unmodifiableSortedSet(new TreeSet<>(partitions));
    }

    /** When {@link #wake} is due; {@link Long#MAX_VALUE} where only an event goes on. */
    public long wakeAtNanos() {
        return state == State.IDLE || underWay ? Long.MAX_VALUE : nextNanos;
    }

    public State state() {
        return state;
    }

    public String memberId() {
        return memberId;
    }

    /** The last epoch given; 0 before the first. */
    public int epoch() {
        return epoch;
    }

    public Subscription subscription() {
        return subscription;
    }

    /** What is owned, with what is being revoked. */
    public SortedSet<TopicPartition> owned() {
        return copy(owned);
    }

    /** Whether everything assigned is owned, and nothing is on its way. */
    public boolean settled() {
        return state == State.MEMBER && revoking.isEmpty() && owned.size() == target.size();
    }
}
