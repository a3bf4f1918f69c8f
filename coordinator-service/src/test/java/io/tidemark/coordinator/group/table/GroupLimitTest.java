package io.tidemark.coordinator.group.table;

import static io.tidemark.coordinator.group.table.GroupsFixture.CLIENT;
import static io.tidemark.coordinator.group.table.GroupsFixture.now;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.coordinator.group.GroupChange;
import io.tidemark.coordinator.group.GroupSettings;
import io.tidemark.coordinator.group.GroupStates;
import io.tidemark.protocol.ErrorCode;
import java.util.List;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A coordinator that takes two groups. */
class GroupLimitTest {

    private final GroupsFixture fixture =
            new GroupsFixture(
                    new GroupSettings(
                            6_000,
                            60_000,
                            10,
                            0,
                            0,
                            5_000,
                            1_000,
                            45_000,
                            86_400_000,
                            600_000,
                            100,
                            2));

    @BeforeEach
    void fill() {
        fixture.createTopic("orders", 1);
        assertThat(fixture.commit("first", "orders", 0, 1)).isEqualTo(ErrorCode.NONE);
        assertThat(fixture.commit("second", "orders", 0, 1)).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void shouldRefuseWhateverWouldMakeOneMore() {
        assertThat(fixture.commit("third", "orders", 0, 1)).isEqualTo(ErrorCode.POLICY_VIOLATION);
        assertThat(join("third")).isEqualTo(ErrorCode.POLICY_VIOLATION);
        ConsumerGroupHeartbeatResponseData refused = heartbeat("third");
        assertThat(ErrorCode.of(refused.errorCode())).isEqualTo(ErrorCode.POLICY_VIOLATION);
        assertThat(refused.errorMessage())
                .contains("2 groups")
                .contains("tidemark.coordinator.groups.max-groups");

        assertThat(fixture.stored.size()).isEqualTo(2);
        assertThat(fixture.classic.made).isEmpty();
        assertThat(fixture.consumer.made).isEmpty();
    }

    @Test
    void shouldServeTheGroupsThatAreHere() {
        assertThat(fixture.commit("first", "orders", 0, 2)).isEqualTo(ErrorCode.NONE);
        assertThat(join("first")).isEqualTo(ErrorCode.NONE);
        assertThat(heartbeat("second").errorCode()).isZero();
        assertThat(fixture.offsets("third")).isEmpty();
    }

    @Test
    void shouldTakeAnotherOnceOneIsGone() {
        now(
                fixture.groups
                        .admin()
                        .delete(new DeleteGroupsRequestData().setGroupsNames(List.of("first"))));

        assertThat(fixture.commit("third", "orders", 0, 1)).isEqualTo(ErrorCode.NONE);
        assertThat(fixture.commit("first", "orders", 0, 1)).isEqualTo(ErrorCode.POLICY_VIOLATION);
    }

    @Test
    void shouldLoadMoreThanItWouldTake() {
        GroupsFixture wide = new GroupsFixture();
        wide.createTopic("orders", 1);
        for (int i = 0; i < 3; i++) {
            wide.commit("g" + i, "orders", 0, i);
        }
        wide.stored.forEach(group -> fixture.stored.apply(changes(group)));

        fixture.groups = fixture.start();

        assertThat(fixture.offsets("g2")).containsExactly("orders-0=2");
        assertThat(fixture.commit("g2", "orders", 0, 3)).isEqualTo(ErrorCode.NONE);
        assertThat(fixture.commit("g3", "orders", 0, 3)).isEqualTo(ErrorCode.POLICY_VIOLATION);
    }

    private static List<GroupChange> changes(GroupStates.Stored group) {
        return List.of(new GroupChange.OffsetsCommitted(group.id(), group.offsets()));
    }

    private ErrorCode join(String group) {
        return ErrorCode.of(
                now(fixture.groups
                                .members()
                                .join(CLIENT, new JoinGroupRequestData().setGroupId(group)))
                        .errorCode());
    }

    private ConsumerGroupHeartbeatResponseData heartbeat(String group) {
        return now(
                fixture.groups
                        .members()
                        .consumerHeartbeat(
                                CLIENT,
                                new ConsumerGroupHeartbeatRequestData()
                                        .setGroupId(group)
                                        .setMemberId("m")
                                        .setMemberEpoch(0)));
    }
}
