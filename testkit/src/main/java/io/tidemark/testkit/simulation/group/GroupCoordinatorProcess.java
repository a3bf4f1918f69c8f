package io.tidemark.testkit.simulation.group;

import io.tidemark.coordinator.group.ChangeLog;
import io.tidemark.coordinator.group.GroupChange;
import io.tidemark.coordinator.group.GroupEntries;
import io.tidemark.coordinator.group.GroupLog;
import io.tidemark.coordinator.group.GroupObserver;
import io.tidemark.coordinator.group.GroupRuntime;
import io.tidemark.coordinator.group.GroupSettings;
import io.tidemark.coordinator.group.GroupStates;
import io.tidemark.coordinator.group.GroupWorld;
import io.tidemark.coordinator.group.pattern.Patterns;
import io.tidemark.coordinator.group.table.Groups;
import io.tidemark.environment.Entropy;
import io.tidemark.metadata.image.Delta;
import io.tidemark.metadata.json.MetadataFormatException;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.testkit.simulation.Schedule;
import io.tidemark.testkit.simulation.SimulatedProcess;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A coordinator: the real groups while it leads, what the log says of them always. */
final class GroupCoordinatorProcess extends SimulatedProcess {
    /** Members are given up sooner than by default: a run is short. */
    static final GroupSettings SETTINGS =
            new GroupSettings(
                    1_000,
                    60_000,
                    100,
                    100,
                    400,
                    400,
                    100,
                    3_000,
                    GroupSettings.DEFAULTS.offsetsRetentionMs(),
                    GroupSettings.DEFAULTS.offsetsCheckMs(),
                    GroupSettings.DEFAULTS.maxMetadataBytes(),
                    GroupSettings.DEFAULTS.maxGroups());

    private static final int MATCHING_NANOS = 500_000_000;

    private final GroupQuorum quorum;
    private final GroupTopics topics;
    private final Entropy entropy;
    private final GroupMutation mutation;

    /** What the log has. */
    private GroupStates stored = new GroupStates();

    private int applied;
    private @Nullable Groups serving;
    private @Nullable GroupLog log;
    private int term;
    private int refusals;

    GroupCoordinatorProcess(
            int id,
            Schedule schedule,
            GroupQuorum quorum,
            GroupTopics topics,
            Entropy entropy,
            GroupMutation mutation) {
        super(id, "coordinator-" + id, schedule);
        this.quorum = quorum;
        this.topics = topics;
        this.entropy = entropy;
        this.mutation = mutation;
    }

    /** The groups; null while it does not lead, or has yet to load them. */
    @Nullable Groups groups() {
        return serving;
    }

    GroupStates stored() {
        catchUp();
        return stored;
    }

    @Override
    protected void started() {
        stored = new GroupStates();
        applied = 0;
        catchUp();
    }

    @Override
    protected void crashed() {
        // No goodbye: members learn it from silence.
        serving = null;
        log = null;
    }

    /** Applies what the log has. */
    void catchUp() {
        while (applied < quorum.log().size()) {
            stored.apply(mutation.applied(quorum.log().get(applied++), serving != null));
        }
    }

    void lead(int elected) {
        if (elected > term) {
            drop();
            term = elected;
            load();
        }
    }

    void resign(int elected) {
        if (elected > term) {
            term = elected;
            drop();
        }
    }

    void topicsChanged(List<Delta> deltas) {
        if (serving != null) {
            serving.metadataChanged(deltas);
        }
    }

    private void drop() {
        Groups old = serving;
        serving = null;
        if (log != null) {
            log.end();
            log = null;
        }
        if (old != null) {
            old.close(ErrorCode.NOT_COORDINATOR);
        }
    }

    private void load() {
        int loading = term;
        quorum.propose(this, loading, List.of())
                .whenComplete(
                        (nothing, failure) -> {
                            if (loading == term && failure == null) {
                                serve();
                            }
                        });
    }

    private void serve() {
        catchUp();
        int leading = term;
        GroupLog fresh =
                new GroupLog(
                        entry -> quorum.propose(this, leading, decoded(entry)),
                        task -> afterNanos(0, task),
                        this,
                        GroupObserver.NONE,
                        false,
                        () -> uncertain(leading));
        GroupStates decided = stored.copy();
        GroupRuntime runtime = new GroupRuntime(new Reign(fresh, decided), decided);
        Groups groups =
                new Groups(
                        new GroupWorld(
                                this, this, entropy, runtime, topics::image, patterns(), SETTINGS),
                        Protocols.classic(),
                        Protocols.consumer());
        log = fresh;
        groups.load();
        serving = groups;
    }

    private static List<GroupChange> decoded(byte[] entry) {
        try {
            return GroupEntries.decode(entry);
        } catch (MetadataFormatException e) {
            throw new AssertionError(e);
        }
    }

    private void uncertain(int leading) {
        if (leading == term) {
            drop();
            load();
        }
    }

    /** The log finds the next few changes too large. */
    void refuse(int times) {
        refusals = times;
    }

    /** Matching takes its time, as another thread's work does. */
    private Patterns patterns() {
        return new Patterns(
                topics::image,
                this,
                task -> afterNanos(entropy.nextInt(MATCHING_NANOS), task),
                task -> afterNanos(0, task));
    }

    /**
     * The way to the log, on which a mutation lies in wait. Whenever all is durable, what is
     * decided must be what the log has.
     */
    private final class Reign implements ChangeLog {
        private final GroupLog log;
        private final GroupStates decided;
        private int underWay;
        private boolean refused;

        private Reign(GroupLog log, GroupStates decided) {
            this.log = log;
            this.decided = decided;
        }

        @Override
        public Appended append(List<GroupChange> changes) {
            if (refusals > 0 && changes.stream().anyMatch(Reign::mayBeLarge)) {
                refusals--;
                refused = true;
                if (mutation == GroupMutation.REFUSED_BUT_APPLIED) {
                    decided.apply(changes);
                }
                return new TooLarge(1, 0);
            }
            Appended appended = log.append(mutation.logged(changes));
            if (appended instanceof Taken(CompletionStage<Void> durable)) {
                underWay++;
                durable.whenComplete((done, failure) -> settled(failure == null));
            }
            if (mutation == GroupMutation.ANSWERED_BEFORE_LOGGED) {
                CompletableFuture<Void> early = new CompletableFuture<>();
                afterNanos(0, () -> early.complete(null));
                return new Taken(early);
            }
            return appended;
        }

        private static boolean mayBeLarge(GroupChange change) {
            return change instanceof GroupChange.OffsetsCommitted
                    || change instanceof GroupChange.ClassicStored
                    || change instanceof GroupChange.ConsumerStored;
        }

        private void settled(boolean durable) {
            underWay--;
            if (durable && underWay == 0 && refused) {
                refused = false;
                if (decided.stateHash() != stored.stateHash()) {
                    // In a step of its own: a stage would keep it to itself.
                    afterNanos(
                            0,
                            () -> {
                                throw GroupChecks.violated(
                                        "what is decided is not what the log has");
                            });
                }
            }
        }
    }
}
