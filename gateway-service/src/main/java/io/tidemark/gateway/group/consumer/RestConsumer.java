package io.tidemark.gateway.group.consumer;

import io.netty.util.concurrent.EventExecutor;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.group.GroupMember;
import io.tidemark.gateway.group.MemberListener;
import io.tidemark.gateway.group.consumer.Registration.Standing;
import io.tidemark.gateway.group.consumer.Revocations.Revocation;
import io.tidemark.gateway.group.member.Subscription;
import io.tidemark.gateway.group.member.TopicPartition;
import io.tidemark.gateway.group.position.ConsumerPositions;
import io.tidemark.gateway.group.position.ConsumerPositions.Spot;
import io.tidemark.gateway.shared.instance.ConsumerInstance;
import io.tidemark.gateway.shared.instance.InstanceChange;
import io.tidemark.gateway.shared.instance.InstanceKey;
import io.tidemark.metadata.image.TopicImage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A consumer instance while this gateway serves it: its membership, what it may read, and who waits
 * for it. Belongs to one event loop, on which every method is called unless it says otherwise.
 */
final class RestConsumer implements MemberListener {

    private final ConsumerParts parts;
    private final InstanceKey key;
    private final InstanceSettings settings;
    private final EventExecutor loop;
    private final String memberId;
    private final ConsumerPositions positions = new ConsumerPositions();
    private final PositionFinder finder;
    private final ConsumerCommits commits;
    private final Registration registration;

    private Subscription subscription = new Subscription.Nothing();
    private boolean assigned;
    private int lastEpoch;
    private @Nullable GroupMember member;
    private @Nullable ApiError refusal;
    private final Revocations revocations;
    private final ReadQueue reads = new ReadQueue(this::acknowledge);
    private final ReadAhead ahead;
    private final Watchers watchers;
    private int turn;
    private volatile long usedNanos;
    private volatile long usedWallMs;
    private volatile boolean gone;

    RestConsumer(ConsumerParts parts, ConsumerInstance entry, EventExecutor loop, String memberId) {
        this.parts = parts;
        this.key = entry.key();
        this.settings = InstanceSettings.fromJson(entry.configuration());
        this.loop = loop;
        this.memberId = entry.memberId().isEmpty() ? memberId : entry.memberId();
        this.registration = new Registration(parts, key, settings, entry.claim(), this::everything);
        this.finder = new PositionFinder(parts, key.group(), settings, loop, positions);
        this.commits = new ConsumerCommits(this);
        this.watchers = new Watchers(loop);
        this.ahead = new ReadAhead(this);
        this.revocations =
                new Revocations(
                        loop, parts.properties().revocationGrace().toMillis(), this::giveBack);
        touch();
    }

    /** Goes on where another gateway has stopped. */
    void resume(ConsumerInstance entry) {
        InstanceState state = InstanceState.fromJson(entry.subscription());
        subscription = state.subscription();
        assigned = state.assigned();
        List<TopicPartition> owned = new ArrayList<>();
        entry.positions()
                .forEach(
                        (each, offset) -> {
                            TopicPartition partition = partition(each.topic(), each.partition());
                            if (partition != null) {
                                owned.add(partition);
                                positions.add(partition, offset);
                            }
                        });
        if (!(subscription instanceof Subscription.Nothing)) {
            member =
                    parts.members()
                            .resume(
                                    key.group(),
                                    memberId,
                                    subscription,
                                    Math.max(0, entry.memberEpoch()),
                                    entry.memberEpoch() > 0 ? owned : List.of(),
                                    loop,
                                    this);
            lastEpoch = entry.memberEpoch();
            if (entry.memberEpoch() <= 0) {
                positions.clear();
            }
        }
    }

    /** The partition of the topic that has the name now; null where there is none. */
    @Nullable TopicPartition partition(String topic, int partition) {
        TopicImage image = parts.view().topic(topic).orElse(null);
        return image == null || partition < 0 || partition >= image.partitions().size()
                ? null
                : new TopicPartition(image.id(), topic, partition);
    }

    // ---- what it is

    ConsumerParts parts() {
        return parts;
    }

    InstanceKey key() {
        return key;
    }

    InstanceSettings settings() {
        return settings;
    }

    EventExecutor loop() {
        return loop;
    }

    ConsumerPositions positions() {
        return positions;
    }

    ConsumerCommits commits() {
        return commits;
    }

    ReadAhead ahead() {
        return ahead;
    }

    @Nullable GroupMember member() {
        return member;
    }

    Subscription subscription() {
        return subscription;
    }

    boolean isAssigned() {
        return assigned;
    }

    Registration registration() {
        return registration;
    }

    /** Any thread. */
    boolean isGone() {
        return gone;
    }

    /** A request has come. Any thread. */
    void touch() {
        usedNanos = parts.clock().nanos();
        usedWallMs = parts.clock().wallMs();
    }

    /** Wall clock of the last request, in ms. Any thread. */
    long usedWallMs() {
        return usedWallMs;
    }

    boolean isExpired(long nowNanos) {
        return reads.isIdle()
                && nowNanos - usedNanos
                        >= TimeUnit.MILLISECONDS.toNanos(settings.instanceTimeoutMs());
    }

    /** A request has come: what was given before is consumed. */
    void acknowledge() {
        touch();
        if (!positions.isDelivering()) {
            positions.acknowledge();
            commits.noteConsumed();
            revocations.giveAllBack();
        }
    }

    // ---- subscription and assignment

    /** Completes when the coordinator has taken it, refused it, or says nothing for a while. */
    CompletionStage<?> subscribe(Subscription wanted) {
        refusal = null;
        subscription = wanted;
        GroupMember current = member;
        if (current == null) {
            current = parts.members().create(key.group(), memberId, loop, this);
            member = current;
        }
        current.subscribe(wanted);
        return save();
    }

    /** Leaves the group, or drops what was assigned by hand. */
    CompletionStage<?> unsubscribe() {
        CompletionStage<?> committed = commits.beforeGivingUp(positions.kept());
        return committed.thenComposeAsync(
                done -> {
                    leaveNow();
                    return save();
                },
                loop);
    }

    private void leaveNow() {
        GroupMember current = member;
        member = null;
        subscription = new Subscription.Nothing();
        assigned = false;
        refusal = null;
        lastEpoch = ConsumerInstance.NO_EPOCH;
        positions.clear();
        revocations.end();
        if (current != null) {
            current.leave();
        }
        changed();
    }

    CompletionStage<?> assign(Collection<TopicPartition> wanted) {
        assigned = true;
        TreeSet<TopicPartition> dropped = new TreeSet<>(positions.kept());
        dropped.removeAll(wanted);
        positions.remove(dropped);
        wanted.forEach(positions::add);
        return finder.find()
                .thenComposeAsync(
                        error -> {
                            if (error != null) {
                                throw error.exception();
                            }
                            return save();
                        },
                        loop);
    }

    /** Why it cannot be read, or null. */
    @Nullable ApiError obstacle() {
        if (refusal != null) {
            return refusal;
        }
        if (gone) {
            return takenElsewhere();
        }
        if (subscription instanceof Subscription.Nothing && !assigned) {
            return new ApiError(
                    409,
                    40903,
                    "Consumer instance '%s' of group '%s' is subscribed to nothing, and has no partitions assigned."
                            .formatted(key.instance(), key.group()));
        }
        return null;
    }

    ApiError takenElsewhere() {
        return new ApiError(
                409,
                40903,
                "Consumer instance '%s' of group '%s' is served by another gateway now; ask again."
                        .formatted(key.instance(), key.group()));
    }

    /** Whether it is known what it may read. */
    boolean isSettled() {
        GroupMember current = member;
        return refusal != null || gone || current == null || current.settled();
    }

    /**
     * Completes when it is known what it may read, or after {@code limitMs}; also where that is
     * nothing.
     */
    CompletionStage<?> settled(long limitMs) {
        return watchers.await(this::isSettled, limitMs);
    }

    private void changed() {
        watchers.look();
        reads.wake();
    }

    // ---- reads

    /** Reads, after the read before has ended; one that only waits is ended with nothing. */
    void read(ConsumerRead read) {
        reads.add(read);
    }

    void readEnded(ConsumerRead read) {
        touch();
        reads.ended(read);
    }

    /** Goes elsewhere; a read that waits reads on from there. */
    CompletionStage<?> seek(Map<TopicPartition, Long> offsets) {
        offsets.forEach(positions::seek);
        changed();
        return registration
                .write(InstanceChange.use().positions(InstanceState.shared(positions.positions())))
                .whenComplete(this::stood);
    }

    CompletionStage<@Nullable ApiError> findPositions() {
        boolean any = !positions.unresolved().isEmpty();
        CompletionStage<@Nullable ApiError> found = finder.find();
        if (any) {
            found.thenAccept(
                    error -> {
                        if (error == null) {
                            savePositions();
                        }
                    });
        }
        return found;
    }

    int nextTurn(int of) {
        return of == 0 ? 0 : turn++ % of;
    }

    /** The log does not hold a position any more: begin as the settings say. */
    void offsetLost(Spot spot) {
        refusal = finder.refusalOf(spot);
        if (refusal != null) {
            changed();
            refusal = null;
            return;
        }
        finder.beginAnew(spot).whenComplete((done, failure) -> changed());
    }

    // ---- the directory

    /** Tells the directory what is being given, before it is. */
    CompletionStage<Standing> giving() {
        return registration
                .write(InstanceChange.use().subscription(state().toJson()))
                .exceptionally(tooLarge -> Standing.MINE);
    }

    /** Tells it where reading goes on. */
    void given() {
        InstanceChange change =
                InstanceChange.use()
                        .subscription(state().toJson())
                        .positions(InstanceState.shared(positions.positions()));
        registration.write(change).whenComplete(this::stood);
    }

    private CompletionStage<?> save() {
        return registration.write(everything()).whenComplete(this::stood);
    }

    private void savePositions() {
        registration
                .write(
                        InstanceChange.none()
                                .onlyPositions(InstanceState.shared(positions.positions())))
                .whenComplete(this::stood);
    }

    private InstanceChange everything() {
        InstanceChange change =
                InstanceChange.use()
                        .subscription(state().toJson())
                        .onlyPositions(InstanceState.shared(positions.positions()));
        return change.member(memberId, lastEpoch);
    }

    private InstanceState state() {
        return InstanceState.of(subscription, assigned, positions.delivering());
    }

    private void stood(@Nullable Standing standing, @Nullable Throwable failure) {
        if (standing == Standing.TAKEN) {
            loop.execute(this::abandon);
        }
    }

    /** Another gateway serves it now: everything here stops without a word. */
    void abandon() {
        if (!gone) {
            gone = true;
            if (member != null) {
                member.abandon();
            }
            revocations.end();
            changed();
        }
    }

    /** It is no more: what was consumed is committed, and the group left. */
    CompletionStage<?> end() {
        return commits.beforeGivingUp(positions.kept())
                .thenAcceptAsync(
                        done -> {
                            leaveNow();
                            gone = true;
                            changed();
                        },
                        loop);
    }

    /** The gateway stops. */
    CompletionStage<?> stop(boolean shared) {
        reads.supersede();
        if (!shared) {
            return end();
        }
        return commits.beforeGivingUp(positions.kept()).thenAcceptAsync(done -> abandon(), loop);
    }

    // ---- what the group says

    @Override
    public void assigned(SortedSet<TopicPartition> partitions) {
        partitions.forEach(positions::add);
        changed();
        findPositions().thenAccept(error -> changed());
    }

    @Override
    public void revoking(SortedSet<TopicPartition> partitions, Runnable done) {
        positions.revoke(partitions);
        Revocation revocation = new Revocation(partitions, done);
        if (positions.isAcknowledged(partitions)) {
            giveBack(revocation);
            return;
        }
        revocations.await(revocation);
    }

    private void giveBack(Revocation revocation) {
        commits.beforeGivingUp(revocation.partitions())
                .whenCompleteAsync(
                        (done, failure) -> {
                            positions.remove(revocation.partitions());
                            revocation.done().run();
                            savePositions();
                            changed();
                        },
                        loop);
    }

    @Override
    public void lost(SortedSet<TopicPartition> partitions) {
        positions.remove(partitions);
        revocations.lost(partitions);
        if (!gone) {
            savePositions();
            changed();
        }
    }

    @Override
    public void epochChanged(int epoch) {
        lastEpoch = epoch;
        registration.write(InstanceChange.none().member(memberId, epoch)).whenComplete(this::stood);
        loop.execute(this::changed);
    }

    @Override
    public void refused(ApiError error) {
        refusal = error;
        member = null;
        subscription = new Subscription.Nothing();
        positions.clear();
        changed();
    }

    @Override
    public void left() {}

    /** What the coordinator said of the last subscription, if it refused; told once. */
    @Nullable ApiError takeRefusal() {
        ApiError told = refusal;
        refusal = null;
        return told;
    }
}
