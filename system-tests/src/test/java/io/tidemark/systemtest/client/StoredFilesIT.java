package io.tidemark.systemtest.client;

import static io.tidemark.systemtest.client.Clients.newTopic;
import static io.tidemark.systemtest.client.Clients.producer;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.systemtest.broker.Broker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kafka's own DumpLogSegments reads our files and finds nothing wrong with them. */
class StoredFilesIT {

    private static final int COUNT = 3_000;
    private static final Pattern BATCH =
            Pattern.compile(
                    "baseOffset: (\\d+) lastOffset: (\\d+) count: (\\d+).* isvalid: (\\w+)");

    @Test
    void shouldPassKafkasOwnDumpTool(@TempDir Path scratch) throws IOException {
        try (Broker broker = Broker.start(scratch.resolve("data"))) {
            check(broker);
        }
    }

    @Test
    void shouldStoreWhatTheTopicSaysWhateverProducersSend(@TempDir Path scratch)
            throws IOException {
        try (Broker broker = Broker.start(scratch.resolve("data"))) {
            // Given, made by Kafka's own tool, by names that it knows
            KafkaTool.run(
                            "org.apache.kafka.tools.TopicCommand",
                            "--bootstrap-server",
                            broker.kafka(),
                            "--create",
                            "--topic",
                            "packed",
                            "--config",
                            "compression.type=zstd",
                            "--config",
                            "compression.zstd.level=1",
                            "--config",
                            "flush.messages=9223372036854775807")
                    .expectSuccess();
            for (String compression : List.of("none", "gzip", "snappy", "lz4", "zstd")) {
                fill(broker, "packed", compression);
            }
            String described =
                    KafkaTool.run(
                                    "kafka.admin.ConfigCommand",
                                    "--bootstrap-server",
                                    broker.kafka(),
                                    "--describe",
                                    "--all",
                                    "--topic",
                                    "packed")
                            .expectSuccess();
            assertThat(described).contains("flush=os ");
            broker.stop();

            // When
            String dump = dump(filesOf(folderOf(broker, "packed"), ".log"), "--deep-iteration");

            // Then
            assertThat(dump).contains("payload: value-0-");
            assertThat(dump.lines().filter(line -> line.startsWith("baseOffset:")))
                    .isNotEmpty()
                    .allMatch(line -> line.contains("compresscodec: zstd"));
            assertBatchesAreWhole(dump);
        }
    }

    private static void check(Broker broker) throws IOException {
        // Given: several segments, each with index entries, all compressions
        String topic =
                newTopic(
                        broker,
                        1,
                        Map.of("segment.bytes", "1048576", "index.interval.bytes", "4096"));
        for (String compression : List.of("none", "gzip", "snappy", "lz4", "zstd")) {
            fill(broker, topic, compression);
        }
        broker.stop();
        Path folder = folderOf(broker, topic);

        // When
        String segments = dump(filesOf(folder, ".log"), "--deep-iteration");
        String indexes = dump(filesOf(folder, ".index"), "--index-sanity-check");
        String timeIndexes = dump(filesOf(folder, ".timeindex"), "--index-sanity-check");
        String verified = dump(filesOf(folder, ".index"), "--verify-index-only");

        // Then
        assertThat(filesOf(folder, ".log")).hasSizeGreaterThan(2);
        assertThat(filesOf(folder, ".index")).hasSameSizeAs(filesOf(folder, ".log"));
        assertThat(filesOf(folder, ".timeindex")).hasSameSizeAs(filesOf(folder, ".log"));
        for (String dump : List.of(segments, indexes, timeIndexes, verified)) {
            assertThat(dump)
                    .doesNotContainIgnoringCase("exception")
                    .doesNotContain("Found ")
                    .doesNotContain("invalid bytes")
                    .doesNotContain("mismatch");
        }
        assertThat(indexes).contains("passed sanity check");
        assertThat(timeIndexes).contains("passed sanity check");
        assertBatchesAreWhole(segments);
        assertThat(segments).contains("compresscodec: zstd").contains("payload: value-0-");
    }

    private static void assertBatchesAreWhole(String dump) {
        Matcher batch = BATCH.matcher(dump);
        long nextOffset = 0;
        while (batch.find()) {
            assertThat(Long.parseLong(batch.group(1))).isEqualTo(nextOffset);
            assertThat(batch.group(4)).isEqualTo("true");
            nextOffset = Long.parseLong(batch.group(2)) + 1;
        }
        assertThat(nextOffset).isEqualTo(5L * COUNT);
    }

    private static void fill(Broker broker, String topic, String compression) {
        Map<String, Object> settings =
                Map.of("compression.type", compression, "batch.size", 10_000);
        try (Producer<String, String> producer = producer(broker, settings)) {
            for (int i = 0; i < COUNT; i++) {
                producer.send(
                        new ProducerRecord<>(
                                topic, "key-" + i, "value-" + i + "-" + randomText(i, 400)));
            }
        }
    }

    /** Text that hardly compresses, so that the segments fill up. */
    private static String randomText(int seed, int length) {
        return new Random(seed)
                .ints(length, ' ', '~')
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
    }

    private static Path folderOf(Broker broker, String topic) throws IOException {
        try (Stream<Path> files = Files.walk(broker.dataFolder())) {
            return files.filter(file -> file.getFileName().toString().equals(topic + "-0"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** In the order of their offsets. */
    private static List<Path> filesOf(Path folder, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
        }
    }

    private static String dump(List<Path> files, String mode) {
        String list = files.stream().map(Path::toString).collect(Collectors.joining(","));
        return KafkaTool.run(
                        "org.apache.kafka.tools.DumpLogSegments",
                        mode,
                        "--print-data-log",
                        "--files",
                        list)
                .expectSuccess()
                .replaceAll("(?m)^SLF4J.*$", ""); // it tells what it found, too
    }
}
