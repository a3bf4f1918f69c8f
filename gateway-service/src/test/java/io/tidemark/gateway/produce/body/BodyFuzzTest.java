package io.tidemark.gateway.produce.body;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.tidemark.gateway.error.ApiErrorException;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whatever the bytes are: records, or an error of the client's; never anything else. */
class BodyFuzzTest {

    private static final long RUN_NANOS = 2_000_000_000L;

    private static final List<String> SEEDS =
            List.of(
                    "{\"records\":[{\"key\":\"a2V5\",\"value\":\"dmFsdWU=\",\"partition\":1,"
                            + "\"timestamp\":5,\"headers\":[{\"name\":\"h\",\"value\":\"dg==\"}]},"
                            + "{\"value\":{\"a\":[1,2.5e3,true,null,\"\\u00fc\"]}}]}",
                    "{\"partition_id\":0,\"key\":{\"type\":\"BINARY\",\"data\":\"AA==\"},"
                            + "\"value\":{\"type\":\"JSON\",\"data\":{\"x\":[{}]}},"
                            + "\"timestamp\":\"2021-02-05T19:14:42Z\"}",
                    "{\"entries\":[{\"id\":\"1\",\"value\":{\"type\":\"STRING\",\"data\":\"\\n\"}}]}",
                    "{\"key\":\"k\",\"value\":-0.0,\"value_base64\":\"AA\",\"headers\":null}");

    @FuzzTest(maxDuration = "10s")
    void shouldSurviveAnyBytes(byte[] bytes) {
        parseAll(bytes);
    }

    @Test
    void shouldSurviveDamagedBodies() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        long end = System.nanoTime() + RUN_NANOS;
        int good = 0;
        int rounds = 0;
        while (System.nanoTime() < end) {
            byte[] bytes = SEEDS.get(random.nextInt(SEEDS.size())).getBytes(UTF_8);
            int damages = random.nextInt(4);
            for (int i = 0; i < damages; i++) {
                bytes = damage(bytes, random);
            }
            try {
                good += parseAll(bytes);
                rounds++;
            } catch (RuntimeException | AssertionError | StackOverflowError e) {
                throw new AssertionError("seed " + seed + ": " + new String(bytes, UTF_8), e);
            }
        }
        // Undamaged ones are among them: the parsers do not just refuse everything.
        assertThat(good).as("seed %d", seed).isGreaterThan(rounds / 10);
    }

    private static byte[] damage(byte[] bytes, Random random) {
        if (bytes.length == 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        int at = random.nextInt(bytes.length);
        return switch (random.nextInt(4)) {
            case 0 -> {
                byte[] cut = java.util.Arrays.copyOf(bytes, at);
                yield cut;
            }
            case 1 -> {
                byte[] doubled = java.util.Arrays.copyOf(bytes, bytes.length + at);
                System.arraycopy(bytes, 0, doubled, bytes.length, at);
                yield doubled;
            }
            case 2 -> {
                bytes[at] = "{}[]\",:\\ue0-".getBytes(UTF_8)[random.nextInt(12)];
                yield bytes;
            }
            default -> {
                bytes[at] = (byte) random.nextInt();
                yield bytes;
            }
        };
    }

    private static int parseAll(byte[] bytes) {
        int good = 0;
        for (EmbeddedFormat format : EmbeddedFormat.values()) {
            good +=
                    attempt(
                            bytes,
                            () ->
                                    V2Body.parse(bytes, bytes.length, format, Toll.NONE)
                                            .forEach(BodyFuzzTest::read));
        }
        good += attempt(bytes, () -> read(V3Record.parse(bytes, 0, bytes.length).record()));
        good +=
                attempt(
                        bytes,
                        () ->
                                V3Record.parseBatch(bytes, bytes.length, Toll.NONE)
                                        .forEach(BodyFuzzTest::readEntry));
        good += attempt(bytes, () -> read(NativeRecord.parse(bytes, 0, bytes.length)));
        return good;
    }

    private static void readEntry(V3Record.Entry entry) {
        V3Record record = entry.record();
        if (record != null) {
            read(record.record());
        }
    }

    private static int attempt(byte[] bytes, Runnable parse) {
        try {
            parse.run();
            return 1;
        } catch (ApiErrorException e) {
            assertThat(e.error().status()).isIn(400, 422);
            assertThat(e.error().message()).isNotBlank();
            return 0;
        }
    }

    private static void read(ParsedRecord record) {
        touch(record.key());
        touch(record.value());
        assertThat(record.sizeBytes()).isGreaterThanOrEqualTo(0);
    }

    private static void touch(@Nullable ByteBuf bytes) {
        if (bytes != null) {
            assertThat(bytes.toString(UTF_8)).isNotNull();
        }
    }
}
