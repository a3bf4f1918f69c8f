package io.tidemark.protocol.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.protocol.FilledMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.ApiMessageType.ListenerType;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.MessageUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VersionFitTest {

    static Stream<ApiMessageType> apis() {
        return Stream.of(ApiMessageType.values())
                .filter(type -> type.listeners().contains(ListenerType.BROKER))
                .filter(type -> type.highestSupportedVersion(false) >= 0);
    }

    @ParameterizedTest
    @MethodSource("apis")
    void shouldWriteAnswersThatSayMoreThanTheirVersionCan(ApiMessageType api) {
        for (short version : versions(api)) {
            // Given an answer with every hint that any version knows
            ApiMessage answer = FilledMessage.excessive(api.newResponse(), version);

            // When it is fitted
            VersionFit.fit(answer, version);

            // Then what its version has is all there, and can be read
            ApiMessage told = read(api, write(api, answer, version), version);
            assertThat(told).as("%s v%d", api, version).isEqualTo(told(api, version));
        }
    }

    @Test
    void shouldLeaveTheNewestVersionAsItIs() {
        FetchResponseData answer =
                FilledMessage.just(
                        new FetchResponseData(), FetchResponseData.HIGHEST_SUPPORTED_VERSION);
        FetchResponseData same = answer.duplicate();

        VersionFit.fit(answer, FetchResponseData.HIGHEST_SUPPORTED_VERSION);

        assertThat(answer).isEqualTo(same);
        assertThat(answer.nodeEndpoints()).hasSize(1);
    }

    @Test
    void shouldNotPassOverAnAnswerInAListThatTheVersionLacks() {
        FindCoordinatorResponseData answer =
                new FindCoordinatorResponseData()
                        .setCoordinators(List.of(new FindCoordinatorResponseData.Coordinator()));

        VersionFit.fit(answer, (short) 3);

        assertThatThrownBy(() -> write(ApiMessageType.FIND_COORDINATOR, answer, (short) 3))
                .isInstanceOf(UnsupportedVersionException.class);
    }

    /** What can be told in a version at most: what was read of an answer with nothing more. */
    private static ApiMessage told(ApiMessageType api, short version) {
        ApiMessage just = FilledMessage.just(api.newResponse(), version);
        return read(api, write(api, just, version), version);
    }

    private static List<Short> versions(ApiMessageType api) {
        List<Short> versions = new ArrayList<>();
        for (short v = api.lowestSupportedVersion(); v <= api.highestSupportedVersion(false); v++) {
            versions.add(v);
        }
        return versions;
    }

    private static ByteBuffer write(ApiMessageType api, ApiMessage answer, short version) {
        return MessageUtil.toByteBufferAccessor(answer, version).buffer();
    }

    private static ApiMessage read(ApiMessageType api, ByteBuffer bytes, short version) {
        ApiMessage read = new MessageReader(bytes).read(api.newResponse(), version);
        assertThat(bytes.hasRemaining()).as("%s v%d was read whole", api, version).isFalse();
        return read;
    }
}
