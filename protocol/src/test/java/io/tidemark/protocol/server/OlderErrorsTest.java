package io.tidemark.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.protocol.ErrorCode;
import org.apache.kafka.common.message.ApiMessageType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OlderErrorsTest {

    @ParameterizedTest
    @CsvSource({
        "PRODUCE, 3, KAFKA_STORAGE_ERROR, NOT_LEADER_OR_FOLLOWER",
        "PRODUCE, 4, KAFKA_STORAGE_ERROR, KAFKA_STORAGE_ERROR",
        "FETCH, 5, KAFKA_STORAGE_ERROR, NOT_LEADER_OR_FOLLOWER",
        "FETCH, 6, KAFKA_STORAGE_ERROR, KAFKA_STORAGE_ERROR",
        "FETCH, 4, OFFSET_OUT_OF_RANGE, OFFSET_OUT_OF_RANGE",
        "LIST_OFFSETS, 4, OFFSET_NOT_AVAILABLE, LEADER_NOT_AVAILABLE",
        "LIST_OFFSETS, 5, OFFSET_NOT_AVAILABLE, OFFSET_NOT_AVAILABLE",
        "METADATA, 0, KAFKA_STORAGE_ERROR, KAFKA_STORAGE_ERROR"
    })
    void shouldTellErrorsThatTheVersionKnows(
            ApiMessageType api, short version, ErrorCode error, ErrorCode told) {
        assertThat(OlderErrors.told(api, version, error)).isEqualTo(told);
    }
}
