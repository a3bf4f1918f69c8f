package io.tidemark.partition.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.protocol.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients of every age hear from a node that another one leads, as after a drain. */
class NotLeaderVersionsIT {
    private static final String TOPIC = "elsewhere";
    private static final short NOT_LEADER = ErrorCode.NOT_LEADER_OR_FOLLOWER.number();

    private final InMemoryControlPlane controlPlane = new InMemoryControlPlane();
    private @TempDir Path folder;
    private TestNode node;
    private RawSocket client;
    private Uuid topicId;

    @BeforeEach
    void start() throws Exception {
        node = TestNode.start(controlPlane, 1, folder);
        ElsewhereTopic.create(controlPlane, TOPIC);
        topicId = controlPlane.image().topic(TOPIC).orElseThrow().id();
        node.node
                .runtime()
                .view()
                .await(controlPlane.image().version(), Duration.ofSeconds(20))
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        client = new RawSocket(node.node.address());
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        node.close();
    }

    @Test
    void shouldSendAProducerOfAnyVersionElsewhere() throws Exception {
        for (short version = 3;
                version <= ProduceRequestData.HIGHEST_SUPPORTED_VERSION;
                version++) {
            ProduceResponseData answer =
                    (ProduceResponseData) client.ask(produce(version), version);

            var partition = answer.responses().iterator().next().partitionResponses().getFirst();
            assertThat(partition.errorCode()).as("v%d", version).isEqualTo(NOT_LEADER);
            boolean hints = version >= 10;
            assertThat(partition.currentLeader().leaderId())
                    .as("v%d", version)
                    .isEqualTo(hints ? ElsewhereTopic.LEADER : -1);
            assertThat(answer.nodeEndpoints()).as("v%d", version).hasSize(hints ? 1 : 0);
        }
    }

    @Test
    void shouldSendAConsumerOfAnyVersionElsewhere() throws Exception {
        for (short version = 4; version <= FetchRequestData.HIGHEST_SUPPORTED_VERSION; version++) {
            FetchResponseData answer = (FetchResponseData) client.ask(fetch(version), version);

            assertThat(answer.errorCode()).as("v%d", version).isZero();
            var partition = answer.responses().getFirst().partitions().getFirst();
            assertThat(partition.errorCode()).as("v%d", version).isEqualTo(NOT_LEADER);
            assertThat(partition.currentLeader().leaderId())
                    .as("v%d", version)
                    .isEqualTo(version >= 12 ? ElsewhereTopic.LEADER : -1);
            assertThat(answer.nodeEndpoints()).as("v%d", version).hasSize(version >= 16 ? 1 : 0);
        }
    }

    @Test
    void shouldSendWhoeverAsksForOffsetsElsewhere() throws Exception {
        for (short v = 1; v <= ListOffsetsRequestData.HIGHEST_SUPPORTED_VERSION - 1; v++) {
            ListOffsetsResponseData answer = (ListOffsetsResponseData) client.ask(offsets(), v);
            assertThat(answer.topics().getFirst().partitions().getFirst().errorCode())
                    .as("v%d", v)
                    .isEqualTo(NOT_LEADER);
        }
        for (short v = 2; v <= 4; v++) {
            var answer = (OffsetForLeaderEpochResponseData) client.ask(epochEnd(), v);
            assertThat(answer.topics().iterator().next().partitions().getFirst().errorCode())
                    .as("v%d", v)
                    .isEqualTo(NOT_LEADER);
        }
    }

    @Test
    void shouldTellTheSameToEveryVersionOfApiVersions() throws Exception {
        for (short version = 0; version <= 4; version++) {
            var answer =
                    (ApiVersionsResponseData)
                            client.ask(
                                    new ApiVersionsRequestData()
                                            .setClientSoftwareName("raw")
                                            .setClientSoftwareVersion("1"),
                                    version);
            assertThat(answer.errorCode()).isZero();
            assertThat(answer.apiKeys().size()).as("v%d", version).isGreaterThan(30);
        }
    }

    private ProduceRequestData produce(short version) {
        ByteBuffer records =
                MemoryRecords.withRecords(Compression.NONE, new SimpleRecord("value".getBytes()))
                        .buffer();
        ProduceRequestData request = new ProduceRequestData().setAcks((short) -1).setTimeoutMs(100);
        request.topicData()
                .mustAdd(
                        new ProduceRequestData.TopicProduceData()
                                .setName(version < 13 ? TOPIC : "")
                                .setTopicId(version < 13 ? Uuid.ZERO_UUID : topicId)
                                .setPartitionData(
                                        List.of(
                                                new ProduceRequestData.PartitionProduceData()
                                                        .setRecords(
                                                                MemoryRecords.readableRecords(
                                                                        records)))));
        return request;
    }

    private FetchRequestData fetch(short version) {
        return new FetchRequestData()
                .setMaxBytes(1000)
                .setSessionEpoch(version < 7 ? -1 : 0)
                .setTopics(
                        List.of(
                                new FetchRequestData.FetchTopic()
                                        .setTopic(version < 13 ? TOPIC : "")
                                        .setTopicId(version < 13 ? Uuid.ZERO_UUID : topicId)
                                        .setPartitions(
                                                List.of(
                                                        new FetchRequestData.FetchPartition()
                                                                .setPartitionMaxBytes(100)))));
    }

    private static ListOffsetsRequestData offsets() {
        return new ListOffsetsRequestData()
                .setTopics(
                        List.of(
                                new ListOffsetsRequestData.ListOffsetsTopic()
                                        .setName(TOPIC)
                                        .setPartitions(
                                                List.of(
                                                        new ListOffsetsRequestData
                                                                        .ListOffsetsPartition()
                                                                .setTimestamp(-1)))));
    }

    private static OffsetForLeaderEpochRequestData epochEnd() {
        OffsetForLeaderEpochRequestData request =
                new OffsetForLeaderEpochRequestData().setReplicaId(-2);
        request.topics()
                .mustAdd(
                        new OffsetForLeaderEpochRequestData.OffsetForLeaderTopic()
                                .setTopic(TOPIC)
                                .setPartitions(
                                        List.of(
                                                new OffsetForLeaderEpochRequestData
                                                        .OffsetForLeaderPartition())));
        return request;
    }
}
