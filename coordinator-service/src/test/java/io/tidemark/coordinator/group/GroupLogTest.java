package io.tidemark.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.coordinator.group.GroupChange.Offset;
import io.tidemark.environment.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class GroupLogTest {
    private final List<byte[]> written = new ArrayList<>();
    private int uncertain;
    private final GroupLog log =
            new GroupLog(
                    this::write,
                    Runnable::run,
                    Clock.system(),
                    (changes, bytes, nanos) -> {},
                    false,
                    () -> uncertain++);

    @Test
    void shouldKeepChangesOfOneCallTogetherHoweverMany() throws Exception {
        List<GroupChange> changes = membersGone(10_000);

        CompletionStage<Void> durable = append(changes);

        assertThat(durable.toCompletableFuture()).isCompleted();
        assertThat(written).hasSize(1);
        assertThat(written.getFirst().length).isGreaterThan(GroupLog.MAX_ENTRY_BYTES);
        assertThat(GroupEntries.decode(written.getFirst())).isEqualTo(changes);
    }

    @Test
    void shouldDivideOffsetsThatAreMany() {
        List<GroupChange> changes =
                IntStream.range(0, 10_000)
                        .<GroupChange>mapToObj(
                                i ->
                                        new GroupChange.OffsetsCommitted(
                                                "g",
                                                List.of(
                                                        new Offset(
                                                                "orders",
                                                                Uuid.ZERO_UUID,
                                                                i,
                                                                7,
                                                                -1,
                                                                "",
                                                                0,
                                                                OptionalLong.empty()))))
                        .toList();

        CompletionStage<Void> durable = append(changes);

        assertThat(durable.toCompletableFuture()).isCompleted();
        assertThat(written)
                .hasSizeGreaterThan(1)
                .allMatch(entry -> entry.length <= GroupLog.MAX_ENTRY_BYTES + 2);
    }

    @Test
    void shouldRefuseWhatTheQuorumWouldNotTakeAndGoOn() {
        ChangeLog.Appended tooLong = log.append(membersGone(80_000));
        CompletionStage<Void> next = append(membersGone(1));

        assertThat(tooLong)
                .isInstanceOfSatisfying(
                        ChangeLog.TooLarge.class,
                        refused -> assertThat(refused.bytes()).isGreaterThan(refused.mostBytes()));
        assertThat(next.toCompletableFuture()).isCompleted();
        assertThat(written).hasSize(1);
        assertThat(uncertain).isZero();
    }

    @Test
    void shouldRefuseOffsetsOfWhichOneChangeIsTooLarge() {
        Offset noted =
                new Offset(
                        "orders",
                        Uuid.ZERO_UUID,
                        0,
                        7,
                        -1,
                        "n".repeat(GroupLog.MAX_TOGETHER_BYTES),
                        0,
                        OptionalLong.empty());

        ChangeLog.Appended appended =
                log.append(List.of(new GroupChange.OffsetsCommitted("g", List.of(noted))));

        assertThat(appended).isInstanceOf(ChangeLog.TooLarge.class);
        assertThat(written).isEmpty();
    }

    private CompletionStage<Void> write(byte[] entry) {
        written.add(entry);
        return CompletableFuture.completedFuture(null);
    }

    private static List<GroupChange> membersGone(int count) {
        return IntStream.range(0, count)
                .<GroupChange>mapToObj(
                        i -> new GroupChange.ConsumerMemberRemoved("g", "member-" + i))
                .toList();
    }

    private CompletionStage<Void> append(List<GroupChange> changes) {
        return ((ChangeLog.Taken) log.append(changes)).durable();
    }
}
