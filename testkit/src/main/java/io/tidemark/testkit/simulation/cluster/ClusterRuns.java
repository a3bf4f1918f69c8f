package io.tidemark.testkit.simulation.cluster;

import io.tidemark.testkit.simulation.cluster.ClusterSimulation.Outcome;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Runs many seeds on several threads, each seed on one. As a program: {@code ClusterRuns [--from N]
 * [--seeds N] [--minutes N] [--threads N]}; it ends with status 1 where a seed fails.
 */
public final class ClusterRuns {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final long firstSeed;
    private final long seeds;
    private final long endNanos;
    private final AtomicLong next;
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong steps = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final List<Failure> failures = new ArrayList<>(); // guarded by itself
    private Taken longest = new Taken(0, 0, 0); // guarded by the failures
    private final int tolerated;

    /** A seed that did not end well. */
    public record Failure(long seed, long steps, Throwable cause) {}

    /**
     * How long a seed took.
     *
     * @param cpuMs of its thread: what the machine did meanwhile does not count
     */
    public record Taken(long seed, long steps, long cpuMs) {
        @Override
        public String toString() {
            return "seed %d with %,d ms for %,d steps".formatted(seed, cpuMs, steps);
        }
    }

    /**
     * What came of all.
     *
     * @param longest the seed that took the most time
     */
    public record Report(
            long seeds,
            long steps,
            long acknowledged,
            double seconds,
            Taken longest,
            List<Failure> failures) {
        @Override
        public String toString() {
            return "%,d seeds, %,d steps, %,d batches acknowledged in %.1f s (%,.0f steps/s), longest %s, %d failures"
                    .formatted(
                            seeds,
                            steps,
                            acknowledged,
                            seconds,
                            steps / seconds,
                            longest,
                            failures.size());
        }
    }

    /**
     * @param seconds after which no new seed begins
     * @param tolerated after so many failures no new seed begins, either; at least 1
     */
    public ClusterRuns(long firstSeed, long seeds, long seconds, int tolerated) {
        this.firstSeed = firstSeed;
        this.seeds = seeds;
        this.endNanos = System.nanoTime() + seconds * 1_000_000_000L;
        this.next = new AtomicLong(firstSeed);
        this.tolerated = tolerated;
    }

    /** Runs them all, and returns when they are done. */
    public Report run(int threads) throws InterruptedException {
        long startNanos = System.nanoTime();
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            workers.add(Thread.ofPlatform().name("seeds-" + i).start(this::work));
        }
        for (Thread worker : workers) {
            worker.join();
        }
        synchronized (failures) {
            return new Report(
                    done.get(),
                    steps.get(),
                    acknowledged.get(),
                    (System.nanoTime() - startNanos) / 1e9,
                    longest,
                    List.copyOf(failures));
        }
    }

    private void work() {
        while (!stopped.get() && System.nanoTime() - endNanos < 0) {
            long seed = next.getAndIncrement();
            if (seed >= firstSeed + seeds) {
                return;
            }
            ClusterSimulation simulation = new ClusterSimulation(seed, Mutation.NONE);
            long startNanos = THREADS.getCurrentThreadCpuTime();
            Failure failure = one(seed, simulation);
            long cpuMs = (THREADS.getCurrentThreadCpuTime() - startNanos) / 1_000_000;
            done.incrementAndGet();
            synchronized (failures) {
                if (cpuMs > longest.cpuMs) {
                    longest = new Taken(seed, simulation.steps(), cpuMs);
                }
                if (failure != null) {
                    failures.add(failure);
                    stopped.set(failures.size() >= tolerated);
                }
            }
        }
    }

    private @Nullable Failure one(long seed, ClusterSimulation simulation) {
        try {
            Outcome outcome = simulation.run();
            acknowledged.addAndGet(outcome.acknowledged());
            return null;
        } catch (RuntimeException | StackOverflowError e) {
            return new Failure(seed, simulation.steps(), e);
        } finally {
            steps.addAndGet(simulation.steps());
        }
    }

    public static void main(String[] args) throws InterruptedException {
        long from = 0;
        long seeds = Long.MAX_VALUE / 2;
        long minutes = 10;
        int threads = Runtime.getRuntime().availableProcessors();
        for (int i = 0; i + 1 < args.length; i += 2) {
            long value = Long.parseLong(args[i + 1]);
            switch (args[i]) {
                case "--from" -> from = value;
                case "--seeds" -> seeds = value;
                case "--minutes" -> minutes = value;
                case "--threads" -> threads = Math.toIntExact(value);
                default -> throw new IllegalArgumentException("unknown option " + args[i]);
            }
        }
        Report report = new ClusterRuns(from, seeds, minutes * 60, 5).run(threads);
        for (Failure failure : report.failures) {
            System.out.printf("Seed %d failed after %d steps%n", failure.seed, failure.steps);
            failure.cause.printStackTrace(System.out);
        }
        System.out.println(report);
        System.exit(report.failures.isEmpty() ? 0 : 1);
    }
}
