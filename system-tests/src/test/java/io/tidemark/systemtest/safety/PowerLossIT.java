package io.tidemark.systemtest.safety;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.client.Clients;
import io.tidemark.testkit.history.Anomaly;
import io.tidemark.testkit.history.HistoryCheck;
import io.tidemark.testkit.history.HistoryRecorder;
import io.tidemark.testkit.history.Partition;
import io.tidemark.testkit.process.LoopVolume;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Power loss at random moments of a running produce: the broker is killed, and of its filesystem
 * only what had been forced comes back.
 */
class PowerLossIT {

    private static final int LOSSES = Integer.getInteger("tidemark.test.power-losses", 5);
    private static final long VOLUME_BYTES = 2L << 30;

    private final HistoryRecorder unforced = new HistoryRecorder();

    @Test
    @Timeout(1_800)
    void shouldLoseNothingThatWasAcknowledged(@TempDir Path scratch) throws Exception {
        Optional<String> missing = LoopVolume.whyUnavailable(scratch);
        assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
        long seed = Long.getLong("tidemark.test.seed", System.nanoTime());
        System.out.println("seed " + seed);
        Random random = new Random(seed);

        LoopVolume volume =
                LoopVolume.create(
                        scratch.resolve("disk.img"), scratch.resolve("disk"), VOLUME_BYTES);
        try (Broker broker = Broker.start(volume.folder().resolve("data"))) {
            Partition forgetful =
                    new Partition(Clients.newTopic(broker, 1, Map.of("flush", "os")), 0);
            try (Workload workload = Workload.start(broker)) {
                for (int loss = 0; loss < LOSSES; loss++) {
                    try (RestWriter writer =
                            new RestWriter(broker, new Writer(200 + loss, forgetful, unforced))) {
                        workload.awaitProgress(100);
                        Thread.sleep(random.nextInt(600)); // the random moment
                        broker.kill9();
                    }
                    volume = volume.losePower();
                    broker.restart();
                }
                workload.assertNothingLostOrDuplicated();
                System.out.printf(
                        "%d power losses, %d records acknowledged, none lost, none twice%n",
                        LOSSES, workload.acknowledgedCount());
            }
            assertThatAnUnforcedTopicLostRecords(broker, forgetful);
        } finally {
            volume.close();
        }
    }

    /**
     * Shows that the power losses are real: a topic that opted out of forcing does lose records.
     */
    private void assertThatAnUnforcedTopicLostRecords(Broker broker, Partition forgetful) {
        TailReader.readToEnd(broker, 300, List.of(forgetful), unforced);
        long lost =
                HistoryCheck.anomaliesOf(unforced.history()).stream()
                        .filter(
                                anomaly ->
                                        anomaly instanceof Anomaly.LostWrite
                                                || anomaly instanceof Anomaly.Unseen)
                        .count();
        System.out.printf(
                "with flush=os %d of %d acknowledged records were lost%n",
                lost, unforced.acknowledgedCount());
        assertThat(lost).isPositive();
    }
}
