package io.tidemark.gateway.produce.body;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.error.ApiErrorException;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A property that comes twice says two things: the last one must not win silently. */
class ComesTwiceTest {

    private static final String HEADERS = "[{\"name\":\"a\",\"value\":\"AA==\"}]";

    private static void refused(String text, String where, Consumer<byte[]> parse) {
        ApiErrorException thrown =
                catchThrowableOfType(
                        ApiErrorException.class, () -> parse.accept(text.getBytes(UTF_8)));
        assertThat(thrown).as(text).isNotNull();
        ApiError error = thrown.error();
        assertThat(error.status()).as(text).isEqualTo(422);
        assertThat(error.message()).as(text).contains(where + " comes twice");
    }

    private static void v2(byte[] bytes) {
        V2Body.parse(bytes, bytes.length, EmbeddedFormat.JSON, Toll.NONE);
    }

    private static void v3(byte[] bytes) {
        V3Record.parse(bytes, 0, bytes.length);
    }

    private static void line(byte[] bytes) {
        NativeRecord.parse(bytes, 0, bytes.length);
    }

    private static void event(byte[] bytes) {
        CloudEvent.parse(bytes, 0, bytes.length);
    }

    @Test
    void shouldRefuseInV2() {
        for (String property :
                List.of(
                        "\"key\":1",
                        "\"value\":null",
                        "\"partition\":0",
                        "\"timestamp\":5",
                        "\"headers\":" + HEADERS)) {
            String name = property.substring(1, property.indexOf('"', 1));
            String record = "{\"records\":[{" + property + "," + property + "}]}";
            refused(record, "records[0]." + name, ComesTwiceTest::v2);
            // And where another one stands between them
            String between = "{\"records\":[{" + property + ",\"%s\":null," + property + "}]}";
            String other = name.equals("value") ? "key" : "value";
            refused(between.formatted(other), "records[0]." + name, ComesTwiceTest::v2);
        }
        refused("{\"records\":[{\"value\":1}],\"records\":[]}", "records", ComesTwiceTest::v2);
    }

    @Test
    void shouldRefuseInHeaders() {
        for (String header :
                List.of(
                        "{\"name\":\"a\",\"name\":\"b\"}",
                        "{\"name\":\"a\",\"key\":\"b\"}",
                        "{\"name\":\"a\",\"value\":null,\"value\":\"AA==\"}",
                        "{\"name\":\"a\",\"value\":\"AA==\",\"value_base64\":\"AA==\"}")) {
            String of = "{\"headers\":[" + header + "]}";
            refused("{\"records\":[" + of + "]}", "", ComesTwiceTest::v2);
            refused(of, "", ComesTwiceTest::v3);
            refused(of, "", ComesTwiceTest::line);
        }
        // Two headers of one name are two headers
        line("{\"headers\":[{\"name\":\"a\"},{\"name\":\"a\"}]}".getBytes(UTF_8));
    }

    @Test
    void shouldRefuseInV3() {
        String data = "{\"type\":\"JSON\",\"data\":1}";
        refused("{\"key\":" + data + ",\"key\":null}", "key", ComesTwiceTest::v3);
        refused("{\"value\":null,\"value\":" + data + "}", "value", ComesTwiceTest::v3);
        refused("{\"partition_id\":0,\"partition_id\":1}", "partition_id", ComesTwiceTest::v3);
        refused("{\"timestamp\":1,\"timestamp\":2}", "timestamp", ComesTwiceTest::v3);
        refused("{\"headers\":[],\"headers\":[]}", "headers", ComesTwiceTest::v3);
        refused(
                "{\"key\":{\"type\":\"JSON\",\"data\":1,\"data\":2}}",
                "key.data",
                ComesTwiceTest::v3);
        refused(
                "{\"key\":{\"type\":\"JSON\",\"type\":\"STRING\",\"data\":\"x\"}}",
                "key.type",
                ComesTwiceTest::v3);
        refused(
                "{\"entries\":[{\"id\":\"1\"}],\"entries\":[]}",
                "entries",
                bytes -> V3Record.parseBatch(bytes, bytes.length, Toll.NONE));
        refused(
                "{\"entries\":[{\"id\":\"1\",\"id\":\"2\"}]}",
                "id",
                bytes -> V3Record.parseBatch(bytes, bytes.length, Toll.NONE));
    }

    @Test
    void shouldRefuseInNdjson() {
        refused("{\"value\":1,\"value\":2}", "value", ComesTwiceTest::line);
        refused("{\"value\":1,\"value_base64\":\"AA==\"}", "value_base64", ComesTwiceTest::line);
        refused("{\"key_base64\":\"AA==\",\"key\":null}", "key", ComesTwiceTest::line);
        refused("{\"partition\":1,\"partition\":null}", "partition", ComesTwiceTest::line);
        refused("{\"timestamp\":1,\"timestamp\":1}", "timestamp", ComesTwiceTest::line);
        refused("{\"headers\":null,\"headers\":[]}", "headers", ComesTwiceTest::line);
    }

    @Test
    void shouldRefuseInCloudEvents() {
        String event = "\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\"";
        refused("{" + event + ",\"id\":\"1\"}", "id", ComesTwiceTest::event);
        refused(
                "{" + event + ",\"subject\":null,\"subject\":\"a\"}",
                "subject",
                ComesTwiceTest::event);
        refused(
                "{" + event + ",\"subject\":\"a\",\"subject\":null}",
                "subject",
                ComesTwiceTest::event);
    }
}
