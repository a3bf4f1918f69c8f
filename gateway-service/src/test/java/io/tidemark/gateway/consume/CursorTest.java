package io.tidemark.gateway.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.consume.Cursor.Parsed;
import io.tidemark.gateway.consume.Cursor.Start;
import java.util.Base64;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorTest {

    private static final Uuid TOPIC = new Uuid(0x1234_5678_9abc_4defL, 0x8765_4321_0fed_cba9L);

    @Test
    void shouldReadBackWhatItWrote() {
        Random random = new Random(7);
        for (int round = 0; round < 2_000; round++) {
            // Given
            int[] partitions = IntStream.range(0, 40).filter(p -> random.nextInt(3) > 0).toArray();
            long[] offsets =
                    IntStream.of(partitions)
                            .mapToLong(p -> random.nextLong() >>> (1 + random.nextInt(62)))
                            .toArray();
            Cursor cursor = Cursor.of(Uuid.randomUuid(), partitions, offsets);

            // When
            Parsed parsed = Cursor.parse(cursor.text());

            // Then
            assertThat(parsed).isEqualTo(new Parsed.Valid(cursor));
        }
    }

    @Test
    void shouldUseTheCompactFormForWideTopicsOnly() {
        Random random = new Random(11);
        for (int width : new int[] {1, 100, 800, 1_500, 2_000}) {
            // Given
            int[] partitions = IntStream.range(0, width).toArray();
            long[] offsets =
                    IntStream.range(0, width)
                            .mapToLong(p -> 5_000_000_000L + random.nextInt(8_000))
                            .toArray();

            // When
            Cursor cursor = Cursor.of(TOPIC, partitions, offsets);

            // Then
            assertThat(cursor.text()).startsWith(width > 800 ? "v2." : "v1.");
            assertThat(cursor.text().length()).isLessThan(Cursor.PLAIN_LIMIT_CHARS);
            assertThat(Cursor.parse(cursor.text())).isEqualTo(new Parsed.Valid(cursor));
        }
    }

    @Test
    void shouldTakeAboutNineCharactersAPartition() {
        int[] partitions = IntStream.range(0, 64).toArray();
        long[] offsets = IntStream.range(0, 64).mapToLong(p -> 3_000_000_000L + p).toArray();

        String text = Cursor.of(TOPIC, partitions, offsets).text();

        assertThat(text.length()).isLessThanOrEqualTo(64 * 9);
    }

    @Test
    void shouldStartUnlistedPartitionsAtTheirBeginningSoThatGrowthLeavesNoGap() {
        Cursor cursor = Cursor.of(TOPIC, new int[] {0, 1}, new long[] {5, 6});

        assertThat(cursor.start(1)).isEqualTo(new Start.At(6));
        assertThat(cursor.start(2)).isEqualTo(new Start.Beginning());
    }

    @Test
    void shouldStandBeforeARecordAndAtTheEndOfTheOtherPartitions() {
        // Given
        Cursor written = Cursor.before(TOPIC, 3, 1, 42);

        // When
        Parsed parsed = Cursor.parse(written.text());

        // Then
        assertThat(parsed).isEqualTo(new Parsed.Valid(written));
        assertThat(written.start(0)).isEqualTo(new Start.End());
        assertThat(written.start(1)).isEqualTo(new Start.At(42));
        assertThat(written.start(2)).isEqualTo(new Start.End());
        assertThat(written.start(3)).isEqualTo(new Start.Beginning());
    }

    @Test
    void shouldTellIncarnationsApart() {
        Cursor cursor = Cursor.of(TOPIC, new int[] {0}, new long[] {5});

        assertThat(cursor.isOf(TOPIC)).isTrue();
        assertThat(cursor.isOf(Uuid.randomUuid())).isFalse();
        assertThat(
                        IntStream.range(0, 100_000)
                                .mapToLong(i -> Cursor.incarnationOf(new Uuid(i, -i)))
                                .distinct()
                                .count())
                .isEqualTo(100_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "v1", "v1.", "v3.AAAA", "17", "v1.!!!!", "v1.gA", "v1.AAEBAQEB"})
    void shouldSayWhatIsWrong(String text) {
        assertThat(Cursor.parse(text))
                .isInstanceOfSatisfying(
                        Parsed.Malformed.class,
                        malformed ->
                                assertThat(malformed.reason())
                                        .startsWith("This is not a cursor of this server: ")
                                        .hasSizeLessThan(120));
    }

    @Test
    void shouldSurviveAnyBytes() {
        Random random = new Random(3);
        for (int round = 0; round < 50_000; round++) {
            byte[] bytes = new byte[random.nextInt(24)];
            random.nextBytes(bytes);
            String text =
                    (round % 2 == 0 ? "v1." : "v2.") + Base64.getUrlEncoder().encodeToString(bytes);
            if (Cursor.parse(text) instanceof Parsed.Valid(Cursor cursor)) {
                assertThat(Cursor.parse(cursor.text())).isEqualTo(new Parsed.Valid(cursor));
            }
        }
    }
}
