package io.tidemark.coordinator.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.tidemark.coordinator.runtime.Coordinator;
import io.tidemark.coordinator.runtime.RunningCoordinator;
import io.tidemark.protocol.server.ApiHandler;
import io.tidemark.protocol.server.KafkaServer;
import io.tidemark.protocol.server.ServerConfig;
import io.tidemark.protocol.transport.EventLoops;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.ConsumerGroupDescribeRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every API of groups answers in each of its versions: what is found, and what is refused. */
class GroupVersionsIT {
    private static final String TOPIC = "orders";

    /** UNSUPPORTED_VERSION and UNKNOWN_SERVER_ERROR: what a client would see of a bad answer. */
    private static final String BAD = "(?i)(?s).*errorCode=(-1|35)\\b.*";

    private @TempDir Path folder;

    @Test
    void shouldAnswerEveryApiInEveryVersion() throws Exception {
        EventLoopGroup loops = EventLoops.create(1, "versions-test");
        try (Coordinator coordinator = RunningCoordinator.alone(folder)) {
            RunningCoordinator.join(coordinator, 1);
            RunningCoordinator.await(coordinator.submit(RunningCoordinator.topic(TOPIC, 1)));
            List<ApiHandler<?, ?>> handlers =
                    GroupHandlers.of(coordinator, (principal, operation, type, resource) -> true);
            try (KafkaServer server =
                    KafkaServer.start(
                            ServerConfig.of("PLAINTEXT", "127.0.0.1", 0), loops, handlers)) {
                for (ApiHandler<?, ?> handler : handlers) {
                    askAll(handler, server.address());
                }
            }
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    private static void askAll(ApiHandler<?, ?> handler, InetSocketAddress server)
            throws Exception {
        ApiMessageType api = ApiMessageType.fromApiKey(handler.apiKey());
        try (KafkaSocket client = new KafkaSocket(server)) {
            for (short v = handler.minVersion(); v <= handler.maxVersion(); v++) {
                for (String group : List.of("g", "unknown")) {
                    ApiMessage answer = client.ask(request(api, group, v), api.newResponse(), v);

                    assertThat(answer.toString()).as("%s v%d", api, v).doesNotMatch(BAD);
                }
            }
        }
    }

    private static ApiMessage request(ApiMessageType api, String group, short version) {
        return switch (api) {
            case OFFSET_COMMIT -> commit(group, version);
            case OFFSET_FETCH -> fetch(group, version);
            case OFFSET_DELETE -> new OffsetDeleteRequestData().setGroupId(group);
            case JOIN_GROUP -> join(group);
            case SYNC_GROUP ->
                    new SyncGroupRequestData()
                            .setGroupId(group)
                            .setMemberId("m")
                            .setProtocolType(version >= 5 ? "consumer" : null)
                            .setProtocolName(version >= 5 ? "range" : null);
            case HEARTBEAT -> new HeartbeatRequestData().setGroupId(group).setMemberId("m");
            case LEAVE_GROUP ->
                    version < 3
                            ? new LeaveGroupRequestData().setGroupId(group).setMemberId("m")
                            : new LeaveGroupRequestData()
                                    .setGroupId(group)
                                    .setMembers(
                                            List.of(
                                                    new LeaveGroupRequestData.MemberIdentity()
                                                            .setMemberId("m")));
            case CONSUMER_GROUP_HEARTBEAT ->
                    new ConsumerGroupHeartbeatRequestData()
                            .setGroupId(group)
                            .setMemberId("m")
                            .setMemberEpoch(3);
            case LIST_GROUPS -> new ListGroupsRequestData();
            case DESCRIBE_GROUPS -> new DescribeGroupsRequestData().setGroups(List.of(group));
            case CONSUMER_GROUP_DESCRIBE ->
                    new ConsumerGroupDescribeRequestData().setGroupIds(List.of(group));
            case DELETE_GROUPS ->
                    new DeleteGroupsRequestData().setGroupsNames(List.of(group + "-gone"));
            default -> throw new AssertionError("No request for " + api);
        };
    }

    /** Of a member that the group does not know: refused. */
    private static ApiMessage join(String group) {
        JoinGroupRequestData request =
                new JoinGroupRequestData()
                        .setGroupId("join-" + group)
                        .setMemberId("m")
                        .setSessionTimeoutMs(10_000)
                        .setRebalanceTimeoutMs(10_000)
                        .setProtocolType("consumer");
        request.protocols().mustAdd(new JoinGroupRequestProtocol().setName("range"));
        return request;
    }

    private static ApiMessage commit(String group, short version) {
        return new OffsetCommitRequestData()
                .setGroupId(group)
                .setTopics(
                        List.of(
                                new OffsetCommitRequestTopic()
                                        .setName(version < 10 ? TOPIC : "")
                                        .setPartitions(
                                                List.of(
                                                        new OffsetCommitRequestPartition(),
                                                        new OffsetCommitRequestPartition()
                                                                .setPartitionIndex(9)))));
    }

    private static ApiMessage fetch(String group, short version) {
        return version < 8
                ? new OffsetFetchRequestData()
                        .setGroupId(group)
                        .setTopics(
                                List.of(
                                        new OffsetFetchRequestTopic()
                                                .setName(TOPIC)
                                                .setPartitionIndexes(List.of(0, 9))))
                : new OffsetFetchRequestData()
                        .setGroups(
                                List.of(
                                        new OffsetFetchRequestGroup()
                                                .setGroupId(group)
                                                .setTopics(
                                                        List.of(
                                                                new OffsetFetchRequestTopics()
                                                                        .setName(
                                                                                version < 10
                                                                                        ? TOPIC
                                                                                        : "")
                                                                        .setPartitionIndexes(
                                                                                List.of(0, 9))))));
    }
}
