package io.tidemark.partition.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.metadata.command.Command.IsrMember;
import io.tidemark.protocol.ErrorCode;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which in-sync sets a leader proposes, and what counts meanwhile. */
class InSyncSetTest extends ReplicaFixture {

    @Test
    void shouldProposeToLeaveOutWhoHasBeenBehindForTooLong() {
        apply(led(SELF, 5, SELF, 2, 3));
        fetched(2, 10);
        fetched(3, 10);
        replica.written(20);
        now += LAG;
        assertThat(proposal(Nodes.UNKNOWN)).isEmpty();

        fetched(2, 20);
        now += 1;

        assertThat(proposal(Nodes.UNKNOWN)).contains(Set.of(SELF, 2));
    }

    @Test
    void shouldKeepASilentReplicaThatHasEverything() {
        apply(led(SELF, 5, SELF, 2));
        fetched(2, 10);
        now += 10 * LAG;

        assertThat(proposal(Nodes.UNKNOWN)).isEmpty();
    }

    @Test
    void shouldCountAReplicaAsLevelThatHasWhatTheLeaderHadAtItsLastFetch() {
        apply(led(SELF, 5, SELF, 2));
        fetched(2, 10);
        for (int end = 11; end < 40; end++) { // always a little behind
            replica.written(end + 1);
            now += LAG / 2;
            fetched(2, end);
            assertThat(proposal(2)).isEmpty();
        }
    }

    @Test
    void shouldWaitForTheReplicaThatItWantsToLeaveOutUntilTheCoordinatorAgrees() {
        apply(led(SELF, 5, SELF, 2));
        fetched(2, 10);
        replica.stored(20, now);
        now += LAG + 1;
        IsrProposal leaving = propose(Nodes.UNKNOWN).orElseThrow();
        replica.stored(25, now);
        assertThat(replica.highWatermark()).isEqualTo(10);

        apply(next(led(SELF, 5, SELF)));

        assertThat(replica.highWatermark()).isEqualTo(25);
        replica.answered(leaving, ErrorCode.NONE, now);
        assertThat(replica.highWatermark()).isEqualTo(25);
    }

    @Test
    void shouldWaitForTheReplicaThatMayHaveJoinedAlready() {
        apply(led(List.of(SELF, 2), SELF, 5, SELF));
        assertThat(replica.highWatermark()).isEqualTo(10);
        fetched(2, 10);
        IsrProposal joining = propose(2).orElseThrow();
        assertThat(ids(joining)).isEqualTo(Set.of(SELF, 2));

        now += 60 * LAG; // the answer takes its time
        replica.stored(15, now);
        assertThat(moved()).isFalse();
        assertThat(replica.highWatermark()).isEqualTo(10);

        replica.answered(joining, ErrorCode.INELIGIBLE_REPLICA, now); // it is not a member
        assertThat(replica.highWatermark()).isEqualTo(15);
    }

    /** One goes and another comes: the decision waits for the metadata, as it is a smaller set. */
    @ParameterizedTest
    @EnumSource(names = {"NONE", "INVALID_UPDATE_VERSION", "FENCED_LEADER_EPOCH"})
    void shouldWaitForWhoMayBeInSyncUntilTheImageTells(ErrorCode answer) {
        apply(led(List.of(SELF, 2, 3), SELF, 5, SELF, 2));
        fetched(2, 10);
        replica.stored(20, now);
        now += LAG + 1; // node 2 is silent
        fetched(3, 10);
        IsrProposal swap = propose(3).orElseThrow();
        assertThat(ids(swap)).isEqualTo(Set.of(SELF, 3));

        replica.answered(swap, answer, now);
        fetched(2, 20); // it was not gone

        assertThat(replica.highWatermark()).as("node 3 may be elected").isEqualTo(10);
        apply(next(led(List.of(SELF, 2, 3), SELF, 5, SELF, 3)));
        assertThat(replica.highWatermark()).isEqualTo(10);
        fetched(3, 20);
        assertThat(replica.highWatermark()).isEqualTo(20);
    }

    @Test
    void shouldLetJoinOnlyWhoHasAllThatIsCommittedAndTheStartOfTheEpoch() {
        replica.stored(10, now);
        apply(led(List.of(SELF, 2), SELF, 5, SELF));

        fetched(2, 9);
        assertThat(proposal(2)).isEmpty();
        fetched(2, 10);
        assertThat(proposal(2)).contains(Set.of(SELF, 2));
    }

    @Test
    void shouldNotLetJoinWhoHasTheWatermarkOfAnotherEpochOnly() {
        Replica strict = new Replica(SELF, 10, 0, new Replica.Rules(2, LAG));
        strict.apply(led(List.of(SELF, 2), SELF, 5, SELF), true, now);
        assertThat(strict.highWatermark()).isZero();

        strict.fetched(fetch(2, 9), now);
        assertThat(strict.propose(nodes, 2, now)).isEmpty();
        strict.fetched(fetch(2, 10), now);
        assertThat(strict.propose(nodes, 2, now)).isPresent();
    }

    @Test
    void shouldLetJoinOnlyWhoHasJustShownItself() {
        Replica strict = new Replica(SELF, 10, 0, new Replica.Rules(3, LAG));
        strict.apply(led(List.of(SELF, 2, 3), SELF, 5, SELF, 3), true, now);
        strict.fetched(fetch(2, 10), now);
        now += 100 * LAG;

        strict.fetched(fetch(3, 10), now);

        assertThat(strict.propose(nodes, 3, now)).isEmpty();
        assertThat(strict.propose(nodes, 2, now)).isPresent();
    }

    @Test
    void shouldNotProposeANodeThatIsAboutToStop() {
        apply(led(List.of(SELF, 2), SELF, 5, SELF));
        nodes.leaving.add(2);

        replica.fetched(new ReplicaFetch(2, 102, false, 10, -1), now);

        assertThat(proposal(2)).isEmpty();
    }

    @Test
    void shouldNameTheIncarnationThatHasCaughtUp() {
        apply(led(List.of(SELF, 2), SELF, 5, SELF));
        fetched(2, 10);
        nodes.epochs.put(2, 202L); // has just registered anew, and may have lost everything

        assertThat(propose(2).orElseThrow().isr())
                .containsExactly(new IsrMember(SELF, 101), new IsrMember(2, 102));
    }

    @Test
    void shouldStartAnewWithANewIncarnation() {
        apply(led(SELF, 5, SELF, 2));
        fetched(2, 10);
        assertThat(replica.highWatermark()).isEqualTo(10);
        replica.stored(20, now);

        replica.fetched(new ReplicaFetch(2, 202, true, 3, -1), now);
        replica.fetched(new ReplicaFetch(2, 102, true, 20, -1), now);
        assertThat(moved()).isFalse();

        assertThat(replica.highWatermark()).isEqualTo(10);
    }

    @Test
    void shouldHaveOneProposalUnderWayAtATime() {
        apply(led(SELF, 5, SELF, 2, 3));
        replica.written(20);
        now += LAG + 1;
        IsrProposal first = propose(Nodes.UNKNOWN).orElseThrow();

        assertThat(propose(Nodes.UNKNOWN)).isEmpty();
        replica.answered(first, ErrorCode.INELIGIBLE_REPLICA, now);
        assertThat(propose(Nodes.UNKNOWN)).as("too soon").isEmpty();
        now += 500_000_001L;
        assertThat(propose(Nodes.UNKNOWN)).isPresent();
    }

    @Test
    void shouldHoldTheWatermarkAMomentForWhoIsAboutToJoin() {
        apply(led(List.of(SELF, 2), SELF, 5, SELF));
        fetched(2, 10);

        replica.stored(15, now);
        assertThat(moved()).isFalse();
        assertThat(replica.highWatermark()).isEqualTo(10);

        now += 1_000_000_001L;
        replica.tick(now);
        assertThat(moved()).as("it is silent").isTrue();
        assertThat(replica.highWatermark()).isEqualTo(15);
    }

    @Test
    void shouldTakeTheCoordinatorsSetOverItsOwn() {
        apply(led(List.of(SELF, 2, 3), SELF, 5, SELF, 2, 3));
        fetched(2, 10);
        fetched(3, 4);
        assertThat(replica.highWatermark()).isEqualTo(4);

        apply(next(led(List.of(SELF, 2, 3), SELF, 5, SELF, 2)));

        assertThat(replica.highWatermark()).isEqualTo(10);
    }
}
