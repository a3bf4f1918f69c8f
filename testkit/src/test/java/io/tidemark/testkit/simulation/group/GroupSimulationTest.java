package io.tidemark.testkit.simulation.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.testkit.simulation.SeededRuns;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code -Dtidemark.seed=N} runs one seed, {@code -Dtidemark.seeds=N} so many. */
class GroupSimulationTest {
    private static final Logger log = LoggerFactory.getLogger(GroupSimulationTest.class);
    private static final int SEEDS_FOR_MUTANTS = 300;

    @Test
    void shouldHoldEveryInvariantThroughAnyFaults() {
        Long only = Long.getLong("tidemark.seed");
        long first = only == null ? 0 : only;
        long count = only == null ? Long.getLong("tidemark.seeds", 10_000) : 1;
        LongAdder steps = new LongAdder();
        LongAdder commits = new LongAdder();

        LongStream.range(first, first + count)
                .parallel()
                .forEach(
                        seed -> {
                            GroupSimulation.Outcome outcome = run(seed);
                            steps.add(outcome.steps());
                            commits.add(outcome.commits());
                        });

        log.info("{} seeds, {} steps, {} commits", count, steps, commits);
        assertThat(commits.sum()).isPositive();
    }

    private static GroupSimulation.Outcome run(long seed) {
        try {
            return new GroupSimulation(seed).run();
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(
                    "Seed %d failed; repeat it with -Dtidemark.seed=%d: %s"
                            .formatted(seed, seed, e),
                    e);
        }
    }

    @Test
    void shouldBeDecidedByItsSeed() throws Exception {
        for (long seed = 0; seed < 20; seed++) {
            SeededRuns.requireRepeatable(
                    "Groups", seed, s -> new GroupSimulation(s).run().digest());
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void shouldFindABugThatIsPutIn(GroupMutation mutation) {
        assertThat(
                        SeededRuns.anyFails(
                                SEEDS_FOR_MUTANTS,
                                seed -> new GroupSimulation(seed, mutation).run().digest()))
                .as("caught within %d seeds", SEEDS_FOR_MUTANTS)
                .isTrue();
    }
}
