package io.tidemark.coordinator.group.table;

import static io.tidemark.coordinator.group.table.GroupsFixture.CLIENT;
import static io.tidemark.coordinator.group.table.GroupsFixture.now;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.coordinator.group.Caller;
import io.tidemark.coordinator.group.GroupSettings;
import io.tidemark.protocol.ErrorCode;
import java.util.List;
import org.apache.kafka.common.message.ConsumerGroupDescribeRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData.ListedGroup;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GroupRoutingTest {
    private static final Caller OLDER = new Caller("older", "/10.0.0.8", (short) 2);

    private final GroupsFixture fixture = new GroupsFixture();

    @BeforeEach
    void createTopic() {
        fixture.createTopic("orders", 2);
    }

    @Test
    void shouldSendMembersToTheirGroup() {
        join("g");
        now(fixture.groups.members().sync(CLIENT, new SyncGroupRequestData().setGroupId("g")));
        now(fixture.groups.members().heartbeat(CLIENT, new HeartbeatRequestData().setGroupId("g")));
        now(fixture.groups.members().leave(CLIENT, new LeaveGroupRequestData().setGroupId("g")));

        assertThat(fixture.classic.made).hasSize(1);
        assertThat(fixture.classic.made.getFirst().asked)
                .containsExactly("join", "sync", "heartbeat", "leave");
    }

    @Test
    void shouldNotKnowMembersOfNoGroup() {
        short unknown = ErrorCode.UNKNOWN_MEMBER_ID.number();
        assertThat(
                        now(fixture.groups
                                        .members()
                                        .join(
                                                CLIENT,
                                                new JoinGroupRequestData()
                                                        .setGroupId("g")
                                                        .setMemberId("m")))
                                .errorCode())
                .isEqualTo(unknown);
        assertThat(
                        now(fixture.groups
                                        .members()
                                        .sync(CLIENT, new SyncGroupRequestData().setGroupId("g")))
                                .errorCode())
                .isEqualTo(unknown);
        assertThat(
                        now(fixture.groups
                                        .members()
                                        .heartbeat(
                                                CLIENT, new HeartbeatRequestData().setGroupId("g")))
                                .errorCode())
                .isEqualTo(unknown);
        LeaveGroupRequestData leave =
                new LeaveGroupRequestData()
                        .setGroupId("g")
                        .setMembers(List.of(new MemberIdentity().setMemberId("m")));
        assertThat(now(fixture.groups.members().leave(OLDER, leave)).errorCode())
                .isEqualTo(unknown);
        assertThat(
                        now(fixture.groups.members().leave(CLIENT, leave))
                                .members()
                                .getFirst()
                                .errorCode())
                .isEqualTo(unknown);
        assertThat(fixture.classic.made).isEmpty();
    }

    @Test
    void shouldRefuseAGroupWithoutAName() {
        assertThat(
                        now(fixture.groups
                                        .members()
                                        .join(CLIENT, new JoinGroupRequestData().setGroupId("")))
                                .errorCode())
                .isEqualTo(ErrorCode.INVALID_GROUP_ID.number());
        assertThat(consumerHeartbeat("", 0).errorCode())
                .isEqualTo(ErrorCode.INVALID_REQUEST.number());
    }

    @Test
    void shouldConvertAnEmptyGroupToWhatItsNextMemberSpeaks() {
        join("g");
        fixture.classic.made.getFirst().members.clear();

        assertThat(consumerHeartbeat("g", 0).errorCode()).isZero();
        assertThat(fixture.classic.made.getFirst().closed).isNotNull();
        assertThat(listed()).containsExactly("g consumer Stable");

        fixture.consumer.made.getFirst().members.clear();
        join("g");
        assertThat(fixture.consumer.made.getFirst().closed).isNotNull();
        assertThat(listed()).containsExactly("g classic Stable");
    }

    @Test
    void shouldConvertAGroupWithMembersWhereThatCanBe() {
        join("g");
        fixture.consumer.refusal = "The assignor is not known here";
        ConsumerGroupHeartbeatResponseData refused = consumerHeartbeat("g", 0);
        assertThat(refused.errorCode()).isEqualTo(ErrorCode.INCONSISTENT_GROUP_PROTOCOL.number());
        assertThat(refused.errorMessage()).contains("assignor");
        assertThat(fixture.classic.made.getFirst().closed).isNull();

        fixture.consumer.refusal = null;
        assertThat(consumerHeartbeat("g", 0).errorCode()).isZero();
        assertThat(fixture.classic.made.getFirst().closed)
                .isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        assertThat(fixture.consumer.made.getFirst().members)
                .containsExactlyInAnyOrder("converted", "client");

        // And back, when its last member of the KIP-848 protocol is gone
        fixture.consumer
                .made
                .getFirst()
                .host
                .becomeClassic(fixture.classic.made.getFirst().classicState().orElseThrow());
        assertThat(listed()).containsExactly("g classic Stable");
        assertThat(fixture.consumer.made.getFirst().closed)
                .isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
    }

    @Test
    void shouldLeaveClassicMembersToTheKip848GroupTheyAreIn() {
        consumerHeartbeat("g", 0);
        join("g");
        assertThat(fixture.consumer.made.getFirst().asked)
                .containsExactly("consumerHeartbeat", "join");
    }

    @Test
    void shouldTellAMemberOfNoKip848GroupSo() {
        assertThat(consumerHeartbeat("g", 3).errorCode())
                .isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND.number());
    }

    @Test
    void shouldListByStateAndType() {
        fixture.commit("offsets-only", "orders", 0, 1);
        join("classic");
        consumerHeartbeat("new", 0);

        assertThat(listed())
                .containsExactlyInAnyOrder(
                        "offsets-only classic Empty",
                        "classic classic Stable",
                        "new consumer Stable");
        assertThat(listed(new ListGroupsRequestData().setStatesFilter(List.of("stable"))))
                .hasSize(2);
        assertThat(listed(new ListGroupsRequestData().setTypesFilter(List.of("Consumer"))))
                .containsExactly("new consumer Stable");
        assertThat(
                        listed(
                                new ListGroupsRequestData()
                                        .setTypesFilter(List.of("classic"))
                                        .setStatesFilter(List.of("Empty"))))
                .containsExactly("offsets-only classic Empty");
        assertThat(listed(new ListGroupsRequestData().setStatesFilter(List.of("nonsense"))))
                .isEmpty();
    }

    @Test
    void shouldDescribeGroupsOfEitherKind() {
        join("classic");
        consumerHeartbeat("new", 0);
        fixture.commit("offsets-only", "orders", 0, 1);
        Caller newest = new Caller("c", "/h", (short) 6);

        assertThat(describe(newest, "classic").protocolData()).isEqualTo("range");
        assertThat(describe(newest, "offsets-only").groupState()).isEqualTo("Empty");
        assertThat(describe(newest, "new").errorMessage()).contains("not a classic group");
        assertThat(describe(newest, "none").errorCode())
                .isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND.number());
        assertThat(describe(OLDER, "none").errorCode()).isZero();
        assertThat(describe(OLDER, "none").groupState()).isEqualTo("Dead");

        var described =
                now(fixture.groups
                                .admin()
                                .describeConsumer(
                                        new ConsumerGroupDescribeRequestData()
                                                .setGroupIds(List.of("new", "classic", "none"))))
                        .groups();
        assertThat(described.get(0).assignorName()).isEqualTo("uniform");
        assertThat(described.get(1).errorMessage()).contains("not a consumer group");
        assertThat(described.get(2).errorMessage()).contains("none not found");
    }

    @Test
    void shouldDeleteGroupsWithoutMembers() {
        fixture.commit("g", "orders", 0, 1);
        join("busy");

        var results =
                now(fixture.groups
                                .admin()
                                .delete(
                                        new DeleteGroupsRequestData()
                                                .setGroupsNames(List.of("g", "busy", "none"))))
                        .results();

        assertThat(results.find("g").errorCode()).isZero();
        assertThat(results.find("busy").errorCode()).isEqualTo(ErrorCode.NON_EMPTY_GROUP.number());
        assertThat(results.find("none").errorCode())
                .isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND.number());
        assertThat(listed()).containsExactly("busy classic Stable");
        assertThat(fixture.stored.size()).isZero();
    }

    @Test
    void shouldSayOfADeletionThatItMayNotHaveHappened() {
        fixture.commit("g", "orders", 0, 1);
        fixture.log.held = true;
        var deletion =
                fixture.groups
                        .admin()
                        .delete(new DeleteGroupsRequestData().setGroupsNames(List.of("g")));
        fixture.log.fail();
        assertThat(now(deletion).results().find("g").errorCode())
                .isEqualTo(ErrorCode.NOT_COORDINATOR.number());
    }

    @Test
    void shouldForgetGroupsThatNobodyEverJoined() {
        for (int i = 0; i < 1_200; i++) {
            join("g" + i);
        }
        fixture.classic.made.forEach(members -> members.members.clear());

        fixture.time.pass(2 * GroupSettings.DEFAULTS.offsetsCheckMs() + 1);

        assertThat(listed()).isEmpty();
        assertThat(fixture.classic.made).allMatch(members -> members.closed != null);
    }

    @Test
    void shouldTellGroupsOfTopicsAndOfTheEnd() {
        join("g");
        HeldMembership members = fixture.classic.made.getFirst();
        fixture.createTopic("bills", 1);
        assertThat(members.topicChanges).isEqualTo(1);

        fixture.groups.close(ErrorCode.NOT_COORDINATOR);
        assertThat(members.closed).isEqualTo(ErrorCode.NOT_COORDINATOR);
        assertThat(fixture.time.timers()).isZero();
    }

    private void join(String group) {
        now(fixture.groups.members().join(CLIENT, new JoinGroupRequestData().setGroupId(group)));
    }

    private ConsumerGroupHeartbeatResponseData consumerHeartbeat(String group, int epoch) {
        return now(
                fixture.groups
                        .members()
                        .consumerHeartbeat(
                                CLIENT,
                                new ConsumerGroupHeartbeatRequestData()
                                        .setGroupId(group)
                                        .setMemberId("m")
                                        .setMemberEpoch(epoch)));
    }

    private DescribedGroup describe(Caller caller, String group) {
        return now(fixture.groups
                        .admin()
                        .describe(
                                caller, new DescribeGroupsRequestData().setGroups(List.of(group))))
                .groups()
                .getFirst();
    }

    private List<String> listed() {
        return listed(new ListGroupsRequestData());
    }

    private List<String> listed(ListGroupsRequestData request) {
        return now(fixture.groups.admin().list(request)).groups().stream()
                .map(GroupRoutingTest::text)
                .toList();
    }

    private static String text(ListedGroup group) {
        return group.groupId() + " " + group.groupType() + " " + group.groupState();
    }
}
