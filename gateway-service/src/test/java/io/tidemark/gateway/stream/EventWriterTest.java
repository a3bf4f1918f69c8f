package io.tidemark.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.tidemark.gateway.consume.Cursor;
import io.tidemark.gateway.consume.CursorWriter;
import io.tidemark.gateway.consume.LogRecord;
import io.tidemark.gateway.consume.PartitionRead;
import io.tidemark.gateway.limit.ReadBudget;
import io.tidemark.gateway.stream.EventFormat.Media;
import io.tidemark.gateway.stream.EventFormat.Values;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class EventWriterTest {

    private static final Uuid TOPIC_ID = new Uuid(1, 2);
    private static final JsonMapper JSON = new JsonMapper();

    private final EventWriter writer =
            new EventWriter(
                    "or\"ders",
                    TOPIC_ID,
                    UnpooledByteBufAllocator.DEFAULT,
                    ReadBudget.ofHeap(0, 1 << 30));

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static LogRecord row(long offset, byte @Nullable [] key, byte @Nullable [] value) {
        return new LogRecord(1, offset, 1_700_000_000_000L, key, value, List.of(), 0);
    }

    private String all(EventFormat format, LogRecord... rows) {
        long next = rows[rows.length - 1].offset() + 1;
        Frame frame =
                Frame.of(
                                new long[] {3, rows[0].offset()},
                                List.of(new PartitionRead.Records(1, List.of(rows), next, next)),
                                1 << 20,
                                true)
                        .getFirst();
        ByteBuf bytes = writer.all(frame, format);
        String text = bytes.toString(StandardCharsets.UTF_8);
        bytes.release();
        return text;
    }

    private JsonNode object(Values values, byte @Nullable [] key, byte @Nullable [] value) {
        String text = all(new EventFormat(Media.NDJSON, values), row(7, key, value));
        assertThat(text).endsWith("\n").containsOnlyOnce("\n");
        return JSON.readTree(text);
    }

    @Test
    void shouldWriteOneMessageWithItsCursorForEachRecord() {
        String text =
                all(
                        new EventFormat(Media.SSE, Values.AUTO),
                        row(7, utf8("k"), utf8("{\"a\":\n1}")),
                        row(9, null, null));

        String first = Cursor.of(TOPIC_ID, new int[] {0, 1}, new long[] {3, 8}).text();
        String second = Cursor.of(TOPIC_ID, new int[] {0, 1}, new long[] {3, 10}).text();
        assertThat(text)
                .isEqualTo(
                        "id: "
                                + first
                                + "\ndata: {\"topic\":\"or\\\"ders\",\"partition\":1,\"offset\":7,"
                                + "\"timestamp\":1700000000000,\"headers\":[],\"key\":\"k\","
                                + "\"value\":{\"a\": 1}}\n\nid: "
                                + second
                                + "\ndata: {\"topic\":\"or\\\"ders\",\"partition\":1,\"offset\":9,"
                                + "\"timestamp\":1700000000000,\"headers\":[],\"key\":null,"
                                + "\"value\":null}\n\n");
    }

    @Test
    void shouldWriteTheCursorOnTheLastLineOfAFlushOnly() {
        String[] lines =
                all(
                                new EventFormat(Media.NDJSON, Values.AUTO),
                                row(7, null, utf8("1")),
                                row(8, null, utf8("2")))
                        .split("\n");

        assertThat(lines).hasSize(2);
        assertThat(JSON.readTree(lines[0]).has("cursor")).isFalse();
        assertThat(JSON.readTree(lines[1]).get("cursor").asString())
                .isEqualTo(Cursor.of(TOPIC_ID, new int[] {0, 1}, new long[] {3, 9}).text());
    }

    @Test
    void shouldTellJsonTextAndBinaryApart() {
        byte[] binary = {(byte) 0xFF, 0};
        assertThat(object(Values.AUTO, utf8("5"), utf8("hi \"you\"\n")).get("key").asInt())
                .isEqualTo(5);
        assertThat(object(Values.AUTO, null, utf8("hi \"you\"\n\u0001é")).get("value").asString())
                .isEqualTo("hi \"you\"\n\u0001é");
        JsonNode mixed = object(Values.AUTO, binary, utf8("[1]"));
        assertThat(mixed.has("key")).isFalse();
        assertThat(mixed.get("key_base64").asString()).isEqualTo("/wA=");
        assertThat(mixed.get("value").isArray()).isTrue();
    }

    @Test
    void shouldFixTheFormatForAll() {
        assertThat(object(Values.TEXT, utf8("5"), utf8("{}")).get("value").asString())
                .isEqualTo("{}");
        assertThat(object(Values.BINARY, utf8("5"), null).get("key_base64").asString())
                .isEqualTo("NQ==");
        assertThat(object(Values.BINARY, utf8("5"), null).get("value").isNull()).isTrue();
        JsonNode json = object(Values.JSON, utf8("\"5\""), utf8("plain"));
        assertThat(json.get("key").asString()).isEqualTo("5");
        assertThat(json.get("value_base64").asString()).isEqualTo("cGxhaW4=");
    }

    @Test
    void shouldWriteHeadersInTheirOrder() {
        LogRecord row =
                new LogRecord(
                        1,
                        7,
                        -1,
                        null,
                        null,
                        List.of(
                                new LogRecord.Header("a", utf8("1")),
                                new LogRecord.Header("a", null),
                                new LogRecord.Header("b", new byte[] {(byte) 0x80})),
                        0);

        JsonNode headers =
                JSON.readTree(all(new EventFormat(Media.NDJSON, Values.AUTO), row)).get("headers");

        assertThat(headers.toString())
                .isEqualTo(
                        "[{\"name\":\"a\",\"value\":\"1\"},{\"name\":\"a\",\"value\":null},"
                                + "{\"name\":\"b\",\"value_base64\":\"gA==\"}]");
    }

    @Test
    void shouldWriteTheCursorOfEveryPositionAsTheValueDoes() {
        var writerOfCursors = new CursorWriter(TOPIC_ID);
        Random random = new Random(1);
        for (int round = 0; round < 3_000; round++) {
            int sparse = round % 2 == 0 ? 4 : 1_000;
            long[] positions =
                    random.longs(round < 3 ? 2_000 : 1 + random.nextInt(40), 0, 1L << 40)
                            .map(p -> random.nextInt(sparse) == 0 ? -1 : p)
                            .toArray();
            writerOfCursors.write(positions);
            String text =
                    new String(
                            writerOfCursors.text(),
                            0,
                            writerOfCursors.length(),
                            StandardCharsets.ISO_8859_1);
            assertThat(text).isEqualTo(writerOfCursors.cursor(positions).text());
        }
    }
}
