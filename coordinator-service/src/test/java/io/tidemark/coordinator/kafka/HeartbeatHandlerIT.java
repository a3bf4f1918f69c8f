package io.tidemark.coordinator.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.tidemark.coordinator.runtime.Coordinator;
import io.tidemark.coordinator.runtime.RunningCoordinator;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.KafkaServer;
import io.tidemark.protocol.server.ServerConfig;
import io.tidemark.protocol.transport.EventLoops;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients of several kinds at a coordinator's listener. */
class HeartbeatHandlerIT {
    private static final String JAVA = "apache-kafka-java";
    private static final short BEAT = 4;

    private final EventLoopGroup loops = EventLoops.create(1, "heartbeat-test");
    private @TempDir Path folder;
    private Coordinator coordinator;
    private KafkaServer server;

    @BeforeEach
    void start() throws Exception {
        coordinator = RunningCoordinator.alone(folder);
        server =
                KafkaServer.start(
                        ServerConfig.of("PLAINTEXT", "127.0.0.1", 0),
                        loops,
                        GroupHandlers.of(
                                coordinator, (principal, operation, type, resource) -> true));
    }

    @AfterEach
    void stop() {
        server.close();
        coordinator.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    @Test
    void shouldTellAJavaClientOfARebalanceAtOnce() throws Exception {
        try (KafkaSocket stays = client(JAVA);
                KafkaSocket leaves = client(JAVA)) {
            String leaver = join(leaves, null);
            stays.send(joinRequest("", null), (short) 3);
            assertThat(beatAtOnce(leaves, leaver, 1)).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
            leaves.send(joinRequest(leaver, null), (short) 3);
            JoinGroupResponseData joined = stays.receive(new JoinGroupResponseData(), (short) 3);
            leaves.receive(new JoinGroupResponseData(), (short) 3);
            stays.send(syncRequest(joined.memberId(), 2), (short) 3);
            sync(leaves, leaver, 2);
            stays.receive(new SyncGroupResponseData(), (short) 3);

            stays.send(beat(joined.memberId(), 2), BEAT);
            assertThat(stays.hasAnswerWithin(300)).as("an answer without news").isFalse();
            leaves.ask(
                    new LeaveGroupRequestData()
                            .setGroupId("g")
                            .setMembers(List.of(new MemberIdentity().setMemberId(leaver))),
                    new LeaveGroupResponseData(),
                    (short) 4);

            assertThat(error(stays.receive(new HeartbeatResponseData(), BEAT)))
                    .isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        }
    }

    @Test
    void shouldKeepNothingWaitingBehindAHeartbeat() throws Exception {
        try (KafkaSocket client = client(JAVA)) {
            String member = join(client, null);
            client.send(beat(member, 1), BEAT);
            assertThat(client.hasAnswerWithin(300)).isFalse();

            client.send(new OffsetFetchRequestData().setGroupId("g").setTopics(null), (short) 5);

            assertThat(error(client.receive(new HeartbeatResponseData(), BEAT)))
                    .isEqualTo(ErrorCode.NONE);
            client.receive(new OffsetFetchResponseData(), (short) 5);
        }
    }

    @Test
    void shouldAnswerOtherClientsAndStaticMembersAtOnce() throws Exception {
        try (KafkaSocket kafkajs = client("kafkajs");
                KafkaSocket fixed = client(JAVA)) {
            String member = join(kafkajs, null);
            assertThat(beatAtOnce(kafkajs, member, 1)).isEqualTo(ErrorCode.NONE);
            kafkajs.ask(
                    new LeaveGroupRequestData()
                            .setGroupId("g")
                            .setMembers(List.of(new MemberIdentity().setMemberId(member))),
                    new LeaveGroupResponseData(),
                    (short) 4);

            String instance = join(fixed, "instance");
            fixed.send(beat(instance, 3).setGroupInstanceId("instance"), BEAT);
            assertThat(error(fixed.receiveWithin(new HeartbeatResponseData(), BEAT, 2_000)))
                    .isEqualTo(ErrorCode.NONE);
        }
    }

    @Test
    void shouldNotKeepAClientWaitingAgainThatHungUp() throws Exception {
        String member;
        try (KafkaSocket client = client(JAVA)) {
            member = join(client, null);
            client.send(beat(member, 1), BEAT);
            assertThat(client.hasAnswerWithin(300)).isFalse();
        }
        while (server.connectionCount() > 0) {
            TimeUnit.MILLISECONDS.sleep(5);
        }

        try (KafkaSocket again = client(JAVA)) {
            assertThat(beatAtOnce(again, member, 1)).isEqualTo(ErrorCode.NONE);
        }
    }

    @Test
    void shouldNotHoldUpTheEndOfTheServer() throws Exception {
        try (KafkaSocket client = client(JAVA)) {
            String member = join(client, null);
            client.send(beat(member, 1), BEAT);
            assertThat(client.hasAnswerWithin(300)).isFalse();

            Thread stopping = Thread.ofPlatform().start(server::close);

            assertThat(error(client.receiveWithin(new HeartbeatResponseData(), BEAT, 2_000)))
                    .isEqualTo(ErrorCode.NONE);
            stopping.join(TimeUnit.SECONDS.toMillis(20));
            assertThat(stopping.isAlive()).isFalse();
        }
    }

    private KafkaSocket client(String software) throws IOException {
        KafkaSocket client = new KafkaSocket(server.address());
        client.ask(
                new ApiVersionsRequestData()
                        .setClientSoftwareName(software)
                        .setClientSoftwareVersion("4.3.1"),
                new ApiVersionsResponseData(),
                (short) 3);
        return client;
    }

    /** Makes the client the only member, in a new generation; returns its id. */
    private static String join(KafkaSocket client, @Nullable String instanceId) throws IOException {
        short version = (short) (instanceId == null ? 3 : 5);
        JoinGroupResponseData joined =
                client.ask(joinRequest("", instanceId), new JoinGroupResponseData(), version);
        assertThat(joined.errorCode()).isZero();
        sync(client, joined.memberId(), joined.generationId());
        return joined.memberId();
    }

    private static void sync(KafkaSocket client, String member, int generation) throws IOException {
        SyncGroupResponseData synced =
                client.ask(syncRequest(member, generation), new SyncGroupResponseData(), (short) 3);
        assertThat(synced.errorCode()).isZero();
    }

    private static JoinGroupRequestData joinRequest(String member, @Nullable String instanceId) {
        JoinGroupRequestData request =
                new JoinGroupRequestData()
                        .setGroupId("g")
                        .setMemberId(member)
                        .setGroupInstanceId(instanceId)
                        .setProtocolType("consumer")
                        .setSessionTimeoutMs(30_000)
                        .setRebalanceTimeoutMs(30_000);
        request.protocols().add(new JoinGroupRequestProtocol().setName("range"));
        return request;
    }

    private static SyncGroupRequestData syncRequest(String member, int generation) {
        return new SyncGroupRequestData()
                .setGroupId("g")
                .setMemberId(member)
                .setGenerationId(generation);
    }

    private static HeartbeatRequestData beat(String member, int generation) {
        return new HeartbeatRequestData()
                .setGroupId("g")
                .setMemberId(member)
                .setGenerationId(generation);
    }

    /** Sends a heartbeat that is answered much sooner than it could be held. */
    private static ErrorCode beatAtOnce(KafkaSocket client, String member, int generation)
            throws IOException {
        client.send(beat(member, generation), BEAT);
        return error(client.receiveWithin(new HeartbeatResponseData(), BEAT, 2_000));
    }

    private static ErrorCode error(HeartbeatResponseData response) {
        return ErrorCode.of(response.errorCode());
    }
}
