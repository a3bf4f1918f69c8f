package io.tidemark.coordinator.group.consumer;

import static io.tidemark.coordinator.group.consumer.TestGroup.hold;
import static io.tidemark.coordinator.group.consumer.TestGroup.join;
import static io.tidemark.coordinator.group.consumer.TestGroup.stay;
import static io.tidemark.coordinator.group.consumer.TestGroup.topicId;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.protocol.ErrorCode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.junit.jupiter.api.BeforeEach;

/** A topic, a group, and how its members are talked to. */
abstract class MembershipFixture {
    static final Uuid ORDERS = topicId("orders");

    final TestGroup group = new TestGroup();

    @BeforeEach
    void createTopic() {
        group.topic("orders", 4);
    }

    static List<Integer> given(ConsumerGroupHeartbeatResponseData response) {
        return given(response, ORDERS);
    }

    static List<Integer> given(ConsumerGroupHeartbeatResponseData response, Uuid topic) {
        assertThat(response.errorCode()).isZero();
        assertThat(response.assignment()).isNotNull();
        Map<Uuid, List<Integer>> partitions = new HashMap<>();
        response.assignment()
                .topicPartitions()
                .forEach(each -> partitions.put(each.topicId(), each.partitions()));
        return partitions.getOrDefault(topic, List.of());
    }

    static Map<Uuid, List<Integer>> orders(Integer... partitions) {
        return Map.of(ORDERS, List.of(partitions));
    }

    void refuses(ConsumerGroupHeartbeatRequestData request, ErrorCode error, String says) {
        ConsumerGroupHeartbeatResponseData response = group.beat(request);
        assertThat(ErrorCode.of(response.errorCode())).isEqualTo(error);
        assertThat(response.errorMessage()).contains(says);
    }

    /** One member with all of the topic, at epoch 1. */
    void aloneAtEpoch1() {
        assertThat(given(group.beat(join("a", "orders")))).containsExactly(0, 1, 2, 3);
    }

    /** Two members with half of the topic each, at epoch 2. */
    void twoAtEpoch2() {
        aloneAtEpoch1();
        group.beat(join("b", "orders"));
        group.beat(stay("a", 1));
        group.beat(hold("a", 1, orders(0, 1)));
        group.beat(stay("b", 2));
        assertThat(group.membership().state()).isEqualTo("Stable");
    }
}
