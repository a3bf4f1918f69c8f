package io.tidemark.coordinator.group.consumer;

import static io.tidemark.coordinator.group.consumer.TestGroup.hold;
import static io.tidemark.coordinator.group.consumer.TestGroup.join;
import static io.tidemark.coordinator.group.consumer.TestGroup.stay;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.coordinator.group.Caller;
import io.tidemark.coordinator.group.GroupChange;
import io.tidemark.coordinator.group.GroupChange.ConsumerMemberStored;
import io.tidemark.coordinator.group.GroupEntries;
import io.tidemark.coordinator.group.assignor.PartitionSet;
import io.tidemark.metadata.json.MetadataJson;
import io.tidemark.protocol.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/** Commits at an epoch that the member has left since. */
class AssignmentEpochTest extends MembershipFixture {

    private static final Caller V9 = new Caller("c", "/h", (short) 9);

    /** The partitions that a commit is stored for. */
    private List<Integer> accepted(String memberId, int epoch) {
        return IntStream.range(0, 4)
                .filter(partition -> check(memberId, epoch, partition) == ErrorCode.NONE)
                .boxed()
                .toList();
    }

    private ErrorCode check(String memberId, int epoch, int partition) {
        ErrorCode sender = group.membership().checkCommit(V9, memberId, "", epoch);
        return sender == ErrorCode.NONE
                ? group.membership().checkCommitTo(memberId, epoch, ORDERS, partition)
                : sender;
    }

    @Test
    void shouldAcceptAnEarlierEpochForWhatTheMemberHasHadSince() {
        twoAtEpoch2();

        assertThat(accepted("a", 1)).containsExactly(0, 1);
        assertThat(check("a", 1, 2)).isEqualTo(ErrorCode.STALE_MEMBER_EPOCH);
        assertThat(accepted("a", 2)).hasSize(4);
        assertThat(accepted("a", 0)).isEmpty();
        assertThat(accepted("a", 3)).isEmpty();
        assertThat(accepted("b", 1)).isEmpty();
    }

    @Test
    void shouldAcceptWhatIsToBeRevokedUntilItIsGivenUp() {
        // Given
        aloneAtEpoch1();
        group.beat(join("b", "orders"));
        group.beat(stay("a", 1));
        assertThat(accepted("a", 1)).hasSize(4);

        // When
        group.beat(hold("a", 1, orders(0, 1)));

        // Then
        assertThat(accepted("a", 1)).containsExactly(0, 1);
    }

    @Test
    void shouldNotAcceptAnEpochBeforeTheMemberGotThePartitionBack() {
        // Given
        twoAtEpoch2();

        // When b leaves
        group.beat(stay("b", -1));
        group.beat(stay("a", 2));

        // Then
        assertThat(accepted("a", 1)).containsExactly(0, 1);
        assertThat(accepted("a", 2)).containsExactly(0, 1);
        assertThat(accepted("a", 3)).hasSize(4);
    }

    @Test
    void shouldKeepEpochsOverAFailover() {
        twoAtEpoch2();
        group.failOver();

        assertThat(accepted("a", 1)).containsExactly(0, 1);
        assertThat(accepted("b", 1)).isEmpty();
    }

    @Test
    void shouldForgetEpochsOfAStaticMembersFormerProcess() {
        // Given
        group.beat(join("a", "orders").setInstanceId("i"));
        group.beat(stay("a", -2).setInstanceId("i"));
        assertThat(accepted("a", 1)).isEmpty();

        // When
        group.beat(join("next", "orders").setInstanceId("i"));
        group.grow("orders", 5);
        group.beat(stay("next", 1).setInstanceId("i"));

        // Then
        assertThat(check("a", 1, 0)).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(check("next", 0, 0)).isEqualTo(ErrorCode.STALE_MEMBER_EPOCH);
        assertThat(accepted("next", 1)).hasSize(4);
    }

    @Test
    void shouldReadMembersOfLogsWithoutAssignmentEpochs() throws Exception {
        Member a =
                new Member(
                        "a",
                        new Subscription(
                                Optional.empty(),
                                Optional.empty(),
                                "c",
                                "/h",
                                1,
                                List.of("orders"),
                                "",
                                Optional.empty()),
                        7,
                        6,
                        PartitionSet.of(orders(0)),
                        PartitionSet.of(orders(1)),
                        HeldSince.nothing(),
                        Optional.empty());
        String json =
                new String(
                        MetadataJson.encodeBare(
                                new ConsumerMemberStored("g", a.toState()), GroupChange.class),
                        StandardCharsets.UTF_8);
        assertThat(json).contains("\"heldSince\":{},");

        String before = "[" + json.replace("\"heldSince\":{},", "") + "]";
        GroupChange change =
                GroupEntries.decode(before.getBytes(StandardCharsets.UTF_8)).getFirst();
        Member read = Member.of(((ConsumerMemberStored) change).member());

        assertThat(read.mayCommitAt(6)).isFalse();
        assertThat(read.held().toMap())
                .isEqualTo(Map.of(7, Map.<Uuid, List<Integer>>of(ORDERS, List.of(0, 1))));
    }
}
