package io.tidemark.systemtest.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.systemtest.broker.Installation;
import io.tidemark.testkit.chaos.ChaosPlan;
import io.tidemark.testkit.chaos.ChaosReport;
import io.tidemark.testkit.chaos.ChaosRun;
import io.tidemark.testkit.chaos.FaultKind;
import io.tidemark.testkit.chaos.ReportPage;
import io.tidemark.testkit.cluster.NamespaceNetwork;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A short run of {@code ./tidemark chaos}: ten kills, some pauses and cuts. */
class ChaosIT {
    private static final int KILLS = Integer.getInteger("tidemark.test.kills", 10);
    private static final int OTHERS = Math.ceilDiv(KILLS, 4);

    @Test
    @Timeout(1_200)
    void shouldLoseAndRepeatNothingOverManyFaults(@TempDir Path scratch) throws Exception {
        Optional<String> noCuts = NamespaceNetwork.whyUnavailable();
        assumeTrue(noCuts.isEmpty(), noCuts::toString);
        long seed = Long.getLong("tidemark.test.seed", System.nanoTime() % 1_000_000);
        System.out.println("seed " + seed);
        ChaosPlan plan =
                new ChaosPlan(
                        Installation.distribution(),
                        scratch,
                        seed,
                        Duration.ofSeconds(60),
                        Map.of("kill", KILLS, "pause", OTHERS, "cut", OTHERS),
                        FaultKind.ofWords(List.of("kill", "pause", "cut")),
                        Duration.ofSeconds(2),
                        200);

        ChaosReport report = new ChaosRun(plan, System.out::println).run("seed " + seed);

        System.out.println(new ReportPage(report));
        assertThat(report.violations()).isEmpty();
        assertThat(report.history().anomalies()).isEmpty();
        assertThat(report.history().acknowledged()).isGreaterThan(KILLS * 200);
        assertThat(report.hits())
                .hasEntrySatisfying(
                        "kill", kills -> assertThat(kills).isGreaterThanOrEqualTo(KILLS));
    }
}
