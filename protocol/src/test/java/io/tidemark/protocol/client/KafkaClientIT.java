package io.tidemark.protocol.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoopGroup;
import io.tidemark.protocol.record.BufferBytes;
import io.tidemark.protocol.record.RecordBytes;
import io.tidemark.protocol.server.ApiHandler;
import io.tidemark.protocol.server.FunctionHandler;
import io.tidemark.protocol.server.KafkaServer;
import io.tidemark.protocol.server.ServerConfig;
import io.tidemark.protocol.transport.EventLoops;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KafkaClientIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final EventLoopGroup loops = EventLoops.create(2, "test");
    private final BlockingQueue<CompletableFuture<@Nullable MetadataResponseData>> held =
            new LinkedBlockingQueue<>();
    private final byte[] content = new byte[3_000_000];
    private KafkaServer server = startServer(0);
    private KafkaClient client = client(100, 64 << 20);

    private KafkaServer startServer(int port) {
        new Random(1).nextBytes(content);
        List<ApiHandler<?, ?>> handlers =
                List.of(
                        FunctionHandler.<MetadataRequestData, MetadataResponseData>all(
                                ApiMessageType.METADATA,
                                (context, request) -> {
                                    CompletableFuture<@Nullable MetadataResponseData> response =
                                            new CompletableFuture<>();
                                    held.add(response);
                                    return response;
                                }),
                        FunctionHandler.all(ApiMessageType.PRODUCE, this::produce),
                        FunctionHandler.<FetchRequestData, FetchResponseData>all(
                                ApiMessageType.FETCH, (c, r) -> fetch()),
                        new FunctionHandler<ListOffsetsRequestData, ApiMessage>(
                                ApiMessageType.LIST_OFFSETS,
                                (short) 1,
                                (short) 1,
                                (c, r) ->
                                        CompletableFuture.failedFuture(
                                                new IllegalStateException("not reached"))));
        try {
            return KafkaServer.start(
                    ServerConfig.of("PLAINTEXT", "127.0.0.1", port), loops, handlers);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private KafkaClient client(int maxInFlight, long maxQueuedBytes) {
        return new KafkaClient(
                loops,
                new ClientConfig(
                        "test", Duration.ofSeconds(5), 10_000_000, maxInFlight, maxQueuedBytes));
    }

    /** Answers with the hash of the records as the offset. */
    private CompletionStage<@Nullable ProduceResponseData> produce(
            io.tidemark.protocol.server.RequestContext context, ProduceRequestData request) {
        ProduceResponseData response = new ProduceResponseData();
        for (var topic : request.topicData()) {
            var answer =
                    new ProduceResponseData.TopicProduceResponse()
                            .setName(topic.name())
                            .setTopicId(topic.topicId());
            response.responses().add(answer);
            for (var partition : topic.partitionData()) {
                ByteBuffer records = RecordBytes.of(partition);
                answer.partitionResponses()
                        .add(
                                new ProduceResponseData.PartitionProduceResponse()
                                        .setBaseOffset(records == null ? -1 : records.hashCode()));
            }
        }
        return CompletableFuture.completedFuture(request.acks() == 0 ? null : response);
    }

    private CompletionStage<@Nullable FetchResponseData> fetch() {
        FetchResponseData response = new FetchResponseData();
        var topic = new FetchResponseData.FetchableTopicResponse();
        response.responses().add(topic);
        topic.partitions()
                .add(
                        new FetchResponseData.PartitionData()
                                .setRecords(new BufferBytes(ByteBuffer.wrap(content))));
        return CompletableFuture.completedFuture(response);
    }

    private NodeAddress node() {
        return new NodeAddress("127.0.0.1", server.address().getPort());
    }

    @AfterEach
    void stop() {
        client.close();
        held.forEach(response -> response.complete(new MetadataResponseData()));
        server.close();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private CompletableFuture<Response<MetadataResponseData>> sendMetadata(Duration timeout) {
        return client.<MetadataResponseData>send(node(), "lane", new MetadataRequestData(), timeout)
                .toCompletableFuture();
    }

    private CompletableFuture<@Nullable MetadataResponseData> nextHeld()
            throws InterruptedException {
        var next = held.poll(20, TimeUnit.SECONDS);
        assertThat(next).as("a request that reached its handler").isNotNull();
        return next;
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private static void assertFails(CompletionStage<?> stage, Class<? extends Exception> as) {
        assertThatThrownBy(() -> get(stage))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(as);
    }

    private static ProduceRequestData produceRequest(int acks, ByteBuf records) {
        var topic = new ProduceRequestData.TopicProduceData().setName("t");
        topic.partitionData()
                .add(
                        new ProduceRequestData.PartitionProduceData()
                                .setRecords(new BufferBytes(records)));
        ProduceRequestData request = new ProduceRequestData().setAcks((short) acks);
        request.topicData().add(topic);
        return request;
    }

    private static ByteBuf noise(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return PooledByteBufAllocator.DEFAULT.directBuffer(length).writeBytes(bytes);
    }

    @Test
    void shouldPipelineRequestsOfALane() throws Exception {
        List<CompletableFuture<Response<MetadataResponseData>>> calls = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            calls.add(sendMetadata(TIMEOUT));
        }
        List<CompletableFuture<@Nullable MetadataResponseData>> arrived = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            arrived.add(nextHeld());
        }
        for (int i = 9; i >= 0; i--) {
            arrived.get(i).complete(new MetadataResponseData().setControllerId(i));
        }
        for (int i = 0; i < 10; i++) {
            try (var response = get(calls.get(i))) {
                assertThat(response.message().controllerId()).isEqualTo(i);
                assertThat(response.version())
                        .isEqualTo(ApiMessageType.METADATA.highestSupportedVersion(false));
            }
        }
        assertThat(server.connectionCount()).isEqualTo(1);
    }

    @Test
    void shouldUseAConnectionPerLane() throws Exception {
        for (String lane : List.of("a", "b")) {
            client.send(node(), lane, new MetadataRequestData(), TIMEOUT);
        }
        nextHeld();
        nextHeld();
        assertThat(server.connectionCount()).isEqualTo(2);
    }

    @Test
    void shouldSendRecordsAndFreeThemOnceWritten() throws Exception {
        for (int size : new int[] {10, 100_000, 3_000_000}) {
            ByteBuf records = noise(size);
            int hash = records.nioBuffer().hashCode();
            try (Response<ProduceResponseData> response =
                    get(client.send(node(), "p", produceRequest(-1, records), TIMEOUT))) {
                var partition =
                        response.message()
                                .responses()
                                .iterator()
                                .next()
                                .partitionResponses()
                                .getFirst();
                assertThat(partition.baseOffset()).isEqualTo(hash);
            }
            assertThat(records.refCnt()).isZero();
        }
    }

    @Test
    void shouldCompleteWithoutAnAnswerWhenNoAcksAreAskedFor() throws Exception {
        for (int i = 0; i < 10; i++) {
            ByteBuf records = noise(1000);
            get(client.<ProduceResponseData>send(node(), "p", produceRequest(0, records), TIMEOUT))
                    .close();
            assertThat(records.refCnt()).isZero();
        }
        get(client.<ProduceResponseData>send(node(), "p", produceRequest(1, noise(10)), TIMEOUT))
                .close();
    }

    @Test
    void shouldKeepTheFrameOfFetchedRecordsUntilTheResponseIsClosed() throws Exception {
        for (int i = 0; i < 3; i++) {
            Response<FetchResponseData> response =
                    get(client.send(node(), "f", new FetchRequestData(), TIMEOUT));
            assertThat(response.frame().refCnt()).isPositive();
            var partition = response.message().responses().getFirst().partitions().getFirst();
            assertThat(RecordBytes.of(partition)).isEqualTo(ByteBuffer.wrap(content));
            response.close();
            assertThat(response.frame().refCnt()).isZero();
        }
    }

    @Test
    void shouldTimeOutOneRequestAndGoOn() throws Exception {
        var slow = sendMetadata(Duration.ofMillis(50));
        var late = nextHeld();
        assertFails(slow, TimeoutException.class);
        late.complete(new MetadataResponseData().setControllerId(1));

        var next = sendMetadata(TIMEOUT);
        nextHeld().complete(new MetadataResponseData().setControllerId(2));
        try (var response = get(next)) {
            assertThat(response.message().controllerId()).isEqualTo(2);
        }
    }

    @Test
    void shouldFailEverythingWhenTheConnectionBreaksAndConnectAgainWhenNeeded() throws Exception {
        var first = sendMetadata(TIMEOUT);
        var second = sendMetadata(TIMEOUT);
        nextHeld();
        nextHeld();
        int port = server.address().getPort();
        held.clear();
        KafkaServer old = server;
        Thread closing = Thread.ofPlatform().start(old::close);
        assertFails(first, IOException.class);
        assertFails(second, IOException.class);
        closing.join();

        assertFails(sendMetadata(TIMEOUT), IOException.class);
        server = startServer(port);
        var again = sendMetadata(TIMEOUT);
        nextHeld().complete(new MetadataResponseData());
        get(again).close();
    }

    @Test
    void shouldRefuseMoreThanItMayHold() throws Exception {
        client.close();
        client = client(3, 64 << 20);
        for (int i = 0; i < 3; i++) {
            sendMetadata(TIMEOUT);
        }
        ByteBuf records = noise(10);
        assertFails(
                client.send(node(), "lane", produceRequest(1, records), TIMEOUT),
                ClientBusyException.class);
        assertThat(records.refCnt()).isZero();

        nextHeld().complete(new MetadataResponseData());
        nextHeld().complete(new MetadataResponseData());
        nextHeld().complete(new MetadataResponseData());
        CompletableFuture<Response<MetadataResponseData>> accepted = null;
        while (accepted == null || accepted.isCompletedExceptionally()) {
            accepted = sendMetadata(TIMEOUT);
            var arrived = held.poll(50, TimeUnit.MILLISECONDS);
            if (arrived != null) {
                arrived.complete(new MetadataResponseData());
            }
        }
        get(accepted).close();
    }

    @Test
    void shouldSayWhichApisAreNotServed() {
        assertFails(
                client.send(node(), "lane", new DescribeClusterRequestData(), TIMEOUT),
                UnsupportedApiException.class);
    }

    @Test
    void shouldFailOnlyTheRequestThatTheAgreedVersionCannotExpress() throws Exception {
        var request = new ListOffsetsRequestData().setIsolationLevel((byte) 1);
        assertFails(
                client.send(node(), "lane", request, TIMEOUT), UnsupportedVersionException.class);
        var next = sendMetadata(TIMEOUT);
        nextHeld().complete(new MetadataResponseData());
        get(next).close();
    }

    @Test
    void shouldFailWhenNobodyListens() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        ByteBuf records = noise(10);
        assertFails(
                client.send(
                        new NodeAddress("127.0.0.1", port),
                        "lane",
                        produceRequest(1, records),
                        TIMEOUT),
                IOException.class);
        assertThat(records.refCnt()).isZero();
        assertFails(
                client.send(
                        new NodeAddress("no-such-host.invalid", 1),
                        "lane",
                        new MetadataRequestData(),
                        TIMEOUT),
                IOException.class);
    }

    @Test
    void shouldGiveUpOnANodeThatSaysNothing() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            NodeAddress node = new NodeAddress("127.0.0.1", silent.getLocalPort());
            client.close();
            client =
                    new KafkaClient(
                            loops, new ClientConfig("test", Duration.ofMillis(100), 1_000_000));
            assertFails(
                    client.send(node, "lane", new MetadataRequestData(), TIMEOUT),
                    IOException.class);
        }
    }

    @Test
    void shouldAgreeWithANodeThatKnowsOnlyOldApiVersions() throws Exception {
        try (ServerSocket old = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread node = Thread.ofPlatform().start(() -> answerAsAnOldNode(old));
            NodeAddress address = new NodeAddress("localhost", old.getLocalPort());
            Response<MetadataResponseData> response =
                    get(client.send(address, "lane", new MetadataRequestData(), TIMEOUT));
            assertThat(response.version()).isEqualTo((short) 1);
            assertThat(response.message().controllerId()).isEqualTo(42);
            response.close();
            client.close();
            node.join();
        }
    }

    /** ApiVersions up to v0, Metadata up to v1. */
    private static void answerAsAnOldNode(ServerSocket listening) {
        try (Socket socket = listening.accept()) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            skipRequest(in);
            // v0: error 35, one range: ApiVersions 0-0
            out.writeInt(4 + 2 + 4 + 6);
            out.writeInt(0);
            out.writeShort(35);
            out.writeInt(1);
            writeRange(out, 18, 0, 0);
            skipRequest(in);
            out.writeInt(4 + 2 + 4 + 12);
            out.writeInt(1);
            out.writeShort(0);
            out.writeInt(2);
            writeRange(out, 18, 0, 0);
            writeRange(out, 3, 0, 1);
            skipRequest(in);
            // Metadata v1: no brokers, controller 42, no topics
            out.writeInt(16);
            out.writeInt(2);
            out.writeInt(0);
            out.writeInt(42);
            out.writeInt(0);
            out.flush();
            assertThat(in.read()).isEqualTo(-1);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void writeRange(DataOutputStream out, int key, int min, int max)
            throws IOException {
        out.writeShort(key);
        out.writeShort(min);
        out.writeShort(max);
    }

    private static void skipRequest(DataInputStream in) throws IOException {
        in.readFully(new byte[in.readInt()]);
    }

    @Test
    void shouldBreakWithANodeThatTalksNonsense() throws Exception {
        for (byte[] nonsense :
                Arrays.asList(
                        ByteBuffer.allocate(8).putInt(-1).array(),
                        ByteBuffer.allocate(8).putInt(Integer.MAX_VALUE).array(),
                        ByteBuffer.allocate(8).putInt(4).array(),
                        ByteBuffer.allocate(20).putInt(16).array())) {
            try (ServerSocket listening =
                    new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                Thread node =
                        Thread.ofPlatform()
                                .start(
                                        () -> {
                                            try (Socket socket = listening.accept()) {
                                                socket.getOutputStream().write(nonsense);
                                                socket.getInputStream().readAllBytes();
                                            } catch (IOException e) {
                                                // the client has hung up, as it should
                                            }
                                        });
                NodeAddress address = new NodeAddress("127.0.0.1", listening.getLocalPort());
                assertFails(
                        client.send(address, "lane", new MetadataRequestData(), TIMEOUT),
                        IOException.class);
                node.join();
            }
        }
    }

    @Test
    void shouldFailCallsWhenItIsClosed() throws Exception {
        var call = sendMetadata(TIMEOUT);
        nextHeld();
        client.close();
        assertFails(call, IOException.class);
        ByteBuf records = noise(10);
        assertFails(
                client.send(node(), "lane", produceRequest(1, records), TIMEOUT),
                IOException.class);
        assertThat(records.refCnt()).isZero();
    }
}
