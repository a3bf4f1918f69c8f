package io.tidemark.testkit.simulation.group;

import io.tidemark.coordinator.group.ChangeLog;
import io.tidemark.coordinator.group.GroupApi;
import io.tidemark.coordinator.group.GroupChange;
import io.tidemark.coordinator.group.GroupSettings;
import io.tidemark.coordinator.group.GroupWorld;
import io.tidemark.coordinator.group.StoredGroups;
import io.tidemark.coordinator.group.pattern.Patterns;
import io.tidemark.coordinator.group.table.Groups;
import io.tidemark.environment.Entropy;
import io.tidemark.metadata.image.Delta;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.testkit.simulation.Schedule;
import io.tidemark.testkit.simulation.SimulatedProcess;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
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
    private StoredGroups stored = new StoredGroups();
    private int applied;
    private @Nullable Groups serving;
    private @Nullable Log log;
    private int term;

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
    @Nullable GroupApi groups() {
        return serving;
    }

    StoredGroups stored() {
        catchUp();
        return stored;
    }

    @Override
    protected void started() {
        stored = new StoredGroups();
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
            stored.apply(quorum.log().get(applied++));
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
        Log fresh = new Log(term);
        Groups groups =
                new Groups(
                        new GroupWorld(
                                this, this, entropy, fresh, topics::image, patterns(), SETTINGS),
                        Protocols.classic(),
                        Protocols.consumer());
        log = fresh;
        groups.load(stored);
        serving = groups;
    }

    /** Matching takes its time, as another thread's work does. */
    private Patterns patterns() {
        return new Patterns(
                topics::image,
                this,
                task -> afterNanos(entropy.nextInt(MATCHING_NANOS), task),
                task -> afterNanos(0, task));
    }

    /** One entry under way at a time; what is decided meanwhile goes into the next. */
    private final class Log implements ChangeLog {
        private final int ofTerm;
        private final ArrayDeque<Waiting> gathered = new ArrayDeque<>();
        private boolean underWay;
        private boolean ended;

        private record Waiting(List<GroupChange> changes, CompletableFuture<Void> durable) {}

        private Log(int ofTerm) {
            this.ofTerm = ofTerm;
        }

        @Override
        public CompletionStage<Void> append(List<GroupChange> changes) {
            if (ended) {
                return CompletableFuture.failedFuture(new IOException("ended"));
            }
            CompletableFuture<Void> durable = new CompletableFuture<>();
            gathered.add(new Waiting(mutation.logged(changes), durable));
            if (mutation == GroupMutation.ANSWERED_BEFORE_LOGGED) {
                afterNanos(0, () -> durable.complete(null));
            }
            flush();
            return durable;
        }

        private void flush() {
            if (underWay || gathered.isEmpty() || ended) {
                return;
            }
            List<Waiting> batch = new ArrayList<>(gathered);
            gathered.clear();
            underWay = true;
            List<GroupChange> entry =
                    batch.stream().flatMap(waiting -> waiting.changes.stream()).toList();
            quorum.propose(GroupCoordinatorProcess.this, ofTerm, entry)
                    .whenComplete((nothing, failure) -> logged(batch, failure));
        }

        private void logged(List<Waiting> batch, @Nullable Throwable failure) {
            underWay = false;
            if (failure != null) {
                if (log == this) {
                    drop();
                    load();
                }
                batch.forEach(waiting -> waiting.durable.completeExceptionally(failure));
                return;
            }
            batch.forEach(waiting -> waiting.durable.complete(null));
            flush();
        }

        private void end() {
            ended = true;
            List<Waiting> left = new ArrayList<>(gathered);
            gathered.clear();
            left.forEach(
                    waiting -> waiting.durable.completeExceptionally(new IOException("ended")));
        }
    }
}
