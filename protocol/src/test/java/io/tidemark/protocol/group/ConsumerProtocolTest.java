package io.tidemark.protocol.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.ConsumerProtocolAssignment;
import org.apache.kafka.common.message.ConsumerProtocolSubscription;
import org.junit.jupiter.api.Test;

class ConsumerProtocolTest {

    @Test
    void shouldReadWhatTheJavaClientWrites() {
        ByteBuffer subscription =
                org.apache.kafka.clients.consumer.internals.ConsumerProtocol.serializeSubscription(
                        new ConsumerPartitionAssignor.Subscription(
                                List.of("orders", "bills"),
                                null,
                                List.of(new TopicPartition("orders", 3))));
        ByteBuffer assignment =
                org.apache.kafka.clients.consumer.internals.ConsumerProtocol.serializeAssignment(
                        new ConsumerPartitionAssignor.Assignment(
                                List.of(new TopicPartition("orders", 3))));

        ConsumerProtocolSubscription read =
                ConsumerProtocol.subscription(bytes(subscription)).orElseThrow();

        assertThat(read.topics()).containsExactlyInAnyOrder("orders", "bills");
        assertThat(read.ownedPartitions().find("orders").partitions()).containsExactly(3);
        assertThat(
                        ConsumerProtocol.assignment(bytes(assignment))
                                .orElseThrow()
                                .assignedPartitions()
                                .find("orders")
                                .partitions())
                .containsExactly(3);
    }

    @Test
    void shouldWriteWhatItReads() {
        ConsumerProtocolSubscription subscription =
                new ConsumerProtocolSubscription().setTopics(List.of("orders")).setRackId("a");
        ConsumerProtocolAssignment assignment = new ConsumerProtocolAssignment();
        assignment
                .assignedPartitions()
                .add(
                        new ConsumerProtocolAssignment.TopicPartition()
                                .setTopic("orders")
                                .setPartitions(List.of(1, 2)));

        byte[] newest = ConsumerProtocol.write(subscription, (short) 3);

        assertThat(ConsumerProtocol.subscription(newest)).contains(subscription);
        assertThat(ConsumerProtocol.version(newest)).contains((short) 3);
        assertThat(ConsumerProtocol.assignment(ConsumerProtocol.write(assignment, (short) 0)))
                .contains(assignment);
    }

    @Test
    void shouldReadANewerVersionAsTheNewestItKnows() {
        ConsumerProtocolSubscription subscription =
                new ConsumerProtocolSubscription().setTopics(List.of("orders")).setRackId("a");
        byte[] newer = ConsumerProtocol.write(subscription, (short) 3);
        newer[1] = 77;
        byte[] longer = Arrays.copyOf(newer, newer.length + 5);

        assertThat(ConsumerProtocol.subscription(longer)).contains(subscription);
    }

    @Test
    void shouldReadNothingOutOfOtherBytes() {
        assertThat(ConsumerProtocol.subscription(new byte[0])).isEmpty();
        assertThat(ConsumerProtocol.version(new byte[1])).isEmpty();
        assertThat(ConsumerProtocol.subscription(new byte[] {-1, -1, 0, 0, 0, 0})).isEmpty();
        assertThat(ConsumerProtocol.subscription(new byte[] {0, 0, 127, 127, 127, 127})).isEmpty();
        assertThat(ConsumerProtocol.assignment("range".getBytes())).isEmpty();
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
