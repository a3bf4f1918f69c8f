package io.tidemark.gateway.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.consume.LogRecord;
import io.tidemark.gateway.consume.LogRecord.Header;
import io.tidemark.gateway.json.TextBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CloudEventTextTest {

    private static JsonNode event(
            @Nullable String key, byte @Nullable [] value, Header... headers) {
        TextBuffer text = new TextBuffer();
        CloudEventText.write(
                text,
                "orders",
                new LogRecord(
                        2,
                        7,
                        1_700_000_000_000L,
                        key == null ? null : key.getBytes(UTF_8),
                        value,
                        List.of(headers),
                        0));
        String json = new String(text.since(0), UTF_8) + "}";
        assertThat(json).doesNotContain("\n");
        return JsonMapper.shared().readTree(json);
    }

    private static Header header(String name, String value) {
        return new Header(name, value.getBytes(UTF_8));
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }

    @Test
    void shouldWrapAPlainRecord() {
        assertThat(event("k", "{\"n\":1}".getBytes(UTF_8)))
                .isEqualTo(
                        json(
                                """
                                {"specversion":"1.0","type":"io.tidemark.record",
                                 "source":"/topics/orders","id":"2-7",
                                 "time":"2023-11-14T22:13:20Z","partitionkey":"k",
                                 "data":{"n":1}}"""));
        assertThat(event(null, null).has("data")).isFalse();
        assertThat(event(null, "text".getBytes(UTF_8)).get("data").asString()).isEqualTo("text");
        assertThat(event(null, new byte[] {(byte) 0xff}).get("data_base64").asString())
                .isEqualTo("/w==");
    }

    @Test
    void shouldGiveABinaryEventItsAttributesBack() {
        assertThat(
                        event(
                                "k",
                                "1".getBytes(UTF_8),
                                header("ce_specversion", "1.0"),
                                header("ce_id", "a"),
                                header("ce_source", "/s"),
                                header("ce_type", "t"),
                                header("ce_own", "x"),
                                header("content-type", "text/plain"),
                                header("other", "left out")))
                .isEqualTo(
                        json(
                                """
                                {"specversion":"1.0","id":"a","source":"/s","type":"t","own":"x",
                                 "datacontenttype":"text/plain","data":"1"}"""));
    }

    @Test
    void shouldGiveAStructuredEventAsItCame() {
        String event = "{\"specversion\":\"1.0\",\n \"id\":\"a\",\"data\":{}} ";
        Header type = header("content-type", "application/cloudevents+json; charset=UTF-8");
        assertThat(event(null, event.getBytes(UTF_8), type)).isEqualTo(json(event));
        // What only says that it is an event
        assertThat(event(null, "{ }".getBytes(UTF_8), type).get("id").asString()).isEqualTo("2-7");
        assertThat(event(null, "[1]".getBytes(UTF_8), type).get("id").asString()).isEqualTo("2-7");
        assertThat(event(null, "no json".getBytes(UTF_8), type).get("data").asString())
                .isEqualTo("no json");
    }
}
