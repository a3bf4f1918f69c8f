package io.tidemark.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorCodeTest {

    @ParameterizedTest
    @EnumSource(Errors.class)
    void shouldHaveKafkasNumberAndRetriability(Errors kafka) {
        ErrorCode ours = ErrorCode.valueOf(kafka.name());
        assertThat(ours.number()).isEqualTo(kafka.code());
        assertThat(ours.retriable()).isEqualTo(kafka.exception() instanceof RetriableException);
        assertThat(ErrorCode.of(kafka.code())).isEqualTo(ours);
    }

    @Test
    void shouldTakeAnUnknownNumberForAServerError() {
        assertThat(ErrorCode.of((short) 255)).isEqualTo(ErrorCode.UNKNOWN_SERVER_ERROR);
        assertThat(ErrorCode.of(Short.MIN_VALUE)).isEqualTo(ErrorCode.UNKNOWN_SERVER_ERROR);
        assertThat(ErrorCode.of(Short.MAX_VALUE)).isEqualTo(ErrorCode.UNKNOWN_SERVER_ERROR);
    }
}
