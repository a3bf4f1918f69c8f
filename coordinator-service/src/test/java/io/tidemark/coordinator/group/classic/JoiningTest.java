package io.tidemark.coordinator.group.classic;

import static io.tidemark.coordinator.group.classic.Scene.DELAY_MS;
import static io.tidemark.coordinator.group.classic.Scene.SESSION_MS;
import static io.tidemark.coordinator.group.classic.Scene.now;
import static io.tidemark.coordinator.group.classic.Scene.request;
import static io.tidemark.coordinator.group.classic.Scene.subscription;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.protocol.ErrorCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.junit.jupiter.api.Test;

class JoiningTest {
    private final Scene scene = new Scene();

    @Test
    void shouldGiveAnIdBeforeItLetsAMemberIn() {
        JoinGroupResponseData first = now(scene.join(""));

        assertThat(code(first)).isEqualTo(ErrorCode.MEMBER_ID_REQUIRED);
        assertThat(first.memberId()).startsWith("client-").hasSizeGreaterThan(40);
        assertThat(scene.group.isEmpty()).isTrue();

        CompletableFuture<JoinGroupResponseData> second = scene.join(first.memberId());
        scene.time.pass(DELAY_MS);

        JoinGroupResponseData joined = now(second);
        assertThat(code(joined)).isEqualTo(ErrorCode.NONE);
        assertThat(joined.memberId()).isEqualTo(first.memberId()).isEqualTo(joined.leader());
        assertThat(joined.generationId()).isEqualTo(1);
        assertThat(joined.protocolType()).isEqualTo("consumer");
        assertThat(joined.protocolName()).isEqualTo("range");
        assertThat(joined.members()).hasSize(1);
        assertThat(joined.members().getFirst().metadata()).isEqualTo(Scene.RANGE);
        assertThat(joined.skipAssignment()).isFalse();
    }

    @Test
    void shouldLetOlderClientsInAtOnce() {
        CompletableFuture<JoinGroupResponseData> joining =
                scene.group
                        .join(Scene.caller(0), request("").setRebalanceTimeoutMs(-1))
                        .toCompletableFuture();

        scene.time.pass(DELAY_MS);

        assertThat(code(now(joining))).isEqualTo(ErrorCode.NONE);
        assertThat(scene.group.classicState().orElseThrow().members().getFirst())
                .satisfies(member -> assertThat(member.rebalanceTimeoutMs()).isEqualTo(SESSION_MS));
    }

    @Test
    void shouldForgetAnIdThatNobodyJoinsWith() {
        String id = now(scene.join("")).memberId();

        scene.time.pass(SESSION_MS);

        assertThat(code(now(scene.join(id)))).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(scene.time.pending()).isZero();
    }

    @Test
    void shouldGiveOutOnlySoManyIds() {
        for (int i = 0; i < PendingMembers.MAX; i++) {
            scene.join("");
        }

        assertThat(code(now(scene.join("")))).isEqualTo(ErrorCode.GROUP_MAX_SIZE_REACHED);
        assertThat(scene.time.pending()).isEqualTo(PendingMembers.MAX);
    }

    @Test
    void shouldRefuseSessionsThatAreTooShortOrTooLong() {
        assertThat(code(now(scene.join(request("").setSessionTimeoutMs(5_999)))))
                .isEqualTo(ErrorCode.INVALID_SESSION_TIMEOUT);
        assertThat(code(now(scene.join(request("").setSessionTimeoutMs(1_800_001)))))
                .isEqualTo(ErrorCode.INVALID_SESSION_TIMEOUT);
        assertThat(code(now(scene.join(request("").setSessionTimeoutMs(6_000)))))
                .isEqualTo(ErrorCode.MEMBER_ID_REQUIRED);
    }

    @Test
    void shouldRefuseAMemberThatItNeverKnew() {
        assertThat(code(now(scene.join("who")))).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        scene.stable(1);
        assertThat(code(now(scene.join("who")))).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void shouldRefuseAMemberThatSharesNoProtocolWithAllOthers() {
        scene.stable(2);

        assertThat(code(now(scene.join(request("", Map.of("sticky", Scene.RANGE))))))
                .isEqualTo(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
        assertThat(code(now(scene.join(request("").setProtocolType("connect")))))
                .isEqualTo(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
    }

    @Test
    void shouldRefuseAMemberWithoutAProtocol() {
        assertThat(code(now(scene.join(request("", Map.of())))))
                .isEqualTo(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
        assertThat(code(now(scene.join(request("").setProtocolType("")))))
                .isEqualTo(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
    }

    @Test
    void shouldChooseTheProtocolThatMostPreferAmongThoseThatAllKnow() {
        CompletableFuture<JoinGroupResponseData> a = joinAtOnce("sticky", "range", "robin");
        CompletableFuture<JoinGroupResponseData> b = joinAtOnce("range", "robin");
        CompletableFuture<JoinGroupResponseData> c = joinAtOnce("robin", "range");
        CompletableFuture<JoinGroupResponseData> d = joinAtOnce("fancy", "robin", "range");
        CompletableFuture<JoinGroupResponseData> e = joinAtOnce("robin", "sticky", "range");
        scene.time.pass(3 * DELAY_MS);

        assertThat(List.of(now(a), now(b), now(c), now(d), now(e)))
                .extracting(JoinGroupResponseData::protocolName)
                .containsOnly("robin");
    }

    @Test
    void shouldLetTheEarliestMemberDecideBetweenEqualVotes() {
        CompletableFuture<JoinGroupResponseData> a = joinAtOnce("robin", "range");
        joinAtOnce("range", "robin");
        scene.time.pass(3 * DELAY_MS);

        assertThat(now(a).protocolName()).isEqualTo("robin");
    }

    @Test
    void shouldTellOnlyTheLeaderWhoTheMembersAre() {
        List<JoinGroupResponseData> members = scene.stable(3);

        assertThat(members).extracting(JoinGroupResponseData::generationId).containsOnly(1);
        assertThat(members)
                .extracting(JoinGroupResponseData::leader)
                .containsOnly(members.getFirst().memberId());
        assertThat(members).extracting(m -> m.members().size()).containsExactly(3, 0, 0);
    }

    @Test
    void shouldRepeatALostAnswerWithoutARebalance() {
        CompletableFuture<JoinGroupResponseData> a = scene.joinAtOnce();
        CompletableFuture<JoinGroupResponseData> b = scene.joinAtOnce();
        scene.time.pass(2 * DELAY_MS);

        JoinGroupResponseData leader = now(scene.join(now(a).memberId()));
        JoinGroupResponseData other = now(scene.join(now(b).memberId()));

        assertThat(leader.members()).hasSize(2);
        assertThat(other.members()).isEmpty();
        assertThat(other.generationId()).isEqualTo(1);
        assertThat(scene.group.state()).isEqualTo("CompletingRebalance");
    }

    @Test
    void shouldRebalanceWhenTheLeaderJoinsAgain() {
        List<JoinGroupResponseData> members = scene.stable(2);

        CompletableFuture<JoinGroupResponseData> leader = scene.join(members.getFirst().memberId());

        assertThat(leader).isNotDone();
        assertThat(scene.group.state()).isEqualTo("PreparingRebalance");
        assertThat(now(scene.join(members.get(1).memberId())).generationId()).isEqualTo(2);
        assertThat(now(leader).generationId()).isEqualTo(2);
    }

    @Test
    void shouldRebalanceOnlyWhenAFollowerWantsSomethingElse() {
        List<JoinGroupResponseData> members = scene.stable(2);
        String follower = members.get(1).memberId();

        JoinGroupResponseData same = now(scene.join(follower));
        assertThat(same.generationId()).isEqualTo(1);
        assertThat(same.members()).isEmpty();
        assertThat(scene.group.state()).isEqualTo("Stable");

        scene.join(request(follower, Map.of("range", subscription("bills"))));
        assertThat(scene.group.state()).isEqualTo("PreparingRebalance");
    }

    @Test
    void shouldRebalanceAgainWhenAMemberChangesBeforeAssignmentsAreKnown() {
        CompletableFuture<JoinGroupResponseData> a = scene.joinAtOnce();
        CompletableFuture<JoinGroupResponseData> b = scene.joinAtOnce();
        scene.time.pass(2 * DELAY_MS);
        var syncing = scene.sync(now(a));
        var waiting = scene.sync(now(b));
        assertThat(now(syncing).errorCode()).isZero();
        assertThat(now(waiting).errorCode()).isZero();

        CompletableFuture<JoinGroupResponseData> c = scene.joinAtOnce();
        scene.join(now(a).memberId());
        scene.join(now(b).memberId());
        assertThat(now(c).generationId()).isEqualTo(2);
        var lateSync = scene.sync(now(c));
        scene.join(request(now(b).memberId(), Map.of("range", subscription("bills"))));

        assertThat(now(lateSync).errorCode()).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS.number());
        assertThat(scene.group.state()).isEqualTo("PreparingRebalance");
    }

    @Test
    void shouldAnswerAnEarlierJoinOfTheSameMember() {
        String member = scene.stable(2).getFirst().memberId();
        CompletableFuture<JoinGroupResponseData> first = scene.join(member);

        CompletableFuture<JoinGroupResponseData> second = scene.join(member);

        assertThat(code(now(first))).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        assertThat(second).isNotDone();
    }

    @Test
    void shouldLimitTheSizeOfAGroup() {
        Scene small = new Scene(2);
        List<JoinGroupResponseData> members = small.stable(2);

        JoinGroupResponseData third = now(small.join(""));
        assertThat(code(third)).isEqualTo(ErrorCode.GROUP_MAX_SIZE_REACHED);
        assertThat(third.memberId()).isEmpty();

        small.join(members.getFirst().memberId());
        assertThat(code(now(small.join(members.get(1).memberId())))).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void shouldTurnAwayTheLastToJoinAGroupThatHasGrownTooLarge() {
        Scene large = new Scene();
        List<JoinGroupResponseData> members = large.stable(3);
        Scene small = new Scene(2);
        small.group = new ClassicMemberships().load(small.host(), large.stored.getLast());

        assertThat(small.group.state()).isEqualTo("PreparingRebalance");
        CompletableFuture<JoinGroupResponseData> a = small.join(members.get(0).memberId());
        CompletableFuture<JoinGroupResponseData> b = small.join(members.get(1).memberId());
        JoinGroupResponseData c = now(small.join(members.get(2).memberId()));

        assertThat(code(c)).isEqualTo(ErrorCode.GROUP_MAX_SIZE_REACHED);
        assertThat(code(now(a))).isEqualTo(ErrorCode.NONE);
        assertThat(now(b).generationId()).isEqualTo(2);
    }

    @Test
    void shouldWaitForAMemberThatWasGivenAnId() {
        String member = scene.stable(1).getFirst().memberId();
        String coming = now(scene.join("")).memberId();
        CompletableFuture<JoinGroupResponseData> joining = scene.join(member);
        assertThat(joining).isNotDone();

        CompletableFuture<JoinGroupResponseData> other = scene.join(coming);

        assertThat(now(joining).members()).hasSize(2);
        assertThat(now(other).generationId()).isEqualTo(2);
    }

    @Test
    void shouldGoOnWhenAnExpectedMemberNeverComes() {
        String member = scene.stable(1).getFirst().memberId();
        scene.join("");
        CompletableFuture<JoinGroupResponseData> joining = scene.join(member);

        scene.time.pass(SESSION_MS);

        assertThat(now(joining).generationId()).isEqualTo(2);
    }

    @Test
    void shouldDropAMemberWhoseFirstJoinWaitsForTooLong() {
        CompletableFuture<JoinGroupResponseData> first =
                scene.join(request("").setGroupInstanceId("a").setRebalanceTimeoutMs(900_000));
        scene.time.pass(DELAY_MS);
        scene.settle(List.of(first));
        CompletableFuture<JoinGroupResponseData> waiting = scene.joinAtOnce();
        for (int passed = 0; passed < 300_000; passed += SESSION_MS / 2) {
            assertThat(waiting).isNotDone();
            scene.beat(now(first));
            scene.time.pass(SESSION_MS / 2);
        }

        assertThat(code(now(waiting))).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(scene.group.classicState().orElseThrow().members()).hasSize(1);
    }

    private CompletableFuture<JoinGroupResponseData> joinAtOnce(String... protocols) {
        Map<String, byte[]> known = new LinkedHashMap<>();
        for (String protocol : protocols) {
            known.put(protocol, Scene.RANGE);
        }
        JoinGroupRequestData request = request("", known);
        return scene.group.join(Scene.caller(3), request).toCompletableFuture();
    }

    private static ErrorCode code(JoinGroupResponseData answer) {
        return ErrorCode.of(answer.errorCode());
    }
}
