package io.tidemark.coordinator.group.consumer;

import static io.tidemark.coordinator.group.consumer.TestGroup.join;
import static io.tidemark.coordinator.group.consumer.TestGroup.stay;
import static io.tidemark.coordinator.group.consumer.TestGroup.topicId;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.coordinator.group.Caller;
import io.tidemark.coordinator.group.GroupChange.ClassicGroupState;
import io.tidemark.coordinator.group.GroupChange.ClassicMemberState;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.group.ConsumerProtocol;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.ConsumerProtocolAssignment;
import org.apache.kafka.common.message.ConsumerProtocolSubscription;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A group whose members speak different protocols, as while consumers are replaced one by one. */
class MixedGroupTest {
    private static final Caller V9 = new Caller("old", "/127.0.0.2", (short) 9);
    private static final Caller V3 = new Caller("old", "/127.0.0.2", (short) 3);
    private static final int GENERATION = 7;

    private final TestGroup group = new TestGroup();

    @BeforeEach
    void createTopic() {
        group.topic("orders", 4);
    }

    private static byte[] subscription(Integer... owned) {
        ConsumerProtocolSubscription subscription =
                new ConsumerProtocolSubscription().setTopics(List.of("orders"));
        if (owned.length > 0) {
            subscription
                    .ownedPartitions()
                    .add(
                            new ConsumerProtocolSubscription.TopicPartition()
                                    .setTopic("orders")
                                    .setPartitions(List.of(owned)));
        }
        return ConsumerProtocol.write(subscription, (short) 3);
    }

    private static byte[] assignment(Integer... partitions) {
        ConsumerProtocolAssignment assignment = new ConsumerProtocolAssignment();
        assignment
                .assignedPartitions()
                .add(
                        new ConsumerProtocolAssignment.TopicPartition()
                                .setTopic("orders")
                                .setPartitions(List.of(partitions)));
        return ConsumerProtocol.write(assignment, (short) 3);
    }

    private static ClassicMemberState member(String id, byte[] assigned) {
        return member(id, Optional.empty(), assigned);
    }

    private static ClassicMemberState member(
            String id, Optional<String> instanceId, byte[] assigned) {
        return new ClassicMemberState(
                id,
                instanceId,
                "old",
                "/127.0.0.2",
                10_000,
                20_000,
                Map.of("range", subscription()),
                assigned);
    }

    private static ClassicGroupState classic(ClassicMemberState... members) {
        return new ClassicGroupState(
                GENERATION, "consumer", "range", members[0].memberId(), 0, List.of(members));
    }

    /** Two classic members with two partitions each, and a new one of the consumer protocol. */
    private void newJoinsTwoOld() {
        group.convert(classic(member("x", assignment(0, 1)), member("y", assignment(2, 3))));
        ConsumerGroupHeartbeatResponseData joined = group.beat(join("new", "orders"));
        assertThat(joined.errorCode()).isZero();
        assertThat(joined.memberEpoch()).isEqualTo(GENERATION + 1);
        assertThat(joined.assignment().topicPartitions()).isEmpty();
    }

    private JoinGroupResponseData rejoin(String id, Integer... owned) {
        return rejoin(V9, joinRequest(id, owned));
    }

    private JoinGroupResponseData rejoin(Caller caller, JoinGroupRequestData request) {
        return group.membership().join(caller, request).toCompletableFuture().join();
    }

    private static JoinGroupRequestData joinRequest(String id, Integer... owned) {
        JoinGroupRequestData request =
                new JoinGroupRequestData()
                        .setGroupId("group")
                        .setMemberId(id)
                        .setSessionTimeoutMs(10_000)
                        .setRebalanceTimeoutMs(20_000)
                        .setProtocolType("consumer");
        request.protocols()
                .add(
                        new JoinGroupRequestData.JoinGroupRequestProtocol()
                                .setName("range")
                                .setMetadata(subscription(owned)));
        return request;
    }

    private SyncGroupResponseData sync(String id, int generation) {
        return group.membership()
                .sync(
                        V9,
                        new SyncGroupRequestData()
                                .setGroupId("group")
                                .setMemberId(id)
                                .setGenerationId(generation)
                                .setProtocolType("consumer")
                                .setProtocolName("range"))
                .toCompletableFuture()
                .join();
    }

    private List<Integer> synced(String id, int generation) {
        SyncGroupResponseData response = sync(id, generation);
        assertThat(response.errorCode()).isZero();
        return ConsumerProtocol.assignment(response.assignment())
                .orElseThrow()
                .assignedPartitions()
                .stream()
                .flatMap(topic -> topic.partitions().stream())
                .toList();
    }

    private ErrorCode heartbeat(String id, int generation) {
        return ErrorCode.of(
                group.membership()
                        .heartbeat(
                                V9,
                                new HeartbeatRequestData()
                                        .setGroupId("group")
                                        .setMemberId(id)
                                        .setGenerationId(generation))
                        .toCompletableFuture()
                        .join()
                        .errorCode());
    }

    private LeaveGroupResponseData leave(Caller caller, LeaveGroupRequestData request) {
        return group.membership().leave(caller, request).toCompletableFuture().join();
    }

    private List<Integer> targetOf(String id) {
        return group.describe().members().stream()
                .filter(member -> member.memberId().equals(id))
                .flatMap(member -> member.targetAssignment().topicPartitions().stream())
                .flatMap(topic -> topic.partitions().stream())
                .toList();
    }

    @Test
    void shouldTakeOverMembersWithWhatTheyHave() {
        newJoinsTwoOld();
        assertThat(group.describe().members())
                .extracting(m -> m.memberId() + ":" + m.memberType() + "@" + m.memberEpoch())
                .containsExactly("new:1@8", "x:0@7", "y:0@7");
        assertThat(heartbeat("x", GENERATION)).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        assertThat(heartbeat("x", 6)).isEqualTo(ErrorCode.ILLEGAL_GENERATION);
        assertThat(heartbeat("z", GENERATION)).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(heartbeat("new", 8)).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void shouldLetACooperativeMemberRevokeAndJoinAgain() {
        // Given
        newJoinsTwoOld();
        int giver = targetOf("x").size() == 1 ? 0 : 2;
        String id = giver == 0 ? "x" : "y";

        // When
        JoinGroupResponseData first = rejoin(id, giver, giver + 1);

        // Then
        assertThat(first.errorCode()).isZero();
        assertThat(first.generationId()).isEqualTo(GENERATION);
        assertThat(first.leader()).isEmpty();
        assertThat(first.protocolName()).isEqualTo("range");
        List<Integer> kept = synced(id, GENERATION);
        assertThat(kept).hasSize(1);
        assertThat(heartbeat(id, GENERATION)).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        assertThat(group.beat(stay("new", 8)).assignment()).isNull();

        // When
        JoinGroupResponseData second = rejoin(id, kept.getFirst());

        // Then
        assertThat(second.generationId()).isEqualTo(GENERATION + 1);
        assertThat(synced(id, GENERATION + 1)).isEqualTo(kept);
        assertThat(heartbeat(id, GENERATION + 1)).isEqualTo(ErrorCode.NONE);
        assertThat(group.beat(stay("new", 8)).assignment().topicPartitions()).hasSize(1);
    }

    @Test
    void shouldLetAnEagerMemberGoOnAtOnce() {
        newJoinsTwoOld();
        for (String id : List.of("x", "y")) {
            assertThat(rejoin(id).generationId()).isEqualTo(GENERATION + 1);
            assertThat(synced(id, GENERATION + 1)).isEqualTo(targetOf(id));
        }
        assertThat(group.beat(stay("new", 8)).assignment().topicPartitions()).hasSize(1);
        assertThat(group.membership().state()).isEqualTo("Stable");
    }

    @Test
    void shouldAskAMemberToRejoinOnceItCanHaveWhatItWaitsFor() {
        // Given
        newJoinsTwoOld();
        rejoin("x");
        rejoin("y");
        synced("x", 8);
        synced("y", 8);
        group.beat(stay("new", 8));

        // When
        group.beat(stay("new", -1).setMemberEpoch(8).setSubscribedTopicNames(List.of()));

        // Then
        assertThat(heartbeat("x", 8)).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        assertThat(rejoin("x").generationId()).isEqualTo(9);
        assertThat(rejoin("y").generationId()).isEqualTo(9);
        assertThat(heartbeat("x", 9)).isEqualTo(ErrorCode.NONE);
        assertThat(heartbeat("y", 9)).isEqualTo(ErrorCode.NONE);

        // When
        assertThat(group.beat(TestGroup.hold("new", 8, Map.of())).memberEpoch()).isEqualTo(9);

        // Then
        String waiting = targetOf("x").size() > synced("x", 9).size() ? "x" : "y";
        assertThat(heartbeat(waiting, 9)).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        assertThat(rejoin(waiting).generationId()).isEqualTo(9);
        assertThat(synced(waiting, 9)).isEqualTo(targetOf(waiting));
    }

    @Test
    void shouldTellASyncThatComesTooLateToJoinAgain() {
        // Given
        newJoinsTwoOld();
        rejoin("x");

        // When
        group.beat(join("newer", "orders"));

        // Then
        assertThat(ErrorCode.of(sync("x", 8).errorCode()))
                .isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        assertThat(ErrorCode.of(sync("x", 6).errorCode())).isEqualTo(ErrorCode.ILLEGAL_GENERATION);
        assertThat(ErrorCode.of(sync("z", 8).errorCode())).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void shouldPutOutAMemberThatDoesNotJoinAgainInTime() {
        // Given
        newJoinsTwoOld();

        // When
        for (int i = 0; i < 5; i++) {
            heartbeat("x", GENERATION);
            heartbeat("y", GENERATION);
            group.beat(stay("new", 8));
            group.time.advanceMs(4_000);
        }

        // Then
        assertThat(heartbeat("x", GENERATION)).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(group.describe().members()).hasSize(1);
    }

    @Test
    void shouldPutOutASilentMemberAfterItsOwnSessionTimeout() {
        newJoinsTwoOld();
        group.time.advanceMs(10_000);
        assertThat(group.describe().members()).extracting(m -> m.memberId()).containsExactly("new");
    }

    @Test
    void shouldBecomeClassicWhereOnlyClassicMembersAreLeft() {
        // Given
        newJoinsTwoOld();
        rejoin("x");
        rejoin("y");

        // When
        ConsumerGroupHeartbeatResponseData left = group.beat(stay("new", -1));

        // Then
        assertThat(left.errorCode()).isZero();
        ClassicGroupState state = group.becameClassic().orElseThrow();
        assertThat(state.generation()).isEqualTo(8);
        assertThat(state.protocolType()).isEqualTo("consumer");
        assertThat(state.protocol()).isEqualTo("range");
        assertThat(state.leader()).isEqualTo("x");
        assertThat(state.members()).hasSize(2);
        assertThat(ConsumerProtocol.assignment(state.members().getFirst().assignment()))
                .hasValueSatisfying(
                        assigned ->
                                assertThat(
                                                assigned.assignedPartitions().stream()
                                                        .findFirst()
                                                        .orElseThrow()
                                                        .topic())
                                        .isEqualTo("orders"));
    }

    @Test
    void shouldBecomeClassicWhereTheLastOtherMemberFallsSilent() {
        // Given
        newJoinsTwoOld();
        rejoin("x");

        // When
        for (int i = 0; i < 10; i++) {
            rejoin("x");
            group.time.advanceMs(5_000);
        }

        // Then
        assertThat(group.becameClassic().orElseThrow().members()).hasSize(1);
    }

    @Test
    void shouldLetANewProcessTakeAStaticMembersPlace() {
        // Given
        group.convert(
                classic(
                        member("x", Optional.of("one"), assignment(0, 1)),
                        member("y", Optional.of("two"), assignment(2, 3))));

        // When
        ConsumerGroupHeartbeatResponseData joined =
                group.beat(join("new", "orders").setInstanceId("one"));

        // Then
        assertThat(joined.errorCode()).isZero();
        assertThat(joined.assignment().topicPartitions())
                .singleElement()
                .satisfies(
                        topic -> {
                            assertThat(topic.topicId()).isEqualTo(topicId("orders"));
                            assertThat(topic.partitions()).containsExactly(0, 1);
                        });
        assertThat(group.describe().members()).hasSize(2);
    }

    @Test
    void shouldLetClassicMembersComeAndGo() {
        // Given
        newJoinsTwoOld();

        // When
        JoinGroupResponseData named = rejoin("");

        // Then
        assertThat(ErrorCode.of(named.errorCode())).isEqualTo(ErrorCode.MEMBER_ID_REQUIRED);
        assertThat(named.memberId()).startsWith("old-");
        assertThat(rejoin(named.memberId()).generationId()).isEqualTo(9);
        assertThat(rejoin(V3, joinRequest("")).generationId()).isEqualTo(10);
        LeaveGroupRequestData request = new LeaveGroupRequestData().setGroupId("group");
        request.members()
                .add(new LeaveGroupRequestData.MemberIdentity().setMemberId(named.memberId()));
        request.members().add(new LeaveGroupRequestData.MemberIdentity().setMemberId("new"));
        assertThat(leave(V9, request).members())
                .extracting(m -> ErrorCode.of(m.errorCode()))
                .containsExactly(ErrorCode.NONE, ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(
                        leave(
                                        new Caller("old", "/h", (short) 2),
                                        new LeaveGroupRequestData()
                                                .setGroupId("group")
                                                .setMemberId("x"))
                                .errorCode())
                .isZero();
        assertThat(group.describe().members()).hasSize(3);
    }

    @Test
    void shouldNotLetAMemberThatWasPutOutGoOnWithWhatItHad() {
        // Given
        newJoinsTwoOld();
        group.time.advanceMs(10_000);

        // When
        JoinGroupResponseData joined = rejoin("x", 0, 1);

        // Then
        assertThat(ErrorCode.of(joined.errorCode())).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void shouldForgetPromisedIdsThatNobodyUses() {
        newJoinsTwoOld();
        String promised = rejoin("").memberId();
        group.time.advanceMs(10_000);
        assertThat(ErrorCode.of(rejoin(promised).errorCode()))
                .isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void shouldRefuseJoinsThatMakeNoSense() {
        newJoinsTwoOld();
        assertThat(ErrorCode.of(rejoin(V9, joinRequest("x").setSessionTimeoutMs(1)).errorCode()))
                .isEqualTo(ErrorCode.INVALID_SESSION_TIMEOUT);
        assertThat(
                        ErrorCode.of(
                                rejoin(V9, joinRequest("x").setProtocolType("connect"))
                                        .errorCode()))
                .isEqualTo(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
        assertThat(ErrorCode.of(rejoin(V9, joinRequest("q").setGroupInstanceId("who")).errorCode()))
                .isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void shouldAcceptCommitsOfTheCurrentGenerationOnly() {
        newJoinsTwoOld();
        assertThat(group.membership().checkCommit(V3, "x", "", GENERATION))
                .isEqualTo(ErrorCode.NONE);
        assertThat(group.membership().checkCommit(V3, "x", "", 6))
                .isEqualTo(ErrorCode.ILLEGAL_GENERATION);
    }

    @Test
    void shouldSayWhyAGroupCannotBeTakenOver() {
        assertThat(group.protocol.refusal(classic(member("x", assignment(0))))).isEmpty();
        assertThat(
                        group.protocol.refusal(
                                new ClassicGroupState(
                                        1,
                                        "connect",
                                        "eager",
                                        "x",
                                        0,
                                        List.of(member("x", new byte[0])))))
                .hasValueSatisfying(why -> assertThat(why).contains("'connect'"));
        ConsumerProtocolAssignment own =
                new ConsumerProtocolAssignment().setUserData(ByteBuffer.wrap(new byte[] {1}));
        assertThat(
                        group.protocol.refusal(
                                classic(member("x", ConsumerProtocol.write(own, (short) 1)))))
                .hasValueSatisfying(why -> assertThat(why).contains("x", "custom assignor"));
        assertThat(
                        group.protocol.refusal(
                                new ClassicGroupState(
                                        1,
                                        "consumer",
                                        "range",
                                        "x",
                                        0,
                                        List.of(
                                                new ClassicMemberState(
                                                        "x",
                                                        Optional.empty(),
                                                        "c",
                                                        "/h",
                                                        1,
                                                        1,
                                                        Map.of("range", new byte[] {0}),
                                                        new byte[0])))))
                .hasValueSatisfying(why -> assertThat(why).contains("subscription of member x"));
    }
}
