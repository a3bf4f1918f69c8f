package io.tidemark.metadata.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.Delta;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigDefinitionsTest {
    private final ConfigDefinitions topics = ConfigDefinitions.ofTopics();

    @Test
    void shouldKnowEveryTopicConfigOfKafka() {
        List<String> ofKafka =
                Arrays.stream(TopicConfig.class.getFields())
                        .filter(field -> field.getName().endsWith("_CONFIG"))
                        .map(ConfigDefinitionsTest::constant)
                        .filter(name -> !name.equals("message.downconversion.enable"))
                        .toList();
        assertThat(ofKafka).hasSizeGreaterThan(25);
        assertThat(topics.all()).map(ConfigDefinition::name).containsAll(ofKafka);
    }

    @Test
    void shouldAcceptEveryDefaultOfItsOwn() {
        Stream.of(topics, ConfigDefinitions.ofNodes())
                .flatMap(definitions -> definitions.all().stream())
                .forEach(
                        definition ->
                                assertThat(
                                                definition
                                                        .defaultValue()
                                                        .flatMap(definition::problemWith))
                                        .as(definition.name())
                                        .isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "retention.ms, -1",
        "retention.ms, 9223372036854775807",
        "segment.bytes, 1048576",
        "flush, os",
        "leader.replication.throttled.replicas, ''",
        "leader.replication.throttled.replicas, *",
        "follower.replication.throttled.replicas, '0:1,0:2,11:3'",
        "flush.messages, 1",
        "cleanup.policy, delete",
        "compression.type, producer",
        "compression.type, gzip",
        "compression.type, uncompressed",
        "compression.gzip.level, 9",
        "compression.zstd.level, -131072",
        "unclean.leader.election.enable, FALSE",
        "message.timestamp.type, LogAppendTime",
    })
    void shouldAcceptGoodValues(String name, String value) {
        assertThat(topics.problemWith(name, value)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "leader.replication.throttled.replicas | 0:1,* | must be * or a comma-separated",
                "follower.replication.throttled.replicas | 0-1 | must be * or a comma-separated",
                "retention.ms | -2 | must be an integer of at least -1",
                "retention.ms | soon | must be an integer of at least -1",
                "retention.ms | 9223372036854775808 | must be an integer",
                "segment.bytes | 100 | must be an integer of at least 1048576",
                "segment.bytes | 3000000000 | must be an integer",
                "flush | never | must be one of fsync, os",
                "cleanup.policy | compact | only 'delete': log compaction is not available yet",
                "compression.type | brotli | must be one of uncompressed, zstd, lz4, snappy, gzip, producer",
                "compression.gzip.level | 0 | must be one of -1, 1, 2",
                "compression.zstd.level | 23 | must be an integer from -131072 to 22",
                "unclean.leader.election.enable | true | only 'false'",
                "unclean.leader.election.enable | yes | only 'false'",
                "remote.storage.enable | true | only 'false': tiered storage is not available",
                "min.insync.replicas | 0 | must be an integer of at least 1",
            })
    void shouldNameKeyValueAndWhatIsAllowed(String name, String value, String allowed) {
        assertThat(topics.problemWith(name, value))
                .hasValueSatisfying(
                        problem ->
                                assertThat(problem)
                                        .startsWith("Invalid value '" + value + "' for " + name)
                                        .contains(allowed));
    }

    @ParameterizedTest
    @CsvSource({
        "retention.m, retention.ms",
        "retension.ms, retention.ms",
        "retention_ms, retention.ms",
        "Retention.MS, retention.ms",
        "cleanup.polciy, cleanup.policy",
        "min.insync.replica, min.insync.replicas",
    })
    void shouldSuggestTheNearestKey(String typed, String meant) {
        assertThat(topics.problemWith(typed, "1"))
                .contains("Unknown topic config '" + typed + "'; did you mean " + meant + "?");
    }

    @Test
    void shouldSuggestNothingForWhatIsFarOff() {
        assertThat(topics.problemWith("bananas", "1")).contains("Unknown topic config 'bananas'");
        assertThat(topics.problemWith("x".repeat(1_000_000), "1")).isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "'', fsync",
        "flush=os, os",
        "flush.messages=1, fsync",
        "flush.messages=9223372036854775807, os",
        "flush.messages=9223372036854775807;flush.ms=1000, fsync",
        "flush.messages=9223372036854775807;flush.ms=9223372036854775807, os",
        "flush.ms=1000, fsync",
        "flush.ms=9223372036854775807, fsync",
        "flush=fsync;flush.messages=9223372036854775807, fsync",
        "flush=os;flush.messages=9223372036854775807, os",
    })
    void shouldTakeKafkasNamesForWhatTheyMean(String set, String flush) {
        Map<String, String> configs = configs(set);

        assertThat(TopicConfigs.conflict(configs)).isEmpty();
        EffectiveConfigs effective =
                EffectiveConfigs.ofTopic(configs, ClusterImage.empty(), 1, Map.of());
        assertThat(effective.getString("flush")).isEqualTo(flush);
    }

    @ParameterizedTest
    @CsvSource({
        "'', os",
        "flush=fsync, fsync",
        "flush.messages=1, fsync",
        "flush.ms=1000, fsync",
        "flush.ms=9223372036854775807, os",
    })
    void shouldTakeTheClustersDefaultWhereATopicSaysNothing(String set, String flush) {
        EffectiveConfigs effective =
                EffectiveConfigs.ofTopic(
                        configs(set), ClusterImage.empty(), 1, Map.of("log.flush", "os"));

        assertThat(effective.getString("flush")).isEqualTo(flush);
    }

    private static Map<String, String> configs(String set) {
        return Arrays.stream(set.split(";"))
                .filter(pair -> !pair.isEmpty())
                .collect(
                        Collectors.toMap(
                                pair -> pair.substring(0, pair.indexOf('=')),
                                pair -> pair.substring(pair.indexOf('=') + 1)));
    }

    @Test
    void shouldRefuseSyncIntervalsBesideFlushOs() {
        assertThat(TopicConfigs.conflict(Map.of("flush", "os", "flush.messages", "1")))
                .hasValueSatisfying(text -> assertThat(text).contains("flush.messages"));
        assertThat(TopicConfigs.conflict(Map.of("flush", "fsync", "flush.messages", "1")))
                .isEmpty();
        assertThat(TopicConfigs.conflict(Map.of("flush", "os"))).isEmpty();
    }

    @Test
    void shouldResolveATopicsValueFromTheStrongestSource() {
        // Given
        ClusterImage image =
                ClusterImage.empty()
                        .apply(
                                1,
                                List.of(
                                        new Delta.NodeConfigsChanged(
                                                "", Map.of("log.retention.ms", "3000")),
                                        new Delta.NodeConfigsChanged(
                                                "7", Map.of("log.retention.ms", "2000"))));
        Map<String, String> files = Map.of("log.retention.hours", "2");
        // Then
        assertThat(retention(Map.of("retention.ms", "1000"), image, 7, files)).isEqualTo(1000);
        assertThat(retention(Map.of(), image, 7, files)).isEqualTo(2000);
        assertThat(retention(Map.of(), image, 8, files)).isEqualTo(3000);
        assertThat(retention(Map.of(), ClusterImage.empty(), 8, files)).isEqualTo(7_200_000);
        assertThat(retention(Map.of(), ClusterImage.empty(), 8, Map.of())).isEqualTo(604_800_000);
    }

    @Test
    void shouldListEverySourceThatSetsAKey() {
        ConfigEntry entry =
                EffectiveConfigs.ofTopic(
                                Map.of("retention.ms", "1000"),
                                ClusterImage.empty(),
                                1,
                                Map.of("log.retention.hours", "-1"))
                        .entry("retention.ms");
        assertThat(entry.source()).isEqualTo(ConfigSource.TOPIC);
        assertThat(entry.candidates())
                .containsExactly(
                        new ConfigEntry.Candidate("retention.ms", "1000", ConfigSource.TOPIC),
                        new ConfigEntry.Candidate(
                                "log.retention.hours", "-1", ConfigSource.STATIC_NODE),
                        new ConfigEntry.Candidate(
                                "retention.ms", "604800000", ConfigSource.DEFAULT));
    }

    @Test
    void shouldReportANodesDefaultsUnderTheNamesOfKafka() {
        EffectiveConfigs node = EffectiveConfigs.ofNode(ClusterImage.empty(), 1, Map.of());
        assertThat(node.getInt("log.retention.hours")).isEqualTo(168);
        assertThat(node.entry("log.retention.ms").value()).isEmpty();
        assertThat(node.getInt("message.max.bytes")).isEqualTo(1_048_588);
        assertThat(node.getInt("num.partitions")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "'', 1 to 249",
        "., not allowed",
        ".., not allowed",
        "a b, U+0020",
        "caf\u00e9, U+00E9",
        "a/b, '/'",
        "a\u0007b, U+0007"
    })
    void shouldRefuseIllegalTopicNames(String name, String reason) {
        assertThat(TopicNames.problemWith(name))
                .hasValueSatisfying(text -> assertThat(text).contains(reason));
    }

    @Test
    void shouldAcceptLegalTopicNamesUpToTheirLimit() {
        for (String name : List.of("a", "A.b_c-9", "...", "_", "x".repeat(249))) {
            assertThat(TopicNames.problemWith(name)).isEmpty();
        }
        assertThat(TopicNames.problemWith("x".repeat(250))).isPresent();
    }

    @Test
    void shouldFindNamesThatCollide() {
        assertThat(TopicNames.collision("a.b", List.of("x", "a_b"))).contains("a_b");
        assertThat(TopicNames.collision("a_b", List.of("a.b"))).contains("a.b");
        assertThat(TopicNames.collision("a.b", List.of("a.b", "axb"))).isEmpty();
        assertThat(TopicNames.collision("ab", List.of("a.b", "a_b"))).isEmpty();
    }

    private static long retention(
            Map<String, String> topic, ClusterImage image, int node, Map<String, String> files) {
        return EffectiveConfigs.ofTopic(topic, image, node, files).getLong("retention.ms");
    }

    private static String constant(Field field) {
        try {
            return (String) field.get(null);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
