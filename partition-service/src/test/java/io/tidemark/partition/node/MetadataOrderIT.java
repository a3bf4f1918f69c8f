package io.tidemark.partition.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.metadata.command.Command;
import io.tidemark.protocol.ErrorCode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of a topic is not taken back. */
class MetadataOrderIT {
    private static final String TOPIC = "new";
    private static final short VERSION = 9;

    private final InMemoryControlPlane controlPlane = new InMemoryControlPlane();
    private @TempDir Path folder;
    private TestNode node;

    @BeforeEach
    void start() throws Exception {
        node = TestNode.start(controlPlane, 1, folder);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void shouldNotForgetATopicInTheAnswerBehindItsCreation() throws Exception {
        CompletableFuture<Void> mayCreate = new CompletableFuture<>();
        controlPlane.holdCreations(mayCreate);
        try (RawSocket client = new RawSocket(node.node.address());
                RawSocket other = new RawSocket(node.node.address())) {
            // Given a creation under way, and requests behind it
            client.send(metadata(true), VERSION);
            client.send(metadata(false), VERSION);
            client.send(
                    new DescribeTopicPartitionsRequestData()
                            .setTopics(
                                    List.of(
                                            new DescribeTopicPartitionsRequestData.TopicRequest()
                                                    .setName(TOPIC))),
                    (short) 0);
            assertThat(error(other.ask(metadata(false), VERSION)))
                    .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);

            // When the topic is created
            mayCreate.complete(null);

            // Then every answer knows it
            assertThat(error(client.receive(ApiMessageType.METADATA, VERSION)))
                    .isEqualTo(ErrorCode.NONE);
            assertThat(error(client.receive(ApiMessageType.METADATA, VERSION)))
                    .isEqualTo(ErrorCode.NONE);
            var described =
                    (DescribeTopicPartitionsResponseData)
                            client.receive(ApiMessageType.DESCRIBE_TOPIC_PARTITIONS, (short) 0);
            assertThat(described.topics().iterator().next().errorCode()).isZero();
        }
    }

    @Test
    void shouldTellOfATopicThatAnotherClientCreatesAtTheSameTime() throws Exception {
        CompletableFuture<Void> mayCreate = new CompletableFuture<>();
        controlPlane.holdCreations(mayCreate);
        try (RawSocket one = new RawSocket(node.node.address());
                RawSocket two = new RawSocket(node.node.address())) {
            one.send(metadata(true), VERSION);
            two.send(metadata(true), VERSION);
            try (RawSocket third = new RawSocket(node.node.address())) {
                third.ask(metadata(false), VERSION);
            }

            mayCreate.complete(null);

            assertThat(error(one.receive(ApiMessageType.METADATA, VERSION)))
                    .isEqualTo(ErrorCode.NONE);
            assertThat(error(two.receive(ApiMessageType.METADATA, VERSION)))
                    .isEqualTo(ErrorCode.NONE);
        }
    }

    @Test
    void shouldSayWhyATopicIsNotCreated() throws Exception {
        controlPlane.submit(new Command.CreateTopic("a.b", 1, 1, List.of(), Map.of(), false));
        controlPlane.refuseCreations(ErrorCode.POLICY_VIOLATION);
        try (RawSocket client = new RawSocket(node.node.address())) {
            assertThat(error(client.ask(metadata(true), VERSION)))
                    .isEqualTo(ErrorCode.POLICY_VIOLATION);
        }
    }

    private static MetadataRequestData metadata(boolean create) {
        return new MetadataRequestData()
                .setAllowAutoTopicCreation(create)
                .setTopics(List.of(new MetadataRequestData.MetadataRequestTopic().setName(TOPIC)));
    }

    private static ErrorCode error(ApiMessage answer) {
        return ErrorCode.of(((MetadataResponseData) answer).topics().iterator().next().errorCode());
    }
}
