package io.tidemark.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every JVM that we start ends when it runs out of memory, wherever it is started (ADR 152). */
class OutOfMemoryTest {

    private static final String FLAG = "-XX:+ExitOnOutOfMemoryError";

    /** Files of options that have the flag. */
    private static final List<String> HAVE_IT =
            List.of(FLAG, "@$OPTIONS", "@/opt/tidemark/jvm.options");

    private static final Pattern LAUNCHED = Pattern.compile("\\$JDK/bin/java\"");
    private static final Pattern IN_AN_IMAGE = Pattern.compile("(\"java\",|(&&|RUN) java )");
    private static final Pattern IN_A_MANIFEST =
            Pattern.compile("(command|entrypoint|args):.*\\bjava\\b");
    private static final Pattern IN_JAVA = Pattern.compile("\"bin\", \"java\"|/bin/java\"");

    /** They start Kafka's own programs, or are given their options by what has the flag. */
    private static final List<String> NOT_OURS =
            List.of(
                    "ReferenceKafka.java",
                    "KafkaTool.java",
                    "StartupCache.java",
                    "BrokerLaunch.java",
                    "OutOfMemoryTest.java");

    /** A file's lines, those that go on behind a backslash put together. */
    private static Stream<String> commands(Path file) {
        return SourceTree.read(file).replaceAll("\\\\\\n\\s*", " ").lines();
    }

    private static List<String> withoutFlag(List<Path> files, Pattern start) {
        return files.stream()
                .flatMap(OutOfMemoryTest::commands)
                .filter(line -> start.matcher(line).find())
                .filter(line -> HAVE_IT.stream().noneMatch(line::contains))
                .map(String::strip)
                .toList();
    }

    private static long starts(List<Path> files, Pattern start) {
        return files.stream()
                .flatMap(OutOfMemoryTest::commands)
                .filter(line -> start.matcher(line).find())
                .count();
    }

    @Test
    void shouldStandAmongTheOptionsOfTheBroker() {
        List<Path> options = SourceTree.files("jvm.options");
        assertThat(options).hasSize(1);
        assertThat(commands(options.getFirst())).contains(FLAG);
    }

    @Test
    void shouldStandWhereverTheLauncherStartsAJvm() {
        List<Path> launcher = List.of(SourceTree.root().resolve("tidemark"));
        assertThat(starts(launcher, LAUNCHED)).as("places found").isGreaterThanOrEqualTo(6);
        assertThat(withoutFlag(launcher, LAUNCHED)).isEmpty();
    }

    @Test
    void shouldStandWhereverAnImageStartsAJvm() {
        List<Path> images = SourceTree.files("Dockerfile");
        assertThat(starts(images, IN_AN_IMAGE)).as("places found").isGreaterThanOrEqualTo(9);
        assertThat(withoutFlag(images, IN_AN_IMAGE)).isEmpty();
    }

    @Test
    void shouldNotBeTakenBackByTheChartOrCompose() {
        List<Path> manifests = SourceTree.files(".yaml", ".yml", ".tpl");
        assertThat(manifests).as("the chart and Compose were found").hasSizeGreaterThan(10);
        assertThat(withoutFlag(manifests, IN_A_MANIFEST)).isEmpty();
        assertThat(manifests)
                .filteredOn(file -> SourceTree.read(file).contains(FLAG.replace('+', '-')))
                .isEmpty();
    }

    @Test
    void shouldStandWhereverAProgramStartsAJvm() {
        List<Path> starting =
                SourceTree.files(".java").stream()
                        .filter(file -> !NOT_OURS.contains(file.getFileName().toString()))
                        .filter(file -> IN_JAVA.matcher(SourceTree.read(file)).find())
                        .toList();
        assertThat(starting).as("the files found").hasSizeGreaterThanOrEqualTo(4);
        assertThat(starting).filteredOn(file -> !SourceTree.read(file).contains(FLAG)).isEmpty();
    }
}
