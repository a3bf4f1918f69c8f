package io.tidemark.systemtest.safety;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.systemtest.broker.Broker;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} at random moments of a running produce, over and over. */
class KillIT {

    private static final int KILLS = Integer.getInteger("tidemark.test.kills", 10);
    private static final int KILLS_WHILE_STARTING = Math.ceilDiv(KILLS, 10);

    @Test
    @Timeout(1_800)
    void shouldLoseAndRepeatNothingOverManyKills(@TempDir Path scratch) throws Exception {
        long seed = Long.getLong("tidemark.test.seed", System.nanoTime());
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        try (Broker broker = Broker.start(scratch.resolve("data"));
                Workload workload = Workload.start(broker)) {
            for (int kill = 0; kill < KILLS; kill++) {
                workload.awaitProgress(100);
                Thread.sleep(random.nextInt(600)); // the random moment
                broker.kill9();
                if (kill % (KILLS / KILLS_WHILE_STARTING) == 1) {
                    broker.beginRestart();
                    Thread.sleep(random.nextInt(3_000));
                    broker.kill9();
                }
                broker.restart();
            }
            workload.assertNothingLostOrDuplicated();
            System.out.printf(
                    "%d kills, %d records acknowledged, none lost, none twice%n",
                    KILLS, workload.acknowledgedCount());
            assertThat(workload.acknowledgedCount()).isGreaterThan(KILLS * 100L);
        }
    }
}
