package io.tidemark.coordinator.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.environment.Clock;
import io.tidemark.environment.Timers;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.control.ControlPlane.Heartbeat;
import io.tidemark.metadata.control.ControlPlane.HeartbeatReply;
import io.tidemark.metadata.control.ControlPlane.HeartbeatReply.State;
import io.tidemark.metadata.control.NodeVitals;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.Delta;
import io.tidemark.metadata.image.NodeImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class NodeSessionsTest {
    private final Time time = new Time();
    private final List<Command> proposed = new ArrayList<>();
    private ClusterImage image = ClusterImage.empty();
    private final NodeSessions sessions =
            new NodeSessions(
                    new NodeSessions.Timing(250, 1_500), time, time, () -> image, this::propose);

    @Test
    void shouldFenceANodeAfterItsSessionAndNotBefore() {
        live(1);
        sessions.lead();
        time.pass(1_000);
        assertThat(beat(1)).isEqualTo(State.ACTIVE);
        time.pass(1_400);
        assertThat(proposed).isEmpty();
        time.pass(400);
        assertThat(proposed).containsExactly(new Command.SetNodeFenced(1, 1, true));
    }

    @Test
    void shouldFenceANodeThatANewLeaderNeverHears() {
        live(1);
        sessions.lead();
        time.pass(1_400);
        assertThat(proposed).isEmpty();
        time.pass(400);
        assertThat(image.node(1).orElseThrow().fenced()).isTrue();
    }

    @Test
    void shouldBlameNobodyForItsOwnSuspension() {
        live(1);
        sessions.lead();
        beat(1);
        time.jump(60_000);
        time.pass(300);
        assertThat(proposed).isEmpty();
        beat(1);
        time.pass(1_000);
        assertThat(proposed).isEmpty();
    }

    @Test
    void shouldFenceANodeSoonAfterItsConnectionBroke() {
        live(1);
        sessions.lead();
        beat(1);
        sessions.disconnected(1, 1);
        time.pass(490);
        assertThat(proposed).isEmpty();
        time.pass(20);
        assertThat(proposed).containsExactly(new Command.SetNodeFenced(1, 1, true));
    }

    @Test
    void shouldWaitLongerForAnotherConnectionWhereSessionsAreLonger() {
        live(1);
        NodeSessions patient =
                new NodeSessions(
                        new NodeSessions.Timing(250, 6_000),
                        time,
                        time,
                        () -> image,
                        this::propose);
        patient.lead();
        join(patient.beat(new Heartbeat(1, 1, 1)));
        patient.disconnected(1, 1);
        time.pass(1_990);
        assertThat(proposed).isEmpty();
        time.pass(20);
        assertThat(proposed).containsExactly(new Command.SetNodeFenced(1, 1, true));
    }

    @Test
    void shouldNotFenceANodeThatBeatsOnAnotherConnection() {
        live(1);
        sessions.lead();
        beat(1);
        sessions.disconnected(1, 1);
        time.pass(300);
        beat(1);
        sessions.disconnected(1, 0);
        time.pass(1_400);
        assertThat(proposed).isEmpty();
    }

    @Test
    void shouldHoldNoBrokenConnectionAgainstANodeWhileItWasSuspendedItself() {
        live(1);
        sessions.lead();
        beat(1);
        sessions.disconnected(1, 1);
        time.jump(60_000);
        time.pass(100);
        assertThat(proposed).isEmpty();
        beat(1);
        time.pass(1_000);
        assertThat(proposed).isEmpty();
    }

    @Test
    void shouldUnfenceANodeOnceItHasCaughtUp() {
        register(1, 5);
        sessions.lead();
        HeartbeatReply early = join(sessions.beat(new Heartbeat(1, 5, 4)));
        assertThat(early.state()).isEqualTo(State.FENCED);
        assertThat(early.intervalMs()).isLessThan(50);
        HeartbeatReply caughtUp = join(sessions.beat(new Heartbeat(1, 5, 5)));
        assertThat(caughtUp).isEqualTo(new HeartbeatReply(State.ACTIVE, 250));
        assertThat(image.node(1).orElseThrow().fenced()).isFalse();
    }

    @Test
    void shouldTellStrangersAndPredecessorsApart() {
        register(1, 5);
        sessions.lead();
        assertThat(join(sessions.beat(new Heartbeat(2, 5, 9))).state())
                .isEqualTo(State.UNKNOWN_NODE);
        assertThat(join(sessions.beat(new Heartbeat(1, 4, 9))).state())
                .isEqualTo(State.STALE_EPOCH);
    }

    @Test
    void shouldMakeWayAtOnceForANodeThatItNeverHeard() {
        live(1);
        sessions.lead();
        assertThat(makeWay(1, 2)).isDone();
        assertThat(image.node(1).orElseThrow().fenced()).isTrue();
    }

    @Test
    void shouldMakeWayForANodeThatFellSilent() {
        live(1);
        sessions.lead();
        beat(1);
        CompletableFuture<?> way = makeWay(1, 2);
        time.pass(700);
        assertThat(way).isNotDone();
        time.pass(60);
        assertThat(way).isDone();
        assertThat(image.node(1).orElseThrow().fenced()).isTrue();
    }

    @Test
    void shouldNotMakeWayOfALivingNode() {
        live(1);
        sessions.lead();
        beat(1);
        CompletableFuture<?> way = makeWay(1, 2);
        time.pass(250);
        beat(1);
        time.pass(600);
        assertThat(way).isDone();
        assertThat(image.node(1).orElseThrow().fenced()).isFalse();
    }

    @Test
    void shouldNotDelayANodesOwnRepetition() {
        live(1);
        sessions.lead();
        beat(1);
        assertThat(makeWay(1, 1)).isDone();
        assertThat(proposed).isEmpty();
    }

    @Test
    void shouldFenceNobodyAfterItResigned() {
        live(1);
        sessions.lead();
        sessions.resign();
        time.pass(10_000);
        assertThat(proposed).isEmpty();
    }

    @Test
    void shouldTryAgainWhereAFencingFailed() {
        live(1);
        sessions.lead();
        failing = true;
        time.pass(2_000);
        assertThat(proposed).hasSize(1);
        failing = false;
        time.pass(2_000);
        assertThat(image.node(1).orElseThrow().fenced()).isTrue();
    }

    @Test
    void shouldTellWhatNodesSayOfThemselvesUntilAnotherLeads() {
        live(1);
        live(2);
        sessions.lead();
        beat(2);
        tell(1, 5_000);
        time.pass(400);
        assertThat(sessions.reports().reports())
                .singleElement()
                .satisfies(
                        report -> {
                            assertThat(report.nodeId()).isEqualTo(1);
                            assertThat(report.clockAheadMs()).isEqualTo(5_000);
                            assertThat(report.heardMsAgo()).isEqualTo(400);
                        });
        sessions.lead();
        assertThat(sessions.reports().reports()).isEmpty();
    }

    @Test
    void shouldBelieveNothingThatAPredecessorSays() {
        register(1, 5);
        sessions.lead();
        join(sessions.beat(new Heartbeat(1, 4, 9, Optional.of(vitals(time.wallMs())))));
        assertThat(sessions.reports().reports()).isEmpty();
    }

    private void tell(int id, long aheadMs) {
        join(
                sessions.beat(
                        new Heartbeat(
                                id,
                                1,
                                image.version(),
                                Optional.of(vitals(time.wallMs() + aheadMs)))));
    }

    private static NodeVitals vitals(long wallMs) {
        return new NodeVitals(wallMs, List.of(), 0, List.of(), 0);
    }

    private boolean failing;

    private CompletionStage<CommandResult> propose(Command command) {
        proposed.add(command);
        if (failing) {
            return CompletableFuture.failedFuture(new java.io.IOException("no quorum"));
        }
        Command.SetNodeFenced change = (Command.SetNodeFenced) command;
        image =
                image.apply(
                        image.version() + 1,
                        change.fenced()
                                ? new Delta.NodeFenced(change.nodeId(), change.epoch())
                                : new Delta.NodeUnfenced(change.nodeId(), change.epoch()));
        return CompletableFuture.completedFuture(new CommandResult.Done(image.version()));
    }

    private void register(int id, long epoch) {
        image =
                image.apply(
                        Math.max(epoch, image.version() + 1),
                        new Delta.NodeRegistered(
                                new NodeImage(
                                        id,
                                        epoch,
                                        new Uuid(1, 1),
                                        List.of(),
                                        Optional.empty(),
                                        List.of(),
                                        true,
                                        false)));
    }

    private void live(int id) {
        register(id, 1);
        image = image.apply(image.version() + 1, new Delta.NodeUnfenced(id, 1));
    }

    private State beat(int id) {
        return join(sessions.beat(new Heartbeat(id, 1, image.version()))).state();
    }

    private CompletableFuture<?> makeWay(int id, long incarnation) {
        return sessions.makeWay(
                        new Command.RegisterNode(
                                id,
                                new Uuid(incarnation, incarnation),
                                Optional.empty(),
                                List.of(),
                                Optional.empty(),
                                List.of(),
                                true))
                .toCompletableFuture();
    }

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    /** A clock that stands still between {@link #pass} and {@link #jump}, and its timers. */
    private static final class Time implements Clock, Timers {
        private final PriorityQueue<Task> tasks =
                new PriorityQueue<>(Comparator.comparingLong(Task::atMs));
        private long nowMs;

        private record Task(long atMs, Runnable action) {}

        @Override
        public long wallMs() {
            return nowMs;
        }

        @Override
        public long nanos() {
            return TimeUnit.MILLISECONDS.toNanos(nowMs);
        }

        @Override
        public Timer schedule(long delayMs, Runnable action) {
            Task task = new Task(nowMs + delayMs, action);
            tasks.add(task);
            return () -> tasks.remove(task);
        }

        /** Time passes, and what is due happens when it is due. */
        void pass(long ms) {
            long end = nowMs + ms;
            while (!tasks.isEmpty() && tasks.peek().atMs <= end) {
                Task task = tasks.poll();
                nowMs = Math.max(nowMs, task.atMs);
                task.action.run();
            }
            nowMs = end;
        }

        /** Time passes while nothing happens, as for a process that was stopped. */
        void jump(long ms) {
            nowMs += ms;
        }
    }
}
