package io.tidemark.partition.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.metadata.command.Command.IsrMember;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.partition.replica.Replica.Ready;
import io.tidemark.partition.replica.Replica.Transition;
import io.tidemark.protocol.ErrorCode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReplicaTest {
    private static final int SELF = 1;
    private static final long LAG = 10_000;
    private static final Replica.Rules RULES = new Replica.Rules(1, LAG);

    private final Cluster nodes = new Cluster();
    private final Replica replica = new Replica(SELF, 10, 0, RULES);
    private long now = 1;

    // ---- the high watermark

    @Test
    void shouldTakeTheRecoveredEndAsHighWatermarkWhenItLeadsAlone() {
        assertThat(replica.highWatermark()).isZero();

        assertThat(apply(led(SELF, 5, SELF))).isEqualTo(Transition.STARTED_LEADING);

        assertThat(replica.leading()).isTrue();
        assertThat(replica.highWatermark()).isEqualTo(10);
    }

    @Test
    void shouldGoOnFromTheHighWatermarkItKnewButNotBeyondItsLog() {
        assertThat(new Replica(SELF, 10, 7, RULES).highWatermark()).isEqualTo(7);
        assertThat(new Replica(SELF, 10, 12, RULES).highWatermark()).isEqualTo(10);
    }

    @Test
    void shouldMoveTheHighWatermarkWithTheSlowestInSyncReplica() {
        apply(led(SELF, 5, SELF, 2, 3));
        assertThat(replica.highWatermark()).isZero();

        fetched(2, 8);
        assertThat(fetched(3, 4)).isTrue();
        assertThat(replica.highWatermark()).isEqualTo(4);

        replica.stored(20, now);
        assertThat(moved()).isFalse();
        assertThat(fetched(3, 30)).isTrue();
        assertThat(replica.highWatermark()).isEqualTo(8);
    }

    @Test
    void shouldCountItsOwnEndOnlyWhenItIsSafe() {
        apply(led(SELF, 5, SELF, 2));
        replica.written(15);
        fetched(2, 15);

        assertThat(replica.highWatermark()).isEqualTo(10);

        replica.stored(15, now);
        assertThat(moved()).isTrue();
        assertThat(replica.highWatermark()).isEqualTo(15);
    }

    @Test
    void shouldSayOnceWhatIsToBeDone() {
        replica.apply(led(SELF, 5, SELF, 2), true, now);
        assertThat(replica.ready()).as("it serves").isEqualTo(Ready.HIGH_WATERMARK_MOVED);
        assertThat(replica.ready()).isEqualTo(Ready.NOTHING);

        replica.stored(15, now);
        assertThat(replica.ready()).isEqualTo(Ready.OWN_END_MOVED);
        replica.stored(20, now);
        replica.fetched(fetch(2, 12), now);
        assertThat(replica.ready()).isEqualTo(Ready.HIGH_WATERMARK_MOVED);
        assertThat(replica.ready()).isEqualTo(Ready.NOTHING);
    }

    @Test
    void shouldSayThatMoreIsCommittedWhenASmallerInSyncSetIsDecided() {
        apply(led(SELF, 5, SELF, 2));
        replica.stored(20, now);
        fetched(2, 12);

        replica.apply(next(led(SELF, 5, SELF)), true, now);

        assertThat(replica.highWatermark()).isEqualTo(20);
        assertThat(moved()).isTrue();
    }

    @Test
    void shouldNeverMoveTheHighWatermarkBack() {
        apply(led(SELF, 5, SELF));
        assertThat(replica.highWatermark()).isEqualTo(10);

        apply(next(led(SELF, 5, SELF, 2)));
        fetched(2, 1);
        replica.stored(3, now);

        assertThat(replica.highWatermark()).isEqualTo(10);
    }

    @Test
    void shouldHoldTheHighWatermarkBelowMinInSync() {
        Replica strict = new Replica(SELF, 10, 0, new Replica.Rules(2, LAG));
        strict.apply(led(SELF, 5, SELF), true, now);

        assertThat(strict.enoughInSync()).isFalse();
        strict.ready();
        strict.stored(20, now);
        assertThat(moved(strict)).isFalse();
        assertThat(strict.highWatermark()).isZero();

        strict.configure(RULES, now);
        assertThat(strict.enoughInSync()).isTrue();
        assertThat(strict.highWatermark()).isEqualTo(20);
    }

    @Test
    void shouldForgetWhatReplicasHadWhenANewEpochBegins() {
        apply(led(SELF, 5, SELF, 2));
        fetched(2, 5);
        assertThat(replica.highWatermark()).isEqualTo(5);

        apply(led(SELF, 6, SELF, 2));
        replica.stored(20, now);
        assertThat(moved()).isFalse();

        assertThat(replica.highWatermark()).isEqualTo(5);
        fetched(2, 20);
        assertThat(replica.highWatermark()).isEqualTo(20);
    }

    @Test
    void shouldNotKnowTheHighWatermarkBeforeItReachesTheEpochsStart() {
        apply(led(SELF, 5, SELF, 2));
        assertThat(replica.highWatermarkIsKnown()).isFalse();

        fetched(2, 9);
        assertThat(replica.highWatermarkIsKnown()).isFalse();
        fetched(2, 10);
        assertThat(replica.highWatermarkIsKnown()).isTrue();
    }

    @Test
    void shouldFollowItsLeadersHighWatermarkAsFarAsItsLogGoes() {
        apply(led(2, 5, SELF, 2));

        replica.told(7, now);
        assertThat(moved()).isTrue();
        assertThat(replica.highWatermark()).isEqualTo(7);
        replica.told(15, now);
        assertThat(replica.highWatermark()).isEqualTo(10);
        replica.stored(12, now);
        assertThat(moved()).isTrue();
        assertThat(replica.highWatermark()).isEqualTo(12);
        replica.told(3, now);
        assertThat(moved()).isFalse();
    }

    @Test
    void shouldLoseWhatIsCutOff() {
        apply(led(2, 5, SELF, 2));
        replica.told(10, now);

        replica.truncated(6);

        assertThat(replica.highWatermark()).isEqualTo(6);
        assertThat(replica.ownEnd()).isEqualTo(6);
        replica.stored(9, now);
        assertThat(replica.highWatermark()).isEqualTo(6);
    }

    // ---- the in-sync set

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

        replica.answered(
                joining, ErrorCode.INVALID_UPDATE_VERSION, now); // refused: it is not a member
        assertThat(replica.highWatermark()).isEqualTo(15);
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

    // ---- roles

    @Test
    void shouldStopLeadingWhenItsSessionIsLost() {
        apply(led(SELF, 5, SELF));

        assertThat(replica.apply(led(SELF, 5, SELF), false, now))
                .isEqualTo(Transition.STOPPED_LEADING);

        assertThat(replica.leading()).isFalse();
        assertThat(replica.leader()).isEqualTo(PartitionImage.NO_LEADER);
        assertThat(apply(led(SELF, 5, SELF))).isEqualTo(Transition.STARTED_LEADING);
    }

    @Test
    void shouldFollowWhoLeads() {
        assertThat(apply(led(2, 5, SELF, 2))).isEqualTo(Transition.FOLLOWS_ANEW);
        assertThat(replica.following()).isTrue();
        assertThat(apply(next(led(2, 5, 2)))).isEqualTo(Transition.NONE);
        assertThat(apply(led(3, 6, SELF, 3))).isEqualTo(Transition.FOLLOWS_ANEW);
        assertThat(replica.leader()).isEqualTo(3);

        assertThat(apply(led(PartitionImage.NO_LEADER, 7, SELF)))
                .isEqualTo(Transition.FOLLOWS_ANEW);
        assertThat(replica.following()).isFalse();
        assertThat(apply(led(SELF, 8, SELF))).isEqualTo(Transition.STARTED_LEADING);
        assertThat(apply(led(2, 9, SELF, 2))).isEqualTo(Transition.STOPPED_LEADING);
        assertThat(replica.following()).isTrue();
    }

    @Test
    void shouldNotFollowWhereItIsNoReplicaAnyMore() {
        apply(led(2, 5, SELF, 2));

        apply(led(List.of(2, 3), 2, 6, 2));

        assertThat(replica.following()).isFalse();
    }

    @Test
    void shouldIgnoreOlderDecisions() {
        apply(led(2, 6, SELF, 2));

        assertThat(apply(led(SELF, 5, SELF))).isEqualTo(Transition.NONE);
        assertThat(replica.leader()).isEqualTo(2);
        assertThat(replica.leaderEpoch()).isEqualTo(6);

        apply(led(SELF, 7, SELF, 2));
        apply(next(led(SELF, 7, SELF)));
        assertThat(replica.highWatermark()).isEqualTo(10);
        apply(led(SELF, 7, SELF, 2)); // before the last one
        replica.stored(12, now);
        assertThat(replica.highWatermark()).isEqualTo(12);
    }

    @Test
    void shouldStartAnewWhenItLeadsInANewerEpoch() {
        apply(led(SELF, 5, SELF));

        assertThat(apply(led(SELF, 5, SELF))).isEqualTo(Transition.NONE);
        assertThat(apply(led(SELF, 6, SELF))).isEqualTo(Transition.STARTED_LEADING);
    }

    @Test
    void shouldNotLeadWhileItIsBarred() {
        apply(led(SELF, 5, SELF, 2));
        replica.bar(true);

        assertThat(apply(led(SELF, 5, SELF, 2))).isEqualTo(Transition.STOPPED_LEADING);
        assertThat(apply(led(SELF, 6, SELF, 2))).isEqualTo(Transition.FOLLOWS_ANEW);
        assertThat(replica.leading()).isFalse();

        replica.bar(false);
        assertThat(apply(led(SELF, 6, SELF, 2))).isEqualTo(Transition.STARTED_LEADING);
    }

    @Test
    void shouldFenceOldEpochsAndNotKnowNewOnes() {
        apply(led(SELF, 5, SELF));

        assertThat(replica.checkEpoch(-1)).isEqualTo(ErrorCode.NONE);
        assertThat(replica.checkEpoch(5)).isEqualTo(ErrorCode.NONE);
        assertThat(replica.checkEpoch(4)).isEqualTo(ErrorCode.FENCED_LEADER_EPOCH);
        assertThat(replica.checkEpoch(6)).isEqualTo(ErrorCode.UNKNOWN_LEADER_EPOCH);
    }

    @Test
    void shouldSendReadersToTheClosestInSyncReplicaThatHasWhatTheyWant() {
        apply(led(List.of(SELF, 2, 3, 4), SELF, 5, SELF, 2, 3));
        fetched(2, 6);
        fetched(3, 8);
        fetched(4, 10);

        assertThat(replica.closest(node -> node != 3, 5)).hasValue(2);
        assertThat(replica.closest(node -> true, 5)).hasValue(3);
        assertThat(replica.closest(node -> node == 2, 7)).isEmpty();
        assertThat(replica.closest(node -> node == 4, 5)).isEmpty();
    }

    // ---- what it is told

    private Transition apply(PartitionImage image) {
        Transition transition = replica.apply(image, true, now);
        replica.ready();
        return transition;
    }

    private boolean fetched(int node, long offset) {
        replica.fetched(fetch(node, offset), now);
        return moved();
    }

    private boolean moved() {
        return moved(replica);
    }

    private static boolean moved(Replica one) {
        return one.ready() == Ready.HIGH_WATERMARK_MOVED;
    }

    private static ReplicaFetch fetch(int node, long offset) {
        return new ReplicaFetch(node, 100 + node, true, offset, -1);
    }

    private Optional<IsrProposal> propose(int justFetched) {
        return replica.propose(nodes, justFetched, now);
    }

    private Optional<Set<Integer>> proposal(int justFetched) {
        return propose(justFetched).map(ReplicaTest::ids);
    }

    private static Set<Integer> ids(IsrProposal proposal) {
        Set<Integer> ids = new HashSet<>();
        proposal.isr().forEach(member -> ids.add(member.nodeId()));
        return ids;
    }

    private static PartitionImage led(int leader, int epoch, Integer... isr) {
        Set<Integer> replicas = new HashSet<>(List.of(isr));
        replicas.add(SELF);
        if (leader >= 0) {
            replicas.add(leader);
        }
        return led(List.copyOf(replicas), leader, epoch, isr);
    }

    private static PartitionImage led(
            List<Integer> replicas, int leader, int epoch, Integer... isr) {
        return new PartitionImage(0, leader, epoch, 10 * epoch, replicas, List.of(isr));
    }

    /** The same, decided later. */
    private static PartitionImage next(PartitionImage image) {
        return new PartitionImage(
                image.index(),
                image.leader(),
                image.leaderEpoch(),
                image.partitionEpoch() + 1,
                image.replicas(),
                image.isr());
    }

    /** All nodes are there, with epoch 100 + id. */
    private static final class Cluster implements Nodes {
        private final Map<Integer, Long> epochs = new HashMap<>();
        private final Set<Integer> leaving = new HashSet<>();

        @Override
        public long epoch(int node) {
            return epochs.getOrDefault(node, 100L + node);
        }

        @Override
        public boolean present(int node) {
            return true;
        }

        @Override
        public boolean live(int node) {
            return !leaving.contains(node);
        }
    }
}
