package io.tidemark.testkit.simulation;

import io.tidemark.environment.Entropy;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries requests and answers between processes. By default a link keeps the order and takes a
 * moment; it can lose, double and reorder messages, be cut in one direction, or clog. A message to
 * a process that has crashed since is lost: its connection is gone. A seed decides.
 */
public final class SimulatedNetwork {
    private static final int PER_MILLE = 1_000;

    private final Schedule schedule;
    private final Entropy entropy;
    private final boolean[][] cut;
    private final long[][] cloggedUntilNanos;
    private final long[][] lastArrivalNanos;
    private Quality quality = new Quality(100_000, 400_000, 0, 0, 0);

    /**
     * How good the network is, outside of cuts and clogs.
     *
     * @param reorderPerMille how many messages may overtake others, or be overtaken by seconds
     */
    public record Quality(
            int minLatencyNanos,
            int jitterNanos,
            int lossPerMille,
            int duplicatePerMille,
            int reorderPerMille) {}

    /** An answer is given. */
    @FunctionalInterface
    public interface Reply<R> {
        void with(R answer);
    }

    public SimulatedNetwork(Schedule schedule, Entropy entropy, int processes) {
        this.schedule = schedule;
        this.entropy = entropy;
        this.cut = new boolean[processes][processes];
        this.cloggedUntilNanos = new long[processes][processes];
        this.lastArrivalNanos = new long[processes][processes];
    }

    public void setQuality(Quality quality) {
        this.quality = quality;
    }

    /** Drops everything from one process to another until it is healed. */
    public void cut(int from, int to) {
        cut[from][to] = true;
    }

    /** Holds everything back for a time. */
    public void clog(int from, int to, long forNanos) {
        cloggedUntilNanos[from][to] = schedule.nowNanos() + forNanos;
    }

    /** Ends all cuts and clogs. */
    public void heal() {
        for (int i = 0; i < cut.length; i++) {
            Arrays.fill(cut[i], false);
            Arrays.fill(cloggedUntilNanos[i], 0);
        }
    }

    /** Whether messages go both ways between two processes. */
    public boolean connected(SimulatedProcess one, SimulatedProcess other) {
        return !cut[one.id()][other.id()] && !cut[other.id()][one.id()];
    }

    /** A request on its way; the first answer in time counts. */
    private static final class Call<R> {
        private final Consumer<@Nullable R> answered;
        private Schedule.@Nullable Event timeout;
        private boolean done;

        private Call(Consumer<@Nullable R> answered) {
            this.answered = answered;
        }

        private void end(@Nullable R answer) {
            if (!done) {
                done = true;
                if (timeout != null) {
                    timeout.cancel();
                }
                answered.accept(answer);
            }
        }
    }

    /**
     * Asks a process.
     *
     * @param serve run by {@code to}, more than once where the message is doubled
     * @param answered run by {@code from} once, with null where no answer came in time or nobody
     *     listens
     */
    public <R> void call(
            SimulatedProcess from,
            SimulatedProcess to,
            long timeoutMs,
            Consumer<Reply<R>> serve,
            Consumer<@Nullable R> answered) {
        Call<R> call = new Call<>(answered);
        call.timeout = from.later(timeoutMs * 1_000_000, () -> call.end(null));
        if (!to.running() && !cut[from.id()][to.id()] && !cut[to.id()][from.id()]) {
            from.later(latency(), () -> call.end(null)); // refused
            return;
        }
        int asking = from.incarnation();
        send(
                from,
                to,
                () ->
                        serve.accept(
                                answer -> {
                                    if (from.incarnation() == asking) {
                                        send(to, from, () -> call.end(answer));
                                    }
                                }));
    }

    private void send(SimulatedProcess from, SimulatedProcess to, Runnable delivery) {
        if (cut[from.id()][to.id()] || !to.running() || happens(quality.lossPerMille)) {
            return;
        }
        to.later(delay(from.id(), to.id()), delivery);
        if (happens(quality.duplicatePerMille)) {
            to.later(delay(from.id(), to.id()) + late(), delivery);
        }
    }

    private long delay(int from, int to) {
        long now = schedule.nowNanos();
        long arrival = Math.max(now, cloggedUntilNanos[from][to]) + latency();
        if (happens(quality.reorderPerMille)) {
            return arrival - now + late();
        }
        arrival = Math.max(arrival, lastArrivalNanos[from][to]);
        lastArrivalNanos[from][to] = arrival;
        return arrival - now;
    }

    private long latency() {
        return quality.minLatencyNanos + entropy.nextInt(quality.jitterNanos + 1);
    }

    /** Mostly a few milliseconds, now and then seconds. */
    private long late() {
        int magnitude = 1 + entropy.nextInt(4);
        return entropy.nextInt((int) Math.pow(10, magnitude)) * 300_000L;
    }

    private boolean happens(int perMille) {
        return perMille > 0 && entropy.nextInt(PER_MILLE) < perMille;
    }
}
