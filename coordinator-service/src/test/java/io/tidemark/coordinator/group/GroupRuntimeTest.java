package io.tidemark.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.coordinator.group.GroupChange.Offset;
import io.tidemark.coordinator.group.GroupChange.OffsetsCommitted;
import io.tidemark.protocol.ErrorCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class GroupRuntimeTest {
    private final CompletableFuture<Void> durable = new CompletableFuture<>();
    private final GroupStates committed = new GroupStates();
    private ChangeLog.Appended appended = new ChangeLog.Taken(durable);
    private final List<GroupChange> logged = new ArrayList<>();
    private final GroupRuntime runtime =
            new GroupRuntime(
                    changes -> {
                        logged.addAll(changes);
                        return appended;
                    },
                    committed.copy());

    @Test
    void shouldApplyWhatTheLogTakesAndAnswerOnceItIsDurable() {
        CompletableFuture<ErrorCode> answer = decide(commit(7));

        assertThat(offset(runtime.decided())).isEqualTo(7);
        assertThat(answer).isNotDone();
        assertThat(committed.size()).as("what a snapshot would hold").isZero();

        durable.complete(null);
        assertThat(answer).isCompletedWithValue(ErrorCode.NONE);
    }

    @Test
    void shouldKeepTheStateWhereTheLogRefuses() {
        decide(commit(7));
        long before = runtime.decided().stateHash();
        appended = new ChangeLog.TooLarge(2, 1);

        assertThat(decide(commit(8)))
                .isCompletedWithValue(ErrorCode.INVALID_COMMIT_OFFSET_SIZE)
                .isCompletedWithValueMatching(GroupRuntime::isRefusal);
        assertThat(decide(new GroupChange.GroupRemoved("g")))
                .isCompletedWithValue(ErrorCode.GROUP_MAX_SIZE_REACHED);
        assertThat(runtime.decided().stateHash()).isEqualTo(before);
    }

    @Test
    void shouldSayWhereTheFateOfAChangeIsNotKnown() {
        CompletableFuture<ErrorCode> answer = decide(commit(7));

        durable.completeExceptionally(new IOException("leads no more"));

        assertThat(answer).isCompletedWithValue(ErrorCode.NOT_COORDINATOR);
        assertThat(GroupRuntime.isRefusal(ErrorCode.NOT_COORDINATOR)).isFalse();
    }

    @Test
    void shouldAnswerAtOnceWhereNothingChangesButNotWhatWasRead() {
        CompletableFuture<ErrorCode> nothing =
                runtime.decide(Decision.of(List.of())).toCompletableFuture();
        CompletableFuture<String> read =
                runtime.confirm("read", ErrorCode::name).toCompletableFuture();

        assertThat(nothing).isCompletedWithValue(ErrorCode.NONE);
        assertThat(read).isNotDone();
        durable.complete(null);
        assertThat(read).isCompletedWithValue("read");
    }

    @Test
    void shouldArriveAtTheSameStateByDecidingFollowingAndLoading() {
        decide(commit(7));
        decide(commit(9));

        committed.apply(logged);
        GroupStates loaded = new GroupStates();
        committed.forEach(loaded::restore);

        assertThat(runtime.decided().stateHash())
                .isEqualTo(committed.stateHash())
                .isEqualTo(loaded.stateHash());
    }

    private CompletableFuture<ErrorCode> decide(GroupChange change) {
        return runtime.decide(Decision.of(List.of(change))).toCompletableFuture();
    }

    private static GroupChange commit(long offset) {
        return new OffsetsCommitted(
                "g",
                List.of(
                        new Offset(
                                "orders",
                                Uuid.ONE_UUID,
                                0,
                                offset,
                                -1,
                                "",
                                0,
                                OptionalLong.empty())));
    }

    private static long offset(GroupStates states) {
        return states.offsets("g").get("orders", 0).orElseThrow().offset();
    }
}
