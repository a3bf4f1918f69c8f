package io.tidemark.partition.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.environment.Clock;
import io.tidemark.protocol.ErrorCode;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.junit.jupiter.api.Test;

class FetchSessionsTest {
    private static final Uuid TOPIC = new Uuid(7, 7);

    private final AtomicLong nanos = new AtomicLong();
    private final Clock clock =
            new Clock() {
                @Override
                public long wallMs() {
                    return nanos.get() / 1_000_000;
                }

                @Override
                public long nanos() {
                    return nanos.get();
                }
            };
    private final AtomicInteger ids = new AtomicInteger();
    private final FetchSessions sessions = new FetchSessions(2, clock, ids::incrementAndGet);

    @Test
    void shouldOpenASessionAndFollowItsEpochs() {
        FetchPlan.Accepted opened = accepted(plan(0, 0, target(0, 5), target(1, 6)));
        assertThat(opened.full()).isTrue();
        int id = opened.session().orElseThrow().id();

        FetchPlan.Accepted next = accepted(plan(id, 1, target(1, 9)));

        assertThat(next.full()).isFalse();
        assertThat(next.targets()).extracting(FetchTarget::fetchOffset).containsExactly(5L, 9L);
    }

    @Test
    void shouldRefuseAnUnexpectedEpochAndLeaveTheSessionAsItWas() {
        int id = accepted(plan(0, 0, target(0, 5))).session().orElseThrow().id();

        assertThat(plan(id, 2, target(0, 8)))
                .isEqualTo(new FetchPlan.Refused(ErrorCode.INVALID_FETCH_SESSION_EPOCH));

        assertThat(accepted(plan(id, 1)).targets().getFirst().fetchOffset()).isEqualTo(5);
    }

    @Test
    void shouldNotKnowASessionThatWasClosed() {
        int id = accepted(plan(0, 0, target(0, 5))).session().orElseThrow().id();

        assertThat(accepted(plan(id, FetchPlan.FINAL_EPOCH, target(0, 5))).session()).isEmpty();

        assertThat(plan(id, 1))
                .isEqualTo(new FetchPlan.Refused(ErrorCode.FETCH_SESSION_ID_NOT_FOUND));
        assertThat(sessions.size()).isZero();
    }

    @Test
    void shouldForgetPartitions() {
        int id = accepted(plan(0, 0, target(0, 5), target(1, 6))).session().orElseThrow().id();

        FetchPlan plan =
                FetchPlan.of(
                        request(id, 1),
                        List.of(),
                        List.of(target(0, 5).key()),
                        true,
                        false,
                        sessions,
                        clock);

        assertThat(accepted(plan).targets()).extracting(FetchTarget::partition).containsExactly(1);
    }

    @Test
    void shouldTellOnlyOfWhatChanged() {
        FetchSession session =
                accepted(plan(0, 0, target(0, 5), target(1, 6))).session().orElseThrow();
        assertThat(session.tell(target(0, 5), data(10), 0, true)).isTrue();

        assertThat(session.tell(target(0, 5), data(10), 0, false)).isFalse();
        assertThat(session.tell(target(0, 5), data(11), 0, false)).isTrue();
        assertThat(session.tell(target(0, 5), data(11), 100, false)).isTrue();
        assertThat(session.tell(target(0, 5), data(11).setErrorCode((short) 1), 0, false)).isTrue();
        assertThat(session.tell(target(0, 5), data(11), 0, false)).isTrue();
        assertThat(session.tell(target(0, 5), data(11), 0, false)).isFalse();
    }

    @Test
    void shouldPutPartitionsThatGaveRecordsAtTheEndOfTheLine() {
        FetchSession session =
                accepted(plan(0, 0, target(0, 5), target(1, 6))).session().orElseThrow();

        session.tell(target(0, 5), data(10), 100, true);

        assertThat(session.targets()).extracting(FetchTarget::partition).containsExactly(1, 0);
    }

    @Test
    void shouldEvictOnlyASessionThatWasNotUsedForLong() {
        int old = accepted(plan(0, 0, target(0, 5))).session().orElseThrow().id();
        nanos.set(60_000_000_000L);
        accepted(plan(0, 0, target(0, 5)));
        assertThat(accepted(plan(0, 0, target(0, 5))).session()).isEmpty();

        nanos.set(120_000_000_000L);

        assertThat(accepted(plan(0, 0, target(0, 5))).session()).isPresent();
        assertThat(sessions.find(old)).isEmpty();
        assertThat(sessions.size()).isEqualTo(2);
    }

    private FetchPlan plan(int id, int epoch, FetchTarget... targets) {
        return FetchPlan.of(
                request(id, epoch), List.of(targets), List.of(), true, false, sessions, clock);
    }

    private static FetchPlan.Accepted accepted(FetchPlan plan) {
        assertThat(plan).isInstanceOf(FetchPlan.Accepted.class);
        return (FetchPlan.Accepted) plan;
    }

    private static FetchRequestData request(int id, int epoch) {
        return new FetchRequestData().setSessionId(id).setSessionEpoch(epoch);
    }

    private static FetchTarget target(int partition, long offset) {
        return new FetchTarget(TOPIC, "orders", partition, -1, offset, 1 << 20, -1, Long.MAX_VALUE);
    }

    private static PartitionData data(long highWatermark) {
        return new PartitionData().setHighWatermark(highWatermark).setLogStartOffset(0);
    }
}
