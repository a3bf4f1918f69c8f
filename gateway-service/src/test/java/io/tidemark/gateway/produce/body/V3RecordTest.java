package io.tidemark.gateway.produce.body;

import static io.tidemark.gateway.produce.body.V2BodyTest.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.error.ApiErrorException;
import java.util.List;
import org.junit.jupiter.api.Test;

class V3RecordTest {

    @Test
    void shouldReadARecordThatStandsAmongOtherBytes() {
        // Given
        String record =
                "{\"partition_id\":2,\"key\":{\"type\":\"STRING\",\"data\":\"a\\tb\"},"
                        + "\"value\":{\"data\":{\"x\": 1},\"type\":\"JSON\"},"
                        + "\"headers\":[{\"name\":\"h\",\"value\":\"aGk=\"}],"
                        + "\"timestamp\":\"2021-02-05T19:14:42Z\"}";
        byte[] bytes = ("garbage" + record + "}}}").getBytes(UTF_8);

        // When
        V3Record parsed = V3Record.parse(bytes, 7, record.length());

        // Then
        assertThat(text(parsed.record().key())).isEqualTo("a\tb");
        assertThat(text(parsed.record().value())).isEqualTo("{\"x\": 1}");
        assertThat(parsed.record().partition()).isEqualTo(2);
        assertThat(parsed.record().timestampMs()).isEqualTo(1612552482000L);
        assertThat(parsed.keyType()).isEqualTo(V3Record.Type.STRING);
        assertThat(parsed.valueType()).isEqualTo(V3Record.Type.JSON);
        assertThat(parsed.record().headers()).hasSize(1);
    }

    @Test
    void shouldCountPlacesFromTheRecordsOwnBeginning() {
        String bad = "{\"value\":{\"type\":\"BINARY\",\"data\":\"***\"}}";
        byte[] bytes = ("{}\n\n\n" + bad).getBytes(UTF_8);
        ApiErrorException e =
                catchThrowableOfType(
                        ApiErrorException.class, () -> V3Record.parse(bytes, 5, bad.length()));
        assertThat(e.error().message()).contains("value.data").contains("line 1, column 34");
    }

    @Test
    void shouldRefuseTypesThatNeedASchema() {
        assertThat(error("{\"value\":{\"type\":\"AVRO\",\"data\":1}}").message())
                .contains("BINARY, JSON and STRING");
        assertThat(error("{\"value\":{\"schema_id\":1,\"data\":1}}").status()).isEqualTo(422);
        assertThat(error("{\"value\":{\"data\":1}}").message()).contains("has no type");
        assertThat(error("{\"value\":{\"type\":\"STRING\",\"data\":1}}").message())
                .contains("must be a string");
        assertThat(error("{\"value\":5}").message()).contains("must be an object");
        assertThat(error("{\"id\":\"1\"}").message()).contains("id is not known");
    }

    @Test
    void shouldReadABatch() {
        byte[] body =
                ("{\"entries\":[{\"id\":\"a\",\"value\":{\"type\":\"STRING\",\"data\":\"1\"}},"
                                + "{\"value\":{\"type\":\"STRING\",\"data\":null},\"id\":\"b\"}]}")
                        .getBytes(UTF_8);
        List<V3Record.Entry> entries = V3Record.parseBatch(body, body.length, Toll.NONE);
        assertThat(entries).extracting(V3Record.Entry::id).containsExactly("a", "b");
        assertThat(requireNonNull(entries.get(1).record()).record().value()).isNull();
    }

    @Test
    void shouldRefuseAnEntryByItselfWhereItHasAnId() {
        byte[] body =
                ("{\"entries\":[{\"value\":{\"type\":\"BINARY\",\"data\":\"***\"},\"id\":\"a\"},"
                                + "{\"id\":\"b\",\"kye\":1},{\"id\":\"c\"}]}")
                        .getBytes(UTF_8);
        List<V3Record.Entry> entries = V3Record.parseBatch(body, body.length, Toll.NONE);
        assertThat(entries).extracting(V3Record.Entry::id).containsExactly("a", "b", "c");
        assertThat(requireNonNull(entries.get(0).error()).message()).contains("value.data");
        assertThat(requireNonNull(entries.get(1).error()).message()).contains("kye is not known");
        assertThat(entries.get(2).error()).isNull();
        assertThat(entries.get(2).record()).isNotNull();
    }

    @Test
    void shouldRefuseBatchesWithoutDistinctIds() {
        assertThat(batchError("{\"entries\":[{\"id\":\"a\"},{\"id\":\"a\"}]}").errorCode())
                .isEqualTo(42208);
        assertThat(batchError("{\"entries\":[]}").errorCode()).isEqualTo(42208);
        assertThat(batchError("{\"entries\":[{}]}").status()).isEqualTo(422);
        assertThat(batchError("{\"entries\":[{\"id\":\"" + "x".repeat(81) + "\"}]}").status())
                .isEqualTo(422);
    }

    private static ApiError error(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return catchThrowableOfType(
                        ApiErrorException.class, () -> V3Record.parse(bytes, 0, bytes.length))
                .error();
    }

    private static ApiError batchError(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return catchThrowableOfType(
                        ApiErrorException.class,
                        () -> V3Record.parseBatch(bytes, bytes.length, Toll.NONE))
                .error();
    }
}
