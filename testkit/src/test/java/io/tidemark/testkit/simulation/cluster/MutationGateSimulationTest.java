package io.tidemark.testkit.simulation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts each bug in and demands that the simulation finds it. */
class MutationGateSimulationTest {
    private static final Logger log = LoggerFactory.getLogger(MutationGateSimulationTest.class);
    private static final long LIMIT_NANOS = 60_000_000_000L;

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void shouldCatch(Mutation mutation) {
        // Given
        long startNanos = System.nanoTime();
        long steps = 0;
        Throwable caught = null;
        long seed = -1;

        // When
        while (caught == null && System.nanoTime() - startNanos < LIMIT_NANOS) {
            ClusterSimulation simulation = new ClusterSimulation(++seed, mutation);
            try {
                simulation.run();
            } catch (RuntimeException e) {
                caught = e;
            }
            steps += simulation.steps();
        }

        // Then
        assertThat(caught).as("%s within %d seeds and %d steps", mutation, seed, steps).isNotNull();
        log.info(
                "{}: caught by seed {} after {} steps: {}",
                mutation,
                seed,
                steps,
                String.valueOf(caught).lines().findFirst().orElse(""));
    }
}
