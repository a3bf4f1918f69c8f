package io.tidemark.gateway.produce.body;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SplitterTest {

    private static final List<String> OBJECTS =
            List.of(
                    "{}",
                    "{\"a\":{\"b\":[1,{}]}}",
                    "{\"brace\":\"}\"}",
                    "{\"quote\":\"\\\"}{\\\\\"}",
                    "{\"ü\":\"😀\"}");

    @Test
    void shouldFindTheSameObjectsHoweverTheBytesAreCut() {
        for (long seed = 0; seed < 500; seed++) {
            // Given
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder();
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                String object = OBJECTS.get(random.nextInt(OBJECTS.size()));
                expected.add(object);
                text.append(object)
                        .append(List.of("", " ", "\n", "\r\n\t ").get(random.nextInt(4)));
            }

            // When
            List<String> found = split(new ObjectSplitter(1000), text.toString(), random);

            // Then
            assertThat(found).as("seed %d", seed).isEqualTo(expected);
        }
    }

    @Test
    void shouldFindTheSameLinesHoweverTheBytesAreCut() {
        for (long seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder();
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                if (random.nextInt(4) == 0) {
                    text.append("  \r\n");
                } else {
                    String line = "line " + random.nextInt(100000);
                    expected.add(line);
                    text.append(line).append(i == 19 && random.nextBoolean() ? "" : "\n");
                }
            }
            assertThat(split(new LineSplitter(1000), text.toString(), random))
                    .as("seed %d", seed)
                    .isEqualTo(expected);
        }
    }

    @Test
    void shouldGoOnAfterGarbageBetweenObjects() {
        assertThat(split(new ObjectSplitter(100), "{\"a\":1}oops{\"b\":2}", new Random(1)))
                .containsExactly("{\"a\":1}", "oops", "{\"b\":2}");
    }

    @Test
    void shouldGiveUpOnAUnitThatIsTooLong() {
        for (Splitter splitter : List.of(new ObjectSplitter(10), new LineSplitter(10))) {
            byte[] half = "{\"123456".getBytes(UTF_8);
            assertThat(splitter.feed(half, (b, f, n) -> {})).isEqualTo(Splitter.Progress.GOING_ON);
            assertThat(splitter.pendingBytes()).isEqualTo(half.length);
            assertThat(splitter.feed(half, (b, f, n) -> {})).isEqualTo(Splitter.Progress.TOO_LONG);
        }
    }

    @Test
    void shouldKeepNoWhiteSpaceThatNothingFollows() {
        ObjectSplitter splitter = new ObjectSplitter(10);
        for (int i = 0; i < 1000; i++) {
            assertThat(splitter.feed(" \n".getBytes(UTF_8), (b, f, n) -> {}))
                    .isEqualTo(Splitter.Progress.GOING_ON);
        }
        assertThat(splitter.pendingBytes()).isZero();
    }

    private static List<String> split(Splitter splitter, String text, Random random) {
        List<String> units = new ArrayList<>();
        Splitter.UnitConsumer consumer =
                (bytes, from, length) -> units.add(new String(bytes, from, length, UTF_8));
        byte[] bytes = text.getBytes(UTF_8);
        int at = 0;
        while (at < bytes.length) {
            int end = Math.min(bytes.length, at + 1 + random.nextInt(12));
            assertThat(splitter.feed(Arrays.copyOfRange(bytes, at, end), consumer))
                    .isEqualTo(Splitter.Progress.GOING_ON);
            at = end;
        }
        splitter.end(consumer);
        return units;
    }
}
