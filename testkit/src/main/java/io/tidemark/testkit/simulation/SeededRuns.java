package io.tidemark.testkit.simulation;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a simulation with many seeds. {@code -Dtidemark.seed=N} runs one seed only, to repeat a
 * failure; {@code -Dtidemark.seeds=N} says how many.
 */
public final class SeededRuns {
    private static final Logger log = LoggerFactory.getLogger(SeededRuns.class);

    private SeededRuns() {}

    /** One run. */
    @FunctionalInterface
    public interface Run {
        /**
         * Returns a digest of all that happened: a second run of the same seed must have the same.
         */
        long run(long seed) throws Exception;
    }

    /**
     * Runs the seeds 0, 1, 2, …
     *
     * @throws AssertionError for the first that fails, naming the seed
     */
    public static void runAll(String name, int seeds, Run run) {
        Long only = Long.getLong("tidemark.seed");
        if (only != null) {
            runOne(name, only, run);
            return;
        }
        int count = Integer.getInteger("tidemark.seeds", seeds);
        log.info("{}: seeds 0 to {}", name, count - 1);
        for (long seed = 0; seed < count; seed++) {
            runOne(name, seed, run);
        }
    }

    private static void runOne(String name, long seed, Run run) {
        try {
            run.run(seed);
        } catch (Exception | AssertionError e) {
            throw new AssertionError(
                    "%s failed with seed %d; repeat it with -Dtidemark.seed=%d: %s"
                            .formatted(name, seed, seed, e),
                    e);
        }
    }

    /** Runs a seed twice and fails where the two differ: then something beside the seed decides. */
    public static void requireRepeatable(String name, long seed, Run run) throws Exception {
        long first = run.run(seed);
        long second = run.run(seed);
        if (first != second) {
            throw new AssertionError(
                    "%s is not decided by its seed: %d ran as %d, then as %d"
                            .formatted(name, seed, first, second));
        }
    }

    /** Whether any of the seeds 0 to {@code seeds - 1} fails: for worlds with a bug put in. */
    public static boolean anyFails(int seeds, Run run) {
        for (long seed = 0; seed < seeds; seed++) {
            try {
                run.run(seed);
            } catch (Exception | AssertionError e) {
                log.info("Seed {} caught it: {}", seed, e.toString());
                return true;
            }
        }
        return false;
    }
}
