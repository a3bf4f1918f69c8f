package io.tidemark.gateway.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.tidemark.gateway.limit.ReadBudget;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordsJsonTest {

    private static final byte[] BYTES = {(byte) 0xFF, 0};

    private static LogRecord row(long offset, byte @Nullable [] key, byte @Nullable [] value) {
        int size = (key == null ? 0 : key.length) + (value == null ? 0 : value.length);
        return new LogRecord(
                1, offset, 5, key, value, List.of(new LogRecord.Header("h", BYTES)), size);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String write(RecordsJson json, long maxBytes, LogRecord... rows) {
        ByteBuf answer =
                json.write(
                        "t",
                        List.of(rows),
                        maxBytes,
                        UnpooledByteBufAllocator.DEFAULT,
                        ReadBudget.ofHeap(0, 1 << 30));
        String text = answer.toString(StandardCharsets.UTF_8);
        answer.release();
        return text;
    }

    @Test
    void shouldAnswerInTheShapeOfV2() {
        assertThat(
                        write(
                                new RecordsJson(EmbeddedFormat.BINARY, false, false),
                                100,
                                row(7, null, utf8("v"))))
                .isEqualTo(
                        "[{\"topic\":\"t\",\"key\":null,\"value\":\"dg==\",\"partition\":1,\"offset\":7}]");
    }

    @Test
    void shouldNotFailTheReadForOneRecordThatIsNotJson() {
        String text =
                write(
                        new RecordsJson(EmbeddedFormat.JSON, false, false),
                        100,
                        row(7, utf8("k"), utf8("{\"a\":1}")),
                        row(8, BYTES, utf8("5")));

        assertThat(text)
                .contains("\"key\":\"k\",\"value\":{\"a\":1}")
                .contains("\"key\":null,\"key_base64\":\"/wA=\",\"value\":5");
    }

    @Test
    void shouldAddTimestampAndHeadersWhereAskedTo() {
        assertThat(write(new RecordsJson(EmbeddedFormat.TEXT, true, true), 100, row(7, null, null)))
                .contains("\"timestamp\":5,\"headers\":[{\"name\":\"h\",\"value\":\"/wA=\"}]");
    }

    @Test
    void shouldStopAtTheBytesAskedForButAnswerOneRecordAtLeast() {
        RecordsJson json = new RecordsJson(EmbeddedFormat.TEXT, false, false);
        LogRecord[] rows = {row(1, null, new byte[10]), row(2, null, new byte[10])};

        assertThat(write(json, 1, rows)).contains("\"offset\":1").doesNotContain("\"offset\":2");
        assertThat(write(json, 20, rows)).contains("\"offset\":2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|BINARY",
                "*/*|BINARY",
                "application/vnd.kafka.v2+json|BINARY",
                "application/vnd.kafka.json.v2+json, */*|JSON",
                "application/vnd.kafka.text.v2+json|TEXT"
            })
    void shouldTakeTheFormatFromAccept(String accept, EmbeddedFormat format) {
        assertThat(EmbeddedFormat.accepted(accept)).contains(format);
        assertThat(EmbeddedFormat.accepted("image/png")).isEmpty();
    }
}
