package io.tidemark.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.FilledMessage;
import io.tidemark.protocol.transport.MessageReader;
import io.tidemark.protocol.transport.VersionFit;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.ApiMessageType.ListenerType;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.MessageUtil;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ErrorResponsesTest {
    private static final List<ErrorCode> ERRORS =
            List.of(
                    ErrorCode.NOT_LEADER_OR_FOLLOWER,
                    ErrorCode.NOT_COORDINATOR,
                    ErrorCode.KAFKA_STORAGE_ERROR,
                    ErrorCode.UNSUPPORTED_VERSION,
                    ErrorCode.UNKNOWN_SERVER_ERROR);

    static Stream<ApiMessageType> apis() {
        return Stream.of(ApiMessageType.values())
                .filter(type -> type.listeners().contains(ListenerType.BROKER))
                .filter(type -> type.highestSupportedVersion(false) >= 0);
    }

    @ParameterizedTest
    @MethodSource("apis")
    void shouldTellOfAnErrorInEveryVersionOfEveryApi(ApiMessageType api) {
        for (short version = firstWithErrors(api);
                version <= api.highestSupportedVersion(false);
                version++) {
            for (ErrorCode error : ERRORS) {
                // Given a request with something in every place
                ApiMessage request = FilledMessage.just(api.newRequest(), version);
                if (request instanceof ProduceRequestData produce) {
                    produce.setAcks((short) -1);
                }

                // When it is answered with an error
                ApiMessage answer =
                        VersionFit.fit(ErrorResponses.of(request, version, error), version);

                // Then the client reads that error
                ByteBuffer bytes = MessageUtil.toByteBufferAccessor(answer, version).buffer();
                ApiMessage read = new MessageReader(bytes).read(api.newResponse(), version);
                assertThat(read.toString())
                        .as("%s v%d", api, version)
                        .containsPattern(
                                "(?i)errorCode=" + known(api, version, error).number() + "\\b");
            }
        }
    }

    /** What a client of that version can make something of. */
    private static ErrorCode known(ApiMessageType api, short version, ErrorCode error) {
        boolean old =
                (api == ApiMessageType.PRODUCE && version <= 3)
                        || (api == ApiMessageType.FETCH && version <= 5);
        return old && error == ErrorCode.KAFKA_STORAGE_ERROR
                ? ErrorCode.NOT_LEADER_OR_FOLLOWER
                : error;
    }

    private static short firstWithErrors(ApiMessageType api) {
        // Before, a log directory could tell of an error, the answer could not.
        return api == ApiMessageType.DESCRIBE_LOG_DIRS ? 3 : api.lowestSupportedVersion();
    }
}
