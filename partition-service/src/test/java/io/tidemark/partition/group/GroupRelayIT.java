package io.tidemark.partition.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.tidemark.environment.Clock;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.metadata.control.GroupEndpoint;
import io.tidemark.metadata.control.MetadataListener;
import io.tidemark.metadata.control.QuorumStatus;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.client.ClientConfig;
import io.tidemark.protocol.client.KafkaClient;
import io.tidemark.protocol.client.NodeAddress;
import io.tidemark.protocol.client.Response;
import io.tidemark.protocol.server.ApiHandler;
import io.tidemark.protocol.server.EnvelopeHandler;
import io.tidemark.protocol.server.ErrorResponses;
import io.tidemark.protocol.server.KafkaServer;
import io.tidemark.protocol.server.RequestContext;
import io.tidemark.protocol.server.ServerConfig;
import io.tidemark.protocol.transport.EventLoops;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node's relay between a real client and listeners that answer as coordinators do. */
class GroupRelayIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final EventLoopGroup loops = EventLoops.create(2, "relay-test");
    private final List<KafkaServer> servers = new CopyOnWriteArrayList<>();
    private final Leader leader = new Leader();
    private final KafkaClient client =
            new KafkaClient(loops, new ClientConfig("shop", Duration.ofSeconds(5), 1 << 20));
    private final GroupRelay relay = new GroupRelay(1, loops, leader, Clock.system());
    private NodeAddress node = new NodeAddress("127.0.0.1", 0);

    @BeforeEach
    void serve() throws IOException {
        node = address(serve(RelayHandlers.of(1, relay, ClusterImage::empty)));
    }

    @AfterEach
    void end() {
        client.close();
        relay.close();
        servers.forEach(KafkaServer::close);
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    @Test
    void shouldPassOnWhoAsks() throws Exception {
        Coordinator coordinator = new Coordinator();
        leader.at(coordinator.server);

        assertThat(error(commit(7))).isEqualTo(ErrorCode.NONE);

        assertThat(coordinator.seen).containsExactly(7L);
        assertThat(coordinator.callers)
                .containsExactly("shop /127.0.0.1 User:ANONYMOUS v10".formatted());
    }

    @Test
    void shouldRepeatInOrderAtTheNextLeader() throws Exception {
        // Given a leader that resigns after the fifth commit
        Coordinator first = new Coordinator();
        Coordinator second = new Coordinator();
        leader.at(first.server);
        first.answers =
                offset -> {
                    if (offset <= 5) {
                        return done(ErrorCode.NONE);
                    }
                    leader.at(second.server);
                    return done(ErrorCode.NOT_COORDINATOR);
                };

        List<CompletionStage<Response<OffsetCommitResponseData>>> commits =
                LongStream.rangeClosed(1, 40).mapToObj(this::commit).toList();

        for (var commit : commits) {
            assertThat(error(commit)).isEqualTo(ErrorCode.NONE);
        }
        assertThat(second.seen)
                .containsExactlyElementsOf(LongStream.rangeClosed(6, 40).boxed().toList());
    }

    @Test
    void shouldRepeatWhatTheConnectionWasLostWith() throws Exception {
        Coordinator first = new Coordinator();
        Coordinator second = new Coordinator();
        leader.at(first.server);
        first.answers = offset -> new CompletableFuture<>();
        List<CompletionStage<Response<OffsetCommitResponseData>>> commits =
                LongStream.rangeClosed(1, 10).mapToObj(this::commit).toList();
        until(() -> first.seen.size() == 10);
        CompletionStage<Response<LeaveGroupResponseData>> leaving =
                client.send(node, "lane", new LeaveGroupRequestData().setGroupId("g"), PATIENCE);
        until(() -> first.left == 1);

        leader.at(second.server);
        first.close();

        for (var commit : commits) {
            assertThat(error(commit)).isEqualTo(ErrorCode.NONE);
        }
        assertThat(second.seen)
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 10).boxed().toList());
        try (Response<LeaveGroupResponseData> left =
                leaving.toCompletableFuture().get(20, TimeUnit.SECONDS)) {
            assertThat(left.message().errorCode())
                    .as("whether the member has left is not known")
                    .isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE.number());
        }
        assertThat(second.left).isZero();
    }

    @Test
    void shouldSayInTimeThatNobodyLeads() throws Exception {
        long started = System.nanoTime();

        assertThat(error(commit(1))).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);

        assertThat(Duration.ofNanos(System.nanoTime() - started))
                .isBetween(Duration.ofSeconds(4), Duration.ofSeconds(15));
        Coordinator late = new Coordinator();
        leader.at(late.server);
        assertThat(error(commit(2))).isEqualTo(ErrorCode.NONE);
        assertThat(late.seen).containsExactly(2L);
    }

    @Test
    void shouldAskOnceForAllWhereTheLeaderIs() throws Exception {
        Coordinator coordinator = new Coordinator();
        leader.at(coordinator.server);
        List<CompletionStage<Response<OffsetCommitResponseData>>> commits = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            commits.add(client.send(node, "lane-" + i, request(i), PATIENCE));
        }
        for (var commit : commits) {
            assertThat(error(commit)).isEqualTo(ErrorCode.NONE);
        }
        assertThat(leader.asked).isLessThan(20);
        assertThat(coordinator.server.connectionCount()).isEqualTo(20);

        client.disconnect(node, "the clients go");

        until(() -> coordinator.server.connectionCount() == 0 && relay.size() == 0);
    }

    @Test
    void shouldLetAHeartbeatWaitForNews() throws Exception {
        Coordinator coordinator = new Coordinator();
        leader.at(coordinator.server);
        JavaClient java = new JavaClient(loops.next(), relay);

        CompletableFuture<ApiMessage> answer = java.beat();
        until(() -> coordinator.beats.size() == 1);
        TimeUnit.MILLISECONDS.sleep(2_500);

        assertThat(answer).as("after longer than others are waited for").isNotDone();
        assertThat(coordinator.software).containsExactly("apache-kafka-java 4.3.1");
        coordinator
                .beats
                .getFirst()
                .complete(
                        new HeartbeatResponseData()
                                .setErrorCode(ErrorCode.REBALANCE_IN_PROGRESS.number()));
        assertThat(error(answer)).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        assertThat(coordinator.beats).hasSize(1);
    }

    @Test
    void shouldNotWaitForNewsWhereTheNodeStops() throws Exception {
        Coordinator coordinator = new Coordinator();
        leader.at(coordinator.server);
        JavaClient java = new JavaClient(loops.next(), relay);
        CompletableFuture<ApiMessage> answer = java.beat();
        until(() -> coordinator.beats.size() == 1);

        java.hurry();
        assertThat(answer).as("where only another request comes").isNotDone();
        java.open = false;
        java.hurry();

        assertThat(error(answer)).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
    }

    private static ErrorCode error(CompletableFuture<ApiMessage> heartbeat) throws Exception {
        return ErrorCode.of(
                ((HeartbeatResponseData) heartbeat.get(20, TimeUnit.SECONDS)).errorCode());
    }

    private CompletionStage<Response<OffsetCommitResponseData>> commit(long offset) {
        return client.send(node, "lane", request(offset), PATIENCE);
    }

    private static OffsetCommitRequestData request(long offset) {
        return new OffsetCommitRequestData()
                .setGroupId("g")
                .setTopics(
                        List.of(
                                new OffsetCommitRequestTopic()
                                        .setName("t")
                                        .setPartitions(
                                                List.of(
                                                        new OffsetCommitRequestPartition()
                                                                .setCommittedOffset(offset)))));
    }

    private static ErrorCode error(CompletionStage<Response<OffsetCommitResponseData>> commit)
            throws Exception {
        try (Response<OffsetCommitResponseData> response =
                commit.toCompletableFuture().get(40, TimeUnit.SECONDS)) {
            return ErrorCode.of(
                    response.message().topics().getFirst().partitions().getFirst().errorCode());
        }
    }

    private static CompletionStage<ErrorCode> done(ErrorCode error) {
        return CompletableFuture.completedFuture(error);
    }

    private KafkaServer serve(List<ApiHandler<?, ?>> handlers) throws IOException {
        KafkaServer server =
                KafkaServer.start(
                        new ServerConfig(
                                "PLAINTEXT",
                                "127.0.0.1",
                                0,
                                1 << 20,
                                1 << 24,
                                64,
                                1_000,
                                Duration.ofMinutes(10),
                                Duration.ZERO),
                        loops,
                        handlers);
        servers.add(server);
        return server;
    }

    private static NodeAddress address(KafkaServer server) {
        return new NodeAddress("127.0.0.1", server.address().getPort());
    }

    private static void until(java.util.function.BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    /** A listener that takes commits, and answers as the test says. */
    private final class Coordinator {
        final List<Long> seen = new CopyOnWriteArrayList<>();
        final List<String> callers = new CopyOnWriteArrayList<>();
        final List<CompletableFuture<ApiMessage>> beats = new CopyOnWriteArrayList<>();
        final List<String> software = new CopyOnWriteArrayList<>();
        final KafkaServer server;
        volatile LongFunction<CompletionStage<ErrorCode>> answers = offset -> done(ErrorCode.NONE);
        volatile int left;

        Coordinator() throws IOException {
            server =
                    serve(
                            List.of(
                                    new EnvelopeHandler(
                                            List.of(
                                                    new Served((short) 8, this::commit),
                                                    new Served((short) 12, this::beat),
                                                    new Served((short) 13, this::leave)))));
        }

        private CompletionStage<@Nullable ApiMessage> commit(
                RequestContext context, ApiMessage message) {
            OffsetCommitRequestData request = (OffsetCommitRequestData) message;
            long offset = request.topics().getFirst().partitions().getFirst().committedOffset();
            CompletionStage<ErrorCode> answer = answers.apply(offset);
            seen.add(offset);
            var address = (java.net.InetSocketAddress) context.connection().remoteAddress();
            callers.add(
                    "%s %s %s v%d"
                            .formatted(
                                    context.clientId(),
                                    address.getAddress(),
                                    context.connection().principal(),
                                    context.apiVersion()));
            return answer.thenApply(
                    error ->
                            error == ErrorCode.NONE
                                    ? accepted(request)
                                    : ErrorResponses.of(request, context.apiVersion(), error));
        }

        private static ApiMessage accepted(OffsetCommitRequestData request) {
            return new OffsetCommitResponseData()
                    .setTopics(
                            request.topics().stream()
                                    .map(
                                            topic ->
                                                    new OffsetCommitResponseData
                                                                    .OffsetCommitResponseTopic()
                                                            .setName(topic.name())
                                                            .setPartitions(
                                                                    List.of(
                                                                            new OffsetCommitResponseData
                                                                                    .OffsetCommitResponsePartition())))
                                    .toList());
        }

        private CompletionStage<@Nullable ApiMessage> beat(
                RequestContext context, ApiMessage message) {
            CompletableFuture<ApiMessage> answer = new CompletableFuture<>();
            software.add(context.connection().clientSoftware());
            beats.add(answer);
            return answer.thenApply(response -> response);
        }

        private CompletionStage<@Nullable ApiMessage> leave(
                RequestContext context, ApiMessage message) {
            left++;
            return new CompletableFuture<>();
        }

        void close() {
            server.close();
        }
    }

    private record Served(short apiKey, Call call) implements ApiHandler<ApiMessage, ApiMessage> {
        @FunctionalInterface
        interface Call {
            CompletionStage<@Nullable ApiMessage> handle(
                    RequestContext context, ApiMessage request);
        }

        @Override
        public short minVersion() {
            return 2;
        }

        @Override
        public short maxVersion() {
            return switch (apiKey) {
                case 8 -> 10;
                case 12 -> 4;
                default -> 5;
            };
        }

        @Override
        public CompletionStage<@Nullable ApiMessage> handle(
                RequestContext context, ApiMessage request) {
            return call.handle(context, request);
        }
    }

    /** Tells where the leader is; nothing else is asked. */
    private static final class Leader implements ControlPlane {
        private volatile @Nullable GroupEndpoint endpoint;
        private volatile int asked;

        void at(KafkaServer server) {
            endpoint = new GroupEndpoint("127.0.0.1", server.address().getPort());
        }

        @Override
        public CompletionStage<GroupEndpoint> groupEndpoint() {
            asked++;
            GroupEndpoint now = endpoint;
            return now == null
                    ? CompletableFuture.failedFuture(new IOException("Nobody leads"))
                    : CompletableFuture.completedFuture(now);
        }

        @Override
        public CompletionStage<CommandResult> submit(Command command) {
            throw new AssertionError(command);
        }

        @Override
        public CompletionStage<HeartbeatReply> heartbeat(Heartbeat heartbeat) {
            throw new AssertionError(heartbeat);
        }

        @Override
        public CompletionStage<QuorumStatus> quorum() {
            throw new AssertionError();
        }

        @Override
        public Subscription subscribe(MetadataListener listener) {
            throw new AssertionError();
        }

        @Override
        public void close() {}
    }
}
