package io.tidemark.coordinator.group.consumer;

import io.tidemark.coordinator.group.Decision;
import io.tidemark.coordinator.group.GroupChange;
import io.tidemark.coordinator.group.GroupHost;
import io.tidemark.coordinator.group.GroupRuntime;
import io.tidemark.coordinator.group.GroupWorld;
import io.tidemark.coordinator.group.pattern.Matches;
import io.tidemark.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Takes requests through a group in batches: everything that comes while the changes of one batch
 * are being logged makes the next. So a hundred members that join at once cost a few targets, not a
 * hundred, and none waits for a timer.
 */
final class Steps {
    private final ConsumerGroup group;
    private final GroupHost host;
    private final List<Step<?>> waiting = new ArrayList<>();
    private final Runnable patternsKnown = this::topicsChanged;
    private List<Step<?>> underWay = List.of();
    private boolean running;
    private boolean logging;
    private @Nullable ErrorCode closed;

    Steps(ConsumerGroup group, GroupHost host) {
        this.group = group;
        this.host = host;
    }

    <R> CompletionStage<R> submit(Step<R> step) {
        if (closed != null) {
            step.fail(closed);
        } else {
            waiting.add(step);
            run();
        }
        return step.told();
    }

    /** Topics have changed, or what patterns match: looks whether that matters here. */
    void topicsChanged() {
        group.topicsChanged();
        run();
    }

    /** What a member's pattern matches; where that is not known, the group settles once it is. */
    Matches matches(String regex) {
        return host.world().patterns().topics(regex, patternsKnown);
    }

    /** Runs what waits, and settles the group, unless a batch is under way. */
    void run() {
        if (running) {
            return;
        }
        running = true;
        try {
            while (!logging && closed == null && (!waiting.isEmpty() || group.needsSettling())) {
                runBatch();
            }
        } finally {
            running = false;
        }
    }

    /** A bug in it fails the requests of the batch, not those that come after. */
    private void runBatch() {
        List<Step<?>> batch = new ArrayList<>(waiting);
        waiting.clear();
        try {
            run(batch);
        } catch (RuntimeException e) {
            batch.forEach(step -> step.fail(ErrorCode.UNKNOWN_SERVER_ERROR));
            throw e;
        }
    }

    private void run(List<Step<?>> batch) {
        batch.removeIf(step -> !step.enter());
        if (group.isClassicAgain()) {
            handBack(batch);
            return;
        }
        GroupWorld world = host.world();
        group.settle(world.image().get(), this::matches, world.clock().wallMs());
        batch.forEach(Step::prepare);
        List<GroupChange> changes = group.takeChanges();
        if (changes.isEmpty()) {
            batch.forEach(Step::tell);
            return;
        }
        logging = true;
        underWay = batch;
        var unused = decide(changes).thenAccept(this::logged);
    }

    private CompletionStage<ErrorCode> decide(List<GroupChange> changes) {
        return host.world().runtime().decide(Decision.of(changes));
    }

    private void logged(ErrorCode error) {
        List<Step<?>> batch = underWay;
        underWay = List.of();
        logging = false;
        tell(batch, error);
        run();
    }

    /**
     * Where the log does not take what a batch has come to, the members as they are here are given
     * up. One request alone is to blame; of several it is not known which, so all come again.
     */
    private void tell(List<Step<?>> batch, ErrorCode error) {
        if (error == ErrorCode.NONE) {
            batch.forEach(Step::tell);
        } else if (!GroupRuntime.isRefusal(error)) {
            batch.forEach(step -> step.fail(error));
        } else {
            ErrorCode told = batch.size() == 1 ? error : ErrorCode.COORDINATOR_NOT_AVAILABLE;
            host.fallBack();
            batch.forEach(step -> step.fail(told));
        }
    }

    /** The last member of this protocol is gone: the rest is a classic group again. */
    private void handBack(List<Step<?>> batch) {
        batch.stream()
                .filter(step -> !step.isLeaving())
                .forEach(step -> step.fail(ErrorCode.REBALANCE_IN_PROGRESS));
        List<Step<?>> leaving = batch.stream().filter(Step::isLeaving).toList();
        leaving.forEach(Step::prepare);
        var unused = decide(group.takeChanges()).thenAccept(error -> tell(leaving, error));
        if (closed == null) {
            host.becomeClassic(Conversion.toClassic(group, host.world()));
        }
    }

    /** Answers everybody with the error, now and from now on. */
    void close(ErrorCode error) {
        closed = error;
        List<Step<?>> all = new ArrayList<>(underWay);
        all.addAll(waiting);
        underWay = List.of();
        waiting.clear();
        all.forEach(step -> step.fail(error));
    }
}
