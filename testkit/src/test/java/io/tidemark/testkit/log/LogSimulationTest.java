package io.tidemark.testkit.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.testkit.log.LogSimulation.Variant;
import io.tidemark.testkit.simulation.SeededRuns;
import org.junit.jupiter.api.Test;

class LogSimulationTest {
    private static final int SEEDS = 2_500;
    private static final int MUTANT_SEEDS = 300;

    @Test
    void shouldHoldWhatWasAcknowledgedThroughAnyCrash() {
        SeededRuns.runAll("Log", SEEDS, seed -> new LogSimulation(seed, Variant.CORRECT).run());
    }

    @Test
    void shouldBeDecidedByItsSeed() throws Exception {
        for (long seed = 0; seed < 20; seed++) {
            SeededRuns.requireRepeatable(
                    "Log", seed, s -> new LogSimulation(s, Variant.CORRECT).run());
        }
    }

    @Test
    void shouldCatchAcknowledgementBeforeSync() {
        Variant mutant = new Variant(true, disk -> disk);

        assertThat(caught(mutant)).isTrue();
    }

    @Test
    void shouldCatchSyncsThatDoNothing() {
        Variant mutant = new Variant(false, MutantDisk::withoutForce);

        assertThat(caught(mutant)).isTrue();
    }

    @Test
    void shouldCatchNamesThatAreNotSynced() {
        Variant mutant = new Variant(false, MutantDisk::withoutDirectorySync);

        assertThat(caught(mutant)).isTrue();
    }

    @Test
    void shouldCatchWritesThatAreNotCutBack() {
        Variant mutant = new Variant(false, MutantDisk::withoutTruncate);

        assertThat(caught(mutant)).isTrue();
    }

    private static boolean caught(Variant mutant) {
        return SeededRuns.anyFails(MUTANT_SEEDS, seed -> new LogSimulation(seed, mutant).run());
    }
}
