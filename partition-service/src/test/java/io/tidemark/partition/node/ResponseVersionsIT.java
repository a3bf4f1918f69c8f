package io.tidemark.partition.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.security.Authorizer;
import io.tidemark.protocol.server.ApiHandler;
import io.tidemark.protocol.server.Connection;
import io.tidemark.protocol.server.RequestContext;
import io.tidemark.protocol.transport.MessageReader;
import io.tidemark.protocol.transport.VersionFit;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.AlterReplicaLogDirsRequestData;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.CreateAclsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.DeleteAclsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DescribeAclsRequestData;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeLogDirsRequestData;
import org.apache.kafka.common.message.DescribeProducersRequestData;
import org.apache.kafka.common.message.DescribeQuorumRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.ElectLeadersRequestData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.ListConfigResourcesRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.UnregisterBrokerRequestData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every answer can be written in every version that is offered, errors and found things alike. */
class ResponseVersionsIT {
    private static final String KNOWN = "known";
    private static final String ELSEWHERE = "elsewhere";
    private static final String UNKNOWN = "unknown";
    private static final List<String> TOPICS = List.of(KNOWN, ELSEWHERE, UNKNOWN);

    @TempDir Path folder;

    @Test
    void shouldAnswerEveryApiInEveryVersion() throws Exception {
        InMemoryControlPlane controlPlane = new InMemoryControlPlane();
        try (TestNode node = TestNode.start(controlPlane, 1, folder)) {
            controlPlane.submit(new Command.CreateTopic(KNOWN, 2, 1, List.of(), Map.of(), false));
            ElsewhereTopic.create(controlPlane, ELSEWHERE);
            long version = controlPlane.image().version();
            node.node
                    .runtime()
                    .view()
                    .await(version, java.time.Duration.ofSeconds(20))
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);
            Map<String, Uuid> topicIds =
                    Map.of(
                            KNOWN,
                            controlPlane.image().topic(KNOWN).orElseThrow().id(),
                            ELSEWHERE,
                            controlPlane.image().topic(ELSEWHERE).orElseThrow().id());
            EventLoop loop = node.node.runtime().loops().next();
            List<ApiHandler<?, ?>> handlers =
                    Handlers.of(
                            node.node.runtime(),
                            Authorizer.allowAll(),
                            new ServingLimits(1 << 20, 10, false),
                            List.of());
            List<Short> asked = new ArrayList<>();
            for (ApiHandler<?, ?> handler : handlers) {
                for (short v = handler.minVersion(); v <= handler.maxVersion(); v++) {
                    ApiMessage response = ask(handler, context(loop, v), topicIds);
                    assertThat(told(response, v))
                            .as(handler + " version " + v)
                            .hasSameClassAs(response);
                }
                asked.add(handler.apiKey());
            }
            assertThat(asked).hasSize(28).doesNotHaveDuplicates();
        }
    }

    @SuppressWarnings("unchecked") // the request is made for the handler's key
    private static ApiMessage ask(
            ApiHandler<?, ?> handler, RequestContext context, Map<String, Uuid> topicIds)
            throws Exception {
        ApiHandler<ApiMessage, ApiMessage> any = (ApiHandler<ApiMessage, ApiMessage>) handler;
        ApiMessage request = request(handler.apiKey(), context.apiVersion(), topicIds);
        ApiMessage response =
                context.connection()
                        .eventLoop()
                        .submit(() -> any.handle(context, request))
                        .get(20, TimeUnit.SECONDS)
                        .toCompletableFuture()
                        .get(20, TimeUnit.SECONDS);
        assertThat(response).isNotNull();
        return response;
    }

    /** What a client reads. */
    private static ApiMessage told(ApiMessage response, short version) {
        if (response instanceof FetchResponseData fetched) {
            fetched.responses()
                    .forEach(
                            topic ->
                                    topic.partitions()
                                            .forEach(data -> data.setRecords(MemoryRecords.EMPTY)));
        }
        ByteBuffer bytes =
                MessageUtil.toByteBufferAccessor(VersionFit.fit(response, version), version)
                        .buffer();
        ApiMessageType type = ApiMessageType.fromApiKey(response.apiKey());
        return new MessageReader(bytes).read(type.newResponse(), version);
    }

    private static ApiMessage request(short apiKey, short version, Map<String, Uuid> topicIds) {
        return switch (apiKey) {
            case 0 -> produce(version, topicIds);
            case 1 -> fetch(version, topicIds);
            case 2 -> listOffsets();
            case 3 -> metadata(version, topicIds);
            case 10 ->
                    new FindCoordinatorRequestData().setKey("g").setCoordinatorKeys(List.of("g"));
            case 19 -> createTopics(version);
            case 20 -> deleteTopics();
            case 21 -> deleteRecords();
            case 22 -> new InitProducerIdRequestData().setTransactionalId(null);
            case 23 -> offsetForLeaderEpoch();
            case 32 -> describeConfigs();
            case 33 -> alterConfigs();
            case 34 -> alterReplicaLogDirs();
            case 43 -> electLeaders();
            case 45 -> alterReassignments();
            case 46 -> new ListPartitionReassignmentsRequestData().setTopics(null);
            case 55 ->
                    new DescribeQuorumRequestData()
                            .setTopics(
                                    List.of(
                                            new DescribeQuorumRequestData.TopicData()
                                                    .setTopicName("__cluster_metadata")));
            case 64 -> new UnregisterBrokerRequestData().setBrokerId(9);
            case 35 -> new DescribeLogDirsRequestData().setTopics(null);
            case 37 -> createPartitions();
            case 44 -> incrementalAlterConfigs();
            case 60 -> new DescribeClusterRequestData().setIncludeFencedBrokers(true);
            case 61 ->
                    new DescribeProducersRequestData()
                            .setTopics(
                                    List.of(
                                            new DescribeProducersRequestData.TopicRequest()
                                                    .setName(KNOWN)
                                                    .setPartitionIndexes(List.of(0, 9))));
            case 29 ->
                    new DescribeAclsRequestData()
                            .setResourceTypeFilter((byte) 1)
                            .setOperation((byte) 1)
                            .setPermissionType((byte) 1);
            case 30 -> new CreateAclsRequestData();
            case 31 -> new DeleteAclsRequestData();
            case 74 -> new ListConfigResourcesRequestData();
            case 75 -> new DescribeTopicPartitionsRequestData();
            default -> throw new AssertionError("No request for API " + apiKey);
        };
    }

    private static ApiMessage alterReplicaLogDirs() {
        AlterReplicaLogDirsRequestData.AlterReplicaLogDir nowhere =
                new AlterReplicaLogDirsRequestData.AlterReplicaLogDir().setPath("/nowhere");
        nowhere.topics()
                .mustAdd(
                        new AlterReplicaLogDirsRequestData.AlterReplicaLogDirTopic()
                                .setName(KNOWN)
                                .setPartitions(List.of(0)));
        AlterReplicaLogDirsRequestData request = new AlterReplicaLogDirsRequestData();
        request.dirs().mustAdd(nowhere);
        return request;
    }

    private static ApiMessage electLeaders() {
        ElectLeadersRequestData.TopicPartitionsCollection topics =
                new ElectLeadersRequestData.TopicPartitionsCollection();
        for (String name : TOPICS) {
            topics.mustAdd(
                    new ElectLeadersRequestData.TopicPartitions()
                            .setTopic(name)
                            .setPartitions(List.of(0, 9)));
        }
        return new ElectLeadersRequestData().setTopicPartitions(topics);
    }

    private static ApiMessage alterReassignments() {
        List<AlterPartitionReassignmentsRequestData.ReassignableTopic> topics = new ArrayList<>();
        for (String name : TOPICS) {
            topics.add(
                    new AlterPartitionReassignmentsRequestData.ReassignableTopic()
                            .setName(name)
                            .setPartitions(
                                    List.of(
                                            new AlterPartitionReassignmentsRequestData
                                                            .ReassignablePartition()
                                                    .setReplicas(List.of(1)))));
        }
        return new AlterPartitionReassignmentsRequestData().setTopics(topics);
    }

    private static ApiMessage produce(short version, Map<String, Uuid> topicIds) {
        ProduceRequestData request = new ProduceRequestData().setAcks((short) -1).setTimeoutMs(100);
        for (String name : TOPICS) {
            request.topicData()
                    .add(
                            new ProduceRequestData.TopicProduceData()
                                    .setName(version < 13 ? name : "")
                                    .setTopicId(
                                            version < 13
                                                    ? Uuid.ZERO_UUID
                                                    : topicIds.getOrDefault(name, new Uuid(1, 1)))
                                    .setPartitionData(
                                            List.of(
                                                    new ProduceRequestData
                                                            .PartitionProduceData())));
        }
        return request;
    }

    private static ApiMessage fetch(short version, Map<String, Uuid> topicIds) {
        List<FetchRequestData.FetchTopic> topics = new ArrayList<>();
        for (String name : TOPICS) {
            topics.add(
                    new FetchRequestData.FetchTopic()
                            .setTopic(version < 13 ? name : "")
                            .setTopicId(
                                    version < 13
                                            ? Uuid.ZERO_UUID
                                            : topicIds.getOrDefault(name, new Uuid(1, 1)))
                            .setPartitions(
                                    List.of(
                                            new FetchRequestData.FetchPartition()
                                                    .setPartitionMaxBytes(100))));
        }
        return new FetchRequestData()
                .setTopics(topics)
                .setMaxBytes(1000)
                .setSessionEpoch(version < 7 ? -1 : 0);
    }

    private static ApiMessage listOffsets() {
        List<ListOffsetsRequestData.ListOffsetsTopic> topics = new ArrayList<>();
        for (String name : TOPICS) {
            List<ListOffsetsRequestData.ListOffsetsPartition> partitions = new ArrayList<>();
            for (long timestamp = -6; timestamp <= 1; timestamp++) {
                partitions.add(
                        new ListOffsetsRequestData.ListOffsetsPartition().setTimestamp(timestamp));
            }
            topics.add(
                    new ListOffsetsRequestData.ListOffsetsTopic()
                            .setName(name)
                            .setPartitions(partitions));
        }
        return new ListOffsetsRequestData().setTopics(topics);
    }

    private static ApiMessage metadata(short version, Map<String, Uuid> topicIds) {
        List<MetadataRequestData.MetadataRequestTopic> topics = new ArrayList<>();
        topics.add(new MetadataRequestData.MetadataRequestTopic().setName(KNOWN));
        topics.add(new MetadataRequestData.MetadataRequestTopic().setName(UNKNOWN));
        if (version >= 12) {
            topics.add(
                    new MetadataRequestData.MetadataRequestTopic()
                            .setName(null)
                            .setTopicId(topicIds.get(KNOWN)));
            topics.add(
                    new MetadataRequestData.MetadataRequestTopic()
                            .setName(null)
                            .setTopicId(new Uuid(1, 1)));
        }
        return new MetadataRequestData().setTopics(topics);
    }

    private static ApiMessage createTopics(short version) {
        CreateTopicsRequestData request = new CreateTopicsRequestData().setTimeoutMs(5_000);
        for (String name : List.of(KNOWN, "new-" + version)) {
            request.topics()
                    .add(
                            new CreateTopicsRequestData.CreatableTopic()
                                    .setName(name)
                                    .setNumPartitions(1)
                                    .setReplicationFactor((short) 1));
        }
        return request;
    }

    private static ApiMessage deleteTopics() {
        return new DeleteTopicsRequestData()
                .setTimeoutMs(5_000)
                .setTopicNames(List.of(UNKNOWN))
                .setTopics(
                        List.of(new DeleteTopicsRequestData.DeleteTopicState().setName(UNKNOWN)));
    }

    private static ApiMessage deleteRecords() {
        return new DeleteRecordsRequestData()
                .setTopics(
                        List.of(
                                new DeleteRecordsRequestData.DeleteRecordsTopic()
                                        .setName(KNOWN)
                                        .setPartitions(
                                                List.of(
                                                        new DeleteRecordsRequestData
                                                                        .DeleteRecordsPartition()
                                                                .setOffset(-1),
                                                        new DeleteRecordsRequestData
                                                                        .DeleteRecordsPartition()
                                                                .setPartitionIndex(1)
                                                                .setOffset(99)))));
    }

    private static ApiMessage offsetForLeaderEpoch() {
        OffsetForLeaderEpochRequestData request = new OffsetForLeaderEpochRequestData();
        request.topics()
                .add(
                        new OffsetForLeaderEpochRequestData.OffsetForLeaderTopic()
                                .setTopic(KNOWN)
                                .setPartitions(
                                        List.of(
                                                new OffsetForLeaderEpochRequestData
                                                        .OffsetForLeaderPartition())));
        return request;
    }

    private static ApiMessage describeConfigs() {
        return new DescribeConfigsRequestData()
                .setIncludeSynonyms(true)
                .setIncludeDocumentation(true)
                .setResources(
                        List.of(
                                new DescribeConfigsRequestData.DescribeConfigsResource()
                                        .setResourceType((byte) 2)
                                        .setResourceName(KNOWN)
                                        .setConfigurationKeys(null),
                                new DescribeConfigsRequestData.DescribeConfigsResource()
                                        .setResourceType((byte) 2)
                                        .setResourceName(UNKNOWN)
                                        .setConfigurationKeys(null),
                                new DescribeConfigsRequestData.DescribeConfigsResource()
                                        .setResourceType((byte) 4)
                                        .setResourceName("1")
                                        .setConfigurationKeys(null)));
    }

    private static ApiMessage alterConfigs() {
        AlterConfigsRequestData request = new AlterConfigsRequestData();
        for (String name : TOPICS) {
            request.resources()
                    .add(
                            new AlterConfigsRequestData.AlterConfigsResource()
                                    .setResourceType((byte) 2)
                                    .setResourceName(name));
        }
        return request;
    }

    private static ApiMessage incrementalAlterConfigs() {
        IncrementalAlterConfigsRequestData request = new IncrementalAlterConfigsRequestData();
        for (String name : TOPICS) {
            request.resources()
                    .add(
                            new IncrementalAlterConfigsRequestData.AlterConfigsResource()
                                    .setResourceType((byte) 2)
                                    .setResourceName(name));
        }
        return request;
    }

    private static ApiMessage createPartitions() {
        CreatePartitionsRequestData request = new CreatePartitionsRequestData().setTimeoutMs(5_000);
        request.topics()
                .add(
                        new CreatePartitionsRequestData.CreatePartitionsTopic()
                                .setName(UNKNOWN)
                                .setCount(3)
                                .setAssignments(null));
        return request;
    }

    private static RequestContext context(EventLoop loop, short version) {
        return new RequestContext() {
            @Override
            public short apiVersion() {
                return version;
            }

            @Override
            public String clientId() {
                return "test";
            }

            @Override
            public Connection connection() {
                return connectionOf(loop);
            }

            @Override
            public void releaseFrame() {}
        };
    }

    private static Connection connectionOf(EventLoop loop) {
        return new Connection() {
            @Override
            public long id() {
                return 1;
            }

            @Override
            public SocketAddress remoteAddress() {
                return new InetSocketAddress("127.0.0.1", 1);
            }

            @Override
            public String listener() {
                return "PLAINTEXT";
            }

            @Override
            public String principal() {
                return "User:ANONYMOUS";
            }

            @Override
            public EventLoop eventLoop() {
                return loop;
            }

            @Override
            public String clientSoftware() {
                return "";
            }

            @Override
            public void onClose(Runnable action) {}

            @Override
            public void onNextRequest(Runnable action) {}

            @Override
            public boolean isClosed() {
                return false;
            }

            @Override
            public boolean isOpen() {
                return true;
            }
        };
    }
}
