package io.tidemark.gateway.produce.body;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.buffer.ByteBuf;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.error.ApiErrorException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class V2BodyTest {

    @Test
    void shouldKeepJsonAsItStands() {
        // Given
        String value =
                "{ \"id\": 12345678901234567890, \"a\":1, \"a\" : 2, \"é\":[1.10, \"x\\u0041\"] }";

        // When
        ParsedRecord record =
                json("{\"records\":[{\"value\":" + value + ",\"key\":\"k\"}]}").getFirst();

        // Then
        assertThat(text(record.value())).isEqualTo(value);
        assertThat(text(record.key())).isEqualTo("\"k\"");
    }

    @Test
    void shouldKeepEachKindOfJsonValue() {
        for (String value :
                List.of(
                        "5",
                        "-1.5e10",
                        "true",
                        "false",
                        "\"\"",
                        "[]",
                        "{}",
                        "[[],{}]",
                        "\"\\\"\"",
                        "\"tab\\t\"",
                        "0",
                        "\"ü😀\"")) {
            ParsedRecord record = json("{\"records\":[{\"value\": " + value + " }]}").getFirst();
            assertThat(text(record.value())).isEqualTo(value);
        }
    }

    @Test
    void shouldTakeNullForNothing() {
        ParsedRecord record =
                json("{\"records\":[{\"value\":null,\"key\":null,\"partition\":null,"
                                + "\"timestamp\":null,\"headers\":null}]}")
                        .getFirst();
        assertThat(record)
                .isEqualTo(
                        new ParsedRecord(
                                ParsedRecord.ANY_PARTITION,
                                ParsedRecord.NOW,
                                null,
                                null,
                                List.of()));
    }

    @Test
    void shouldReadPartitionTimestampAndHeaders() {
        ParsedRecord record =
                json("{\"records\":[{\"partition\":3,\"timestamp\":17,\"headers\":"
                                + "[{\"name\":\"a\",\"value\":\"aGk=\"},{\"key\":\"b\",\"value\":null}]}]}")
                        .getFirst();

        assertThat(record.partition()).isEqualTo(3);
        assertThat(record.timestampMs()).isEqualTo(17);
        assertThat(record.headers()).hasSize(2);
        assertThat(
                        UTF_8.decode(
                                        java.util.Objects.requireNonNull(
                                                        record.headers().get(0).value())
                                                .duplicate())
                                .toString())
                .isEqualTo("hi");
        assertThat(record.headers().get(1).name()).isEqualTo("b");
        assertThat(record.headers().get(1).value()).isNull();
    }

    @Test
    void shouldTakeIsoDates() {
        assertThat(
                        json("{\"records\":[{\"timestamp\":\"1970-01-01T00:00:01.5Z\"}]}")
                                .getFirst()
                                .timestampMs())
                .isEqualTo(1500);
    }

    @Test
    void shouldDecodeBase64() {
        ParsedRecord record =
                parse("{\"records\":[{\"key\":\"AP8=\",\"value\":\"\"}]}", EmbeddedFormat.BINARY)
                        .getFirst();
        ByteBuf key = java.util.Objects.requireNonNull(record.key());
        assertThat(key.readableBytes()).isEqualTo(2);
        assertThat(key.getUnsignedByte(1)).isEqualTo((short) 255);
        assertThat(text(record.value())).isEmpty();
    }

    @Test
    void shouldUnescapeText() {
        ParsedRecord record =
                parse(
                                "{\"records\":[{\"key\":\"plain ü\",\"value\":\"a\\n\\u00fc\\\"\"}]}",
                                EmbeddedFormat.TEXT)
                        .getFirst();
        assertThat(text(record.key())).isEqualTo("plain ü");
        assertThat(text(record.value())).isEqualTo("a\nü\"");
    }

    @Test
    void shouldIgnoreSchemas() {
        assertThat(
                        json(
                                "{\"key_schema\":{\"a\":[1]},\"value_schema_id\":5,"
                                        + "\"records\":[{\"value\":1}]}"))
                .hasSize(1);
    }

    @Test
    void shouldNameThePlaceOfBrokenJson() {
        ApiError error =
                error("{\"records\":[\n{\"value\":1},\n{\"value\":tru}]}", EmbeddedFormat.JSON);
        assertThat(error.status()).isEqualTo(400);
        assertThat(error.errorCode()).isEqualTo(400);
        assertThat(error.message()).contains("records[1].value").contains("line 3");
    }

    @Test
    void shouldNameTheRecordWithBadBase64() {
        ApiError error =
                error(
                        "{\"records\":[{\"value\":\"AAAA\"},\n  {\"value\":\"*\"}]}",
                        EmbeddedFormat.BINARY);
        assertThat(error.errorCode()).isEqualTo(42206);
        assertThat(error.message())
                .contains("records[1].value")
                .contains("base64")
                .contains("line 2, column 12");
    }

    @Test
    void shouldSayWhichContentTypeTakesJsonWhereBase64IsExpected() {
        assertThat(error("{\"records\":[{\"value\":{}}]}", EmbeddedFormat.BINARY).message())
                .contains("application/vnd.kafka.json.v2+json");
    }

    @Test
    void shouldRefuseWhatIsNotABodyOfRecords() {
        for (String body :
                List.of(
                        "",
                        " ",
                        "[]",
                        "{}",
                        "{\"records\":[]}",
                        "{\"records\":{}}",
                        "{\"records\":null}",
                        "{\"records\":[5]}",
                        "{\"records\":[{\"valeu\":1}]}",
                        "{\"record\":[{\"value\":1}]}",
                        "{\"records\":[{\"value\":1}]} x",
                        "{\"records\":[{\"value\":1}]",
                        "{\"records\":[{\"partition\":-1}]}",
                        "{\"records\":[{\"partition\":1.5}]}",
                        "{\"records\":[{\"partition\":99999999999999999999}]}",
                        "{\"records\":[{\"timestamp\":-5}]}",
                        "{\"records\":[{\"timestamp\":\"yesterday\"}]}",
                        "{\"records\":[{\"headers\":[{\"value\":\"\"}]}]}",
                        "{\"records\":[{\"headers\":[{\"name\":\"a\",\"value\":\"*\"}]}]}",
                        "{\"records\":[{\"headers\":{\"a\":\"b\"}}]}")) {
            assertThat(error(body, EmbeddedFormat.JSON).status()).as(body).isIn(400, 422);
        }
    }

    @Test
    void shouldRefuseOtherEncodingsThanUtf8() {
        byte[] utf16 =
                "{\"records\":[{\"value\":1}]}"
                        .getBytes(java.nio.charset.StandardCharsets.UTF_16BE);
        ApiErrorException e =
                catchThrowableOfType(
                        ApiErrorException.class,
                        () -> V2Body.parse(utf16, utf16.length, EmbeddedFormat.JSON, Toll.NONE));
        assertThat(e.error().errorCode()).isEqualTo(400);
    }

    @Test
    void shouldRefuseInvalidUtf8InsideOfAValue() {
        byte[] body = "{\"records\":[{\"value\":\"xy\"}]}".getBytes(UTF_8);
        body[23] = (byte) 0xC3;
        ApiErrorException e =
                catchThrowableOfType(
                        ApiErrorException.class,
                        () -> V2Body.parse(body, body.length, EmbeddedFormat.JSON, Toll.NONE));
        assertThat(e.error().errorCode()).isEqualTo(400);
    }

    @Test
    void shouldRefuseNestingThatIsTooDeep() {
        String deep = "[".repeat(2000) + "]".repeat(2000);
        assertThat(
                        error("{\"records\":[{\"value\":" + deep + "}]}", EmbeddedFormat.JSON)
                                .errorCode())
                .isEqualTo(400);
    }

    private static List<ParsedRecord> json(String body) {
        return parse(body, EmbeddedFormat.JSON);
    }

    private static List<ParsedRecord> parse(String body, EmbeddedFormat format) {
        byte[] bytes = body.getBytes(UTF_8);
        return V2Body.parse(bytes, bytes.length, format, Toll.NONE);
    }

    private static ApiError error(String body, EmbeddedFormat format) {
        return catchThrowableOfType(ApiErrorException.class, () -> parse(body, format)).error();
    }

    static String text(@Nullable ByteBuf bytes) {
        return bytes == null ? "null" : bytes.toString(UTF_8);
    }
}
