package io.tidemark.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.ConsumerGroupDescribeRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeProducersRequestData;
import org.apache.kafka.common.message.DescribeQuorumRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.MessageUtil;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * What a request names many times is answered once, wherever an answer may be larger than what asks
 * for it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RepeatedNamesIT {
    private static final int TIMES = 5_000;
    private static final String NAME = "same";
    private static final byte TOPIC = 2;
    private static final byte NODE = 4;

    private ConfigurableApplicationContext broker;
    private InetSocketAddress address;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        SpringApplication application = new SpringApplication(TidemarkApplication.class);
        application.addInitializers(new Preflight(TidemarkApplication.LISTENERS));
        broker =
                application.run(
                        "--tidemark.data-dir=" + data,
                        "--tidemark.gateway.port=0",
                        "--tidemark.partition.port=" + port,
                        "--management.server.port=0");
        address = new InetSocketAddress("127.0.0.1", port);
    }

    @AfterAll
    void stop() {
        broker.close();
    }

    private record Case(String name, int version, IntFunction<ApiMessage> naming) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> shouldAnswerOnce() {
        return Stream.of(
                new Case("Metadata", 1, n -> metadata(n)),
                new Case("Metadata of today", 12, n -> metadata(n)),
                new Case("DescribeConfigs of a topic", 1, n -> configs(n, TOPIC, NAME)),
                new Case("DescribeConfigs of the node", 4, n -> configs(n, NODE, "1")),
                new Case(
                        "DescribeProducers",
                        0,
                        n ->
                                new DescribeProducersRequestData()
                                        .setTopics(
                                                List.of(
                                                        new DescribeProducersRequestData
                                                                        .TopicRequest()
                                                                .setName(NAME)
                                                                .setPartitionIndexes(
                                                                        Collections.nCopies(
                                                                                n, 0))))),
                new Case(
                        "DescribeTopicPartitions",
                        0,
                        n ->
                                new DescribeTopicPartitionsRequestData()
                                        .setTopics(
                                                many(
                                                        n,
                                                        i ->
                                                                new DescribeTopicPartitionsRequestData
                                                                                .TopicRequest()
                                                                        .setName(NAME)))),
                new Case(
                        "DescribeQuorum",
                        0,
                        n ->
                                new DescribeQuorumRequestData()
                                        .setTopics(
                                                many(
                                                        n,
                                                        i ->
                                                                new DescribeQuorumRequestData
                                                                                .TopicData()
                                                                        .setTopicName(NAME)))),
                new Case(
                        "DescribeGroups",
                        0,
                        n -> new DescribeGroupsRequestData().setGroups(names(n))),
                new Case(
                        "ConsumerGroupDescribe",
                        0,
                        n -> new ConsumerGroupDescribeRequestData().setGroupIds(names(n))),
                new Case(
                        "FindCoordinator",
                        4,
                        n -> new FindCoordinatorRequestData().setCoordinatorKeys(names(n))),
                new Case(
                        "OffsetFetch",
                        8,
                        n ->
                                new OffsetFetchRequestData()
                                        .setGroups(
                                                many(
                                                        n,
                                                        i ->
                                                                new OffsetFetchRequestData
                                                                                .OffsetFetchRequestGroup()
                                                                        .setGroupId(NAME)
                                                                        .setTopics(null)))));
    }

    @ParameterizedTest
    @MethodSource
    void shouldAnswerOnce(Case asked) throws IOException {
        ask(metadata(1), 1); // creates the topic
        int once = ask(asked.naming.apply(1), asked.version);
        assertThat(ask(asked.naming.apply(TIMES), asked.version)).isEqualTo(once);
    }

    private static ApiMessage metadata(int times) {
        return new MetadataRequestData()
                .setTopics(many(times, i -> new MetadataRequestTopic().setName(NAME)));
    }

    private static ApiMessage configs(int times, byte type, String name) {
        return new DescribeConfigsRequestData()
                .setResources(
                        many(
                                times,
                                i ->
                                        new DescribeConfigsResource()
                                                .setResourceType(type)
                                                .setResourceName(name)
                                                .setConfigurationKeys(null)));
    }

    private static List<String> names(int times) {
        return Collections.nCopies(times, NAME);
    }

    private static <T> List<T> many(int times, IntFunction<T> each) {
        return IntStream.range(0, times).mapToObj(each).collect(Collectors.toList());
    }

    /** How long the answer is. */
    private int ask(ApiMessage request, int inVersion) throws IOException {
        short version = (short) inVersion;
        ApiMessageType api = ApiMessageType.fromApiKey(request.apiKey());
        RequestHeaderData header =
                new RequestHeaderData()
                        .setRequestApiKey(request.apiKey())
                        .setRequestApiVersion(version)
                        .setClientId("repeats");
        ByteBuffer head =
                MessageUtil.toByteBufferAccessor(header, api.requestHeaderVersion(version))
                        .buffer();
        ByteBuffer body = MessageUtil.toByteBufferAccessor(request, version).buffer();
        byte[] frame =
                ByteBuffer.allocate(Integer.BYTES + head.remaining() + body.remaining())
                        .putInt(head.remaining() + body.remaining())
                        .put(head)
                        .put(body)
                        .array();
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(20_000);
            socket.connect(address);
            socket.getOutputStream().write(frame);
            int length = new DataInputStream(socket.getInputStream()).readInt();
            assertThat(length).isPositive();
            return length;
        }
    }
}
