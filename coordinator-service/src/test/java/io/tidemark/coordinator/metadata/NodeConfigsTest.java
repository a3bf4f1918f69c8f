package io.tidemark.coordinator.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.Command.ConfigChange;
import io.tidemark.metadata.command.Command.ConfigChange.Operation;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.protocol.ErrorCode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Configurations of nodes, as Kafka's tools set and clear them. */
class NodeConfigsTest {
    private final DecidingCluster cluster = DecidingCluster.of(1);

    @ParameterizedTest
    @CsvSource({
        "'', log.retention.ms",
        "1, log.retention.ms",
        "1, num.io.threads",
        "'', num.io.threads",
        "1, listener.name.internal.ssl.keystore.location",
        "1, listeners",
        "'', log.retention.hours",
        "1, min.insync.replicas",
    })
    void shouldClearWhatIsKnownThoughNothingSetIt(String node, String name) {
        assertThat(change(node, Operation.DELETE, name, "")).isInstanceOf(CommandResult.Done.class);
        assertThat(cluster.state.image().nodeConfig(node)).isEmpty();
    }

    @Test
    void shouldClearASettingBesideOneThatWasNeverSet() {
        change("1", Operation.SET, "log.retention.ms", "1000");

        CommandResult cleared =
                cluster.submit(
                        new Command.AlterNodeConfigs(
                                "1",
                                List.of(
                                        new ConfigChange("num.io.threads", Operation.DELETE, ""),
                                        new ConfigChange("log.retention.ms", Operation.DELETE, "")),
                                false));

        assertThat(cleared).isInstanceOf(CommandResult.Done.class);
        assertThat(cluster.state.image().nodeConfig("1")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "DELETE")
    void shouldRefuseWhatNothingStandsForAndSayWhy(Operation operation) {
        assertRefused(
                change("", operation, "num.io.threads", "8"),
                "Config num.io.threads cannot be set",
                "tidemark.partition.event-loops");
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseUnknownNames(Operation operation) {
        assertRefused(
                change("1", operation, "my.own.config", "8"),
                "Unknown node config 'my.own.config'");
    }

    @Test
    void shouldRefuseToSetWhatANodeTakesAtItsStart() {
        assertRefused(change("1", Operation.SET, "listeners", "x"), "listeners", "while a node");
        assertRefused(change("1", Operation.SET, "min.insync.replicas", "1"), "all must agree");
    }

    private CommandResult change(String node, Operation operation, String name, String value) {
        return cluster.submit(
                new Command.AlterNodeConfigs(
                        node, List.of(new ConfigChange(name, operation, value)), false));
    }

    private static void assertRefused(CommandResult result, String... words) {
        assertThat(result)
                .isInstanceOfSatisfying(
                        CommandResult.Rejected.class,
                        refused -> {
                            assertThat(ErrorCode.of(refused.error()))
                                    .isEqualTo(ErrorCode.INVALID_CONFIG);
                            assertThat(refused.message()).contains(words);
                        });
    }
}
