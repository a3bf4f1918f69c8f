package io.tidemark.gateway.stream.group;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.gateway.consume.Cursor;
import io.tidemark.gateway.error.ApiErrorException;
import io.tidemark.gateway.group.member.TopicPartition;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AcknowledgementTest {

    private static final Uuid ORDERS = new Uuid(1, 2);
    private static final TopicPartition ZERO = new TopicPartition(ORDERS, "orders", 0);
    private static final TopicPartition TWO = new TopicPartition(ORDERS, "orders", 2);
    private static final TopicPartition OTHER = new TopicPartition(new Uuid(3, 4), "other", 0);

    @Test
    void shouldTakeOffsetsOfAssignedPartitionsAndRefuseOthers() {
        Acknowledgement one =
                parse("{'member_id':'m','offsets':[{'topic':'orders','partition':2,'offset':9}]}");
        assertThat(one.memberId()).isEqualTo("m");
        assertThat(one.of(List.of(ZERO, TWO), "m")).isEqualTo(Map.of(TWO, 9L));
        assertThatThrownBy(() -> one.of(List.of(ZERO, OTHER), "m"))
                .isInstanceOfSatisfying(
                        ApiErrorException.class,
                        e -> {
                            assertThat(e.error().status()).isEqualTo(409);
                            assertThat(e.error().message()).contains("Partition 2", "orders");
                        });
    }

    @Test
    void shouldTakeOfACursorWhatIsStillAssigned() {
        String cursor = Cursor.of(ORDERS, new int[] {0, 1, 2}, new long[] {5, 6, 7}).text();
        Acknowledgement all = parse("{'member_id':'m','cursor':'" + cursor + "'}");
        assertThat(all.of(List.of(ZERO, TWO, OTHER), "m")).isEqualTo(Map.of(ZERO, 5L, TWO, 7L));
        assertThat(all.of(List.of(OTHER), "m")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'member_id':'m'}",
                "{'offsets':[]}",
                "{'member_id':'m','offsets':[]}",
                "{'member_id':'m','offsets':[{'topic':'orders','partition':2,'offset':-1}]}",
                "{'member_id':'m','offsets':[{'topic':'orders','partition':2}]}",
                "{'member_id':'m','cursor':'v1.?'}",
                "{'member_id':'m','cursor':'v1.','offsets':[]}",
                "{'member_id':'m','offset':5}"
            })
    void shouldRefuseWhatIsMalformed(String body) {
        assertRefused(body, 422);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "{'member_id'"})
    void shouldRefuseWhatIsNoJsonObject(String body) {
        assertRefused(body, 400);
    }

    private static void assertRefused(String body, int status) {
        assertThatThrownBy(() -> parse(body))
                .isInstanceOfSatisfying(
                        ApiErrorException.class,
                        e -> assertThat(e.error().status()).isEqualTo(status));
    }

    private static Acknowledgement parse(String json) {
        return Acknowledgement.parse(json.replace((char) 39, '"').getBytes(UTF_8));
    }
}
