package io.tidemark.partition.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.record.BufferBytes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReplicaFetcherTest {
    private static final Uuid TOPIC = new Uuid(1, 1);
    private static final long MS = 1_000_000;

    private FetchLimits limits = new FetchLimits(500, 1_000, 10_000, 0);
    private final ReplicaFetcher fetcher = new ReplicaFetcher(7, () -> 42, () -> limits);
    private final Copy zero = new Copy(0, 10);
    private final Copy one = new Copy(1, 20);
    private long now = 1_000 * MS;

    @Test
    void shouldOpenASessionWithEverythingAndThenNameOnlyWhatChanges() {
        fetcher.follow(zero);
        fetcher.follow(one);

        FetchRequestData whole = next();
        assertThat(whole.replicaState().replicaId()).isEqualTo(7);
        assertThat(whole.replicaState().replicaEpoch()).isEqualTo(42);
        assertThat(whole.sessionEpoch()).isZero();
        assertThat(whole.maxWaitMs()).as("the session is wanted soon").isZero();
        assertThat(offsets(whole)).isEqualTo(Map.of(0, 10L, 1, 20L));
        assertThat(fetcher.next(now)).isEmpty();
        answer(9);

        FetchRequestData nothingNew = next();
        assertThat(nothingNew.sessionId()).isEqualTo(9);
        assertThat(nothingNew.sessionEpoch()).isEqualTo(1);
        assertThat(nothingNew.maxWaitMs()).isEqualTo(500);
        assertThat(offsets(nothingNew)).isEmpty();
        answer(9, records(one, 5));
        safe(one);

        FetchRequestData one25 = next();
        assertThat(one25.sessionEpoch()).isEqualTo(2);
        assertThat(offsets(one25)).isEqualTo(Map.of(1, 25L));
    }

    @Test
    void shouldAskOnlyWhenAllThatCameIsSafe() {
        openSession();
        next();
        answer(9, records(zero, 1), records(one, 1));

        assertThat(fetcher.next(now)).isEmpty();
        safe(zero);
        assertThat(fetcher.next(now)).isEmpty();
        safe(one);
        assertThat(offsets(next())).isEqualTo(Map.of(0, 11L, 1, 21L));
    }

    @Test
    void shouldLeaveOutWhatIsNotSafeForLong() {
        openSession();
        next();
        answer(9, records(zero, 1), records(one, 1));
        safe(zero);
        assertThat(fetcher.wakeInNanos(now)).isEqualTo(100 * MS);

        now += 100 * MS;
        FetchRequestData without = next();
        assertThat(offsets(without)).isEqualTo(Map.of(0, 11L));
        assertThat(forgotten(without)).containsExactly(1);
        answer(9);
        safe(one);

        assertThat(offsets(next())).isEqualTo(Map.of(1, 21L));
    }

    @Test
    void shouldNotLetNewPartitionsWaitBehindAFetchThatWaits() {
        openSession();
        next();
        assertThat(fetcher.next(now)).isEmpty();

        Copy two = new Copy(2, 30);
        fetcher.follow(two);

        assertThat(offsets(next())).isEqualTo(Map.of(2, 30L));
        fetcher.follow(new Copy(3, 40));
        assertThat(fetcher.next(now)).as("a third").isEmpty();
        answer(9);
        assertThat(offsets(next())).isEqualTo(Map.of(3, 40L));
    }

    @Test
    void shouldNotTakeWhatWasAskedBeforeItWasFollowedAnew() {
        openSession();
        next();
        zero.leaderEpoch = 6;
        fetcher.follow(zero);
        next();

        answer(9, records(zero, 5)); // to the first: of the old epoch

        assertThat(zero.taken).isEmpty();
        answer(9, records(zero, 3));
        assertThat(zero.taken).containsExactly(3);
    }

    @Test
    void shouldForgetWhatIsFollowedNoMore() {
        openSession();
        fetcher.unfollow(one);

        FetchRequestData request = next();

        assertThat(forgotten(request)).containsExactly(1);
        answer(9, records(one, 1));
        assertThat(one.taken).isEmpty();
        fetcher.unfollow(zero);
        assertThat(fetcher.isEmpty()).isTrue();
        assertThat(fetcher.next(now)).isEmpty();
    }

    @Test
    void shouldTryAgainALittleLaterWhatWasRefused() {
        openSession();
        next();
        zero.outcome = Followed.Taken.LATER;
        answer(9, refused(zero, ErrorCode.NOT_LEADER_OR_FOLLOWER));

        FetchRequestData without = next();
        assertThat(forgotten(without)).containsExactly(0);
        answer(9);
        assertThat(offsets(next())).isEmpty();
        answer(9);
        now += 100 * MS;
        assertThat(offsets(next())).isEqualTo(Map.of(0, 10L));
    }

    @Test
    void shouldBeginANewSessionWhenTheLeaderForgotIt() {
        openSession();
        next();

        fetcher.answered(
                fetcher.session(),
                new FetchResponseData().setErrorCode(ErrorCode.FETCH_SESSION_ID_NOT_FOUND.number()),
                now);

        FetchRequestData whole = next();
        assertThat(whole.sessionId()).isZero();
        assertThat(whole.sessionEpoch()).isZero();
        assertThat(offsets(whole)).isEqualTo(Map.of(0, 10L, 1, 20L));
    }

    @Test
    void shouldWaitLongerAfterEachFailureInARow() {
        fetcher.follow(zero);
        for (long backoffMs : List.of(50, 100, 200, 400, 800, 1_000, 1_000)) {
            next();
            fetcher.failed(fetcher.session(), now);
            assertThat(fetcher.wakeInNanos(now)).isEqualTo(backoffMs * MS);
            assertThat(fetcher.next(now)).isEmpty();
            now += backoffMs * MS;
        }
        next();
        answer(9);
        next();
        fetcher.failed(fetcher.session(), now);
        assertThat(fetcher.wakeInNanos(now)).isEqualTo(50 * MS);
    }

    @Test
    void shouldIgnoreAnswersOfASessionThatIsOver() {
        openSession();
        next();
        int before = fetcher.session();
        fetcher.failed(before, now);
        now += 50 * MS;
        next();

        fetcher.answered(before, response(9, records(zero, 1)), now);
        fetcher.failed(before, now);

        assertThat(zero.taken).isEmpty();
        answer(10, records(zero, 2));
        assertThat(zero.taken).containsExactly(2);
    }

    @Test
    void shouldLimitWhatIsNotInSyncAndNothingElse() {
        limits = new FetchLimits(500, 1_000, 10_000, 1_000);
        zero.throttled = true;
        openSession();
        next();
        answer(9, records(zero, 2_000), records(one, 2_000));
        safe(zero);
        safe(one);

        FetchRequestData next = next();
        assertThat(offsets(next)).isEqualTo(Map.of(1, 2_020L));
        assertThat(forgotten(next)).containsExactly(0);
        answer(9);
        now += 900 * MS; // 1,000 bytes too many take a second
        assertThat(offsets(next())).isEmpty();
        answer(9);
        now += 110 * MS;
        assertThat(offsets(next())).isEqualTo(Map.of(0, 2_010L));

        zero.throttled = false;
        answer(9, records(zero, 2_000));
        safe(zero);
        assertThat(offsets(next())).isEqualTo(Map.of(0, 4_010L));
    }

    @Test
    void shouldGoOnSoonWhereTheLimitIsTakenAway() {
        limits = new FetchLimits(500, 1_000, 10_000, 1);
        zero.throttled = true;
        openSession();
        next();
        answer(9, records(zero, 2_000), records(one, 2_000));
        safe(zero);
        safe(one);
        assertThat(offsets(next())).isEqualTo(Map.of(1, 2_020L)); // 2,000 s are owed
        answer(9);

        limits = new FetchLimits(500, 1_000, 10_000, 0);
        now += 1_010 * MS;
        assertThat(offsets(next())).isEqualTo(Map.of(0, 2_010L));
    }

    // ---- the leader's part

    private void openSession() {
        fetcher.follow(zero);
        fetcher.follow(one);
        next();
        answer(9);
    }

    private FetchRequestData next() {
        Optional<FetchRequestData> request = fetcher.next(now);
        assertThat(request).isPresent();
        return request.orElseThrow();
    }

    private void answer(int session, PartitionData... partitions) {
        fetcher.answered(fetcher.session(), response(session, partitions), now);
    }

    private static FetchResponseData response(int session, PartitionData... partitions) {
        FetchResponseData response = new FetchResponseData().setSessionId(session);
        response.responses()
                .add(
                        new FetchableTopicResponse()
                                .setTopicId(TOPIC)
                                .setPartitions(List.of(partitions)));
        return response;
    }

    /** As many bytes as records, to make it easy. */
    private static PartitionData records(Copy copy, int count) {
        copy.outcome = Followed.Taken.SYNCING;
        return new PartitionData()
                .setPartitionIndex(copy.index)
                .setRecords(new BufferBytes(Unpooled.wrappedBuffer(new byte[count])));
    }

    private static PartitionData refused(Copy copy, ErrorCode error) {
        return new PartitionData().setPartitionIndex(copy.index).setErrorCode(error.number());
    }

    private void safe(Copy copy) {
        copy.safe = true;
        fetcher.progressed(copy);
    }

    private static Map<Integer, Long> offsets(FetchRequestData request) {
        Map<Integer, Long> offsets = new LinkedHashMap<>();
        request.topics()
                .forEach(
                        topic ->
                                topic.partitions()
                                        .forEach(p -> offsets.put(p.partition(), p.fetchOffset())));
        return offsets;
    }

    private static List<Integer> forgotten(FetchRequestData request) {
        return request.forgottenTopicsData().stream()
                .flatMap(topic -> topic.partitions().stream())
                .toList();
    }

    /** A log that is only as long as it says. */
    private static final class Copy implements Followed {
        private final int index;
        private final List<Integer> taken = new ArrayList<>();
        private long end;
        private int leaderEpoch = 5;
        private boolean safe = true;
        private boolean throttled;
        private Taken outcome = Taken.DONE;

        private Copy(int index, long end) {
            this.index = index;
            this.end = end;
        }

        @Override
        public Uuid topicId() {
            return TOPIC;
        }

        @Override
        public int index() {
            return index;
        }

        @Override
        public @Nullable FetchPosition position() {
            return safe ? new FetchPosition(leaderEpoch, end, 5, 0, 0, throttled) : null;
        }

        @Override
        public Taken take(FetchPosition asked, PartitionData answer) {
            if (outcome == Taken.SYNCING) {
                int count = answer.records().sizeInBytes();
                taken.add(count);
                end += count;
                safe = false;
            }
            return outcome;
        }
    }
}
