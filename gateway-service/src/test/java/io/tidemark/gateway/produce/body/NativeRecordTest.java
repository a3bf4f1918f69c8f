package io.tidemark.gateway.produce.body;

import static io.tidemark.gateway.produce.body.V2BodyTest.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.gateway.error.ApiErrorException;
import org.junit.jupiter.api.Test;

class NativeRecordTest {

    @Test
    void shouldStoreStringsAsTextAndOtherValuesAsJson() {
        ParsedRecord record = parse("{\"key\":\"user-1\",\"value\":{\"n\": 9007199254740993}}");
        assertThat(text(record.key())).isEqualTo("user-1");
        assertThat(text(record.value())).isEqualTo("{\"n\": 9007199254740993}");
    }

    @Test
    void shouldTakeBackWhatAStreamDelivered() {
        ParsedRecord record =
                parse(
                        "{\"topic\":\"t\",\"partition\":1,\"offset\":7,\"timestamp\":99,"
                                + "\"headers\":[{\"name\":\"h\",\"value\":\"v\"}],"
                                + "\"key\":null,\"value_base64\":\"AP8=\",\"cursor\":\"v1.x\"}");
        assertThat(record.partition()).isEqualTo(1);
        assertThat(record.timestampMs()).isEqualTo(99);
        assertThat(record.key()).isNull();
        assertThat(java.util.Objects.requireNonNull(record.value()).readableBytes()).isEqualTo(2);
        assertThat(
                        UTF_8.decode(
                                        java.util.Objects.requireNonNull(
                                                record.headers().getFirst().value()))
                                .toString())
                .isEqualTo("v");
    }

    @Test
    void shouldRefuseWhatItDoesNotKnow() {
        assertThatThrownBy(() -> parse("{\"vlaue\":1}"))
                .isInstanceOf(ApiErrorException.class)
                .hasMessageContaining("vlaue is not known");
        assertThatThrownBy(() -> parse("[1]")).isInstanceOf(ApiErrorException.class);
        assertThatThrownBy(() -> parse("{} {}")).isInstanceOf(ApiErrorException.class);
    }

    private static ParsedRecord parse(String line) {
        byte[] bytes = line.getBytes(UTF_8);
        return NativeRecord.parse(bytes, 0, bytes.length);
    }
}
