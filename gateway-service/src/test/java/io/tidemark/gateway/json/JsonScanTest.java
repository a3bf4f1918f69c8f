package io.tidemark.gateway.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.json.JsonScan.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

class JsonScanTest {

    private static final JsonMapper JACKSON =
            JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5",
                "-0.5e+7",
                "\"\"",
                "null",
                "true",
                " [1, {\"a\":[]} ] ",
                "{}",
                "{\"\u043a\":\"\u0437\"}",
                "\"\\u00e9\\n\""
            })
    void shouldTakeAnyJsonValue(String json) {
        assertThat(JsonScan.scan(utf8(json))).isEqualTo(Kind.JSON);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hello",
                "01",
                "1.",
                "-",
                "+1",
                ".5",
                "1e",
                "{\"a\":1,}",
                "[1 2]",
                "{a:1}",
                "'x'",
                "\"a",
                "\"\t\"",
                "\"\\x\"",
                "\"\\u12g4\"",
                "nul",
                "1 2",
                "NaN",
                "\uFEFF{}"
            })
    void shouldCallTheRestText(String text) {
        assertThat(JsonScan.scan(utf8(text))).isEqualTo(Kind.TEXT);
    }

    @Test
    void shouldNoteLineBreaksBetweenTokens() {
        assertThat(JsonScan.scan(utf8("{\n\"a\" : 1\r\n}"))).isEqualTo(Kind.JSON_LINES);
    }

    @Test
    void shouldCallInvalidUtf8BinaryEvenWithinQuotes() {
        assertThat(JsonScan.scan(new byte[] {'"', (byte) 0xC0, (byte) 0x80, '"'}))
                .isEqualTo(Kind.BINARY);
    }

    @Test
    void shouldNotOverflowItsStack() {
        assertThat(JsonScan.scan(utf8("[".repeat(1_000_000)))).isEqualTo(Kind.TEXT);
    }

    @ParameterizedTest
    @CsvSource({"200,JSON", "300,TEXT"})
    void shouldBoundTheDepth(int depth, Kind kind) {
        assertThat(JsonScan.scan(utf8("[".repeat(depth) + "]".repeat(depth)))).isEqualTo(kind);
    }

    @Test
    void shouldAgreeWithAParserOnMutatedJson() {
        Random random = new Random(5);
        byte[] seed =
                utf8("{\"a\":[1,-2.5e3,\"x\\n\\u0041\u00e9\",true,null,{}],\"b\": {\"c\":\"\"}}");
        String alphabet = "0123456789{}[]\",:.eE+-\\utrfalsn \n";
        int valid = 0;
        for (int round = 0; round < 60_000; round++) {
            byte[] mutated = seed.clone();
            for (int change = random.nextInt(3); change >= 0; change--) {
                mutated[random.nextInt(mutated.length)] =
                        (byte)
                                (random.nextInt(3) == 0
                                        ? random.nextInt(256)
                                        : alphabet.charAt(random.nextInt(alphabet.length())));
            }
            boolean json = isUtf8(mutated) && parses(mutated);
            Kind kind = JsonScan.scan(mutated);
            assertThat(kind == Kind.JSON || kind == Kind.JSON_LINES)
                    .as(new String(mutated, StandardCharsets.UTF_8))
                    .isEqualTo(json);
            assertThat(kind == Kind.BINARY).isEqualTo(!isUtf8(mutated));
            valid += json ? 1 : 0;
        }
        assertThat(valid).isBetween(1_000, 50_000);
    }

    @Test
    void shouldAgreeWithTheDecoderOnUtf8() {
        Random random = new Random(9);
        int valid = 0;
        for (int round = 0; round < 200_000; round++) {
            int codePoint =
                    random.nextBoolean()
                            ? random.nextInt(0xD800)
                            : 0x10000 + random.nextInt(0x100000);
            byte[] bytes = utf8(Character.toString(codePoint));
            if (random.nextBoolean()) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            assertThat(Utf8.isValid(bytes)).isEqualTo(isUtf8(bytes));
            valid += isUtf8(bytes) ? 1 : 0;
        }
        assertThat(valid).isBetween(10_000, 190_000);
    }

    private static boolean parses(byte[] bytes) {
        try {
            return !JACKSON.readTree(bytes).isMissingNode();
        } catch (JacksonException e) {
            return false;
        }
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
