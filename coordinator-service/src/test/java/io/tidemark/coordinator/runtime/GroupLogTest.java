package io.tidemark.coordinator.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.coordinator.group.GroupChange;
import io.tidemark.coordinator.group.GroupChange.Offset;
import io.tidemark.coordinator.group.GroupEntries;
import io.tidemark.coordinator.quorum.Leadership;
import io.tidemark.coordinator.quorum.Quorum;
import io.tidemark.coordinator.quorum.Replica;
import io.tidemark.environment.Clock;
import io.tidemark.metadata.control.QuorumStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class GroupLogTest {
    private final Entries entries = new Entries();
    private int uncertain;
    private final GroupLog log =
            new GroupLog(
                    entries,
                    Runnable::run,
                    Clock.system(),
                    (changes, bytes, nanos) -> {},
                    false,
                    () -> uncertain++);

    @Test
    void shouldKeepChangesOfOneCallTogetherHoweverMany() throws Exception {
        List<GroupChange> changes = membersGone(10_000);

        CompletionStage<Void> durable = log.append(changes);

        assertThat(durable.toCompletableFuture()).isCompleted();
        assertThat(entries.written).hasSize(1);
        assertThat(entries.written.getFirst().length).isGreaterThan(GroupLog.MAX_ENTRY_BYTES);
        assertThat(GroupEntries.decode(entries.written.getFirst())).isEqualTo(changes);
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

        CompletionStage<Void> durable = log.append(changes);

        assertThat(durable.toCompletableFuture()).isCompleted();
        assertThat(entries.written)
                .hasSizeGreaterThan(1)
                .allMatch(entry -> entry.length <= GroupLog.MAX_ENTRY_BYTES + 2);
    }

    @Test
    void shouldRefuseWhatTheQuorumWouldNotTakeAndGoOn() {
        CompletionStage<Void> tooLong = log.append(membersGone(80_000));
        CompletionStage<Void> next = log.append(membersGone(1));

        assertThat(tooLong.toCompletableFuture())
                .isCompletedExceptionally()
                .failsWithin(java.time.Duration.ZERO)
                .withThrowableThat()
                .withMessageContaining("A change of group g takes");
        assertThat(next.toCompletableFuture()).isCompleted();
        assertThat(entries.written).hasSize(1);
        assertThat(uncertain).isZero();
    }

    private static List<GroupChange> membersGone(int count) {
        return IntStream.range(0, count)
                .<GroupChange>mapToObj(
                        i -> new GroupChange.ConsumerMemberRemoved("g", "member-" + i))
                .toList();
    }

    /** Takes every entry at once. */
    private static final class Entries implements Quorum {
        private final List<byte[]> written = new ArrayList<>();

        @Override
        public void start(Replica replica) {}

        @Override
        public CompletionStage<byte[]> propose(byte[] entry) {
            written.add(entry);
            return CompletableFuture.completedFuture(new byte[0]);
        }

        @Override
        public Leadership leadership() {
            return Leadership.NONE;
        }

        @Override
        public QuorumStatus status() {
            return new QuorumStatus("", 0, -1, List.of());
        }

        @Override
        public void close() {}
    }
}
