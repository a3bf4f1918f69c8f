package io.tidemark.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TokenBucketTest {

    private static final long SECOND = 1_000_000_000L;

    private final TokenBucket bucket = new TokenBucket(10, SECOND, 0);

    @Test
    void shouldGiveABurstAndThenItsRate() {
        for (int i = 0; i < 10; i++) {
            assertThat(bucket.waitNanos(1, 0)).isZero();
            assertThat(bucket.available(0)).isEqualTo(10 - i);
            bucket.take(1, 0);
        }

        assertThat(bucket.waitNanos(1, 0)).isEqualTo(SECOND / 10);
        assertThat(bucket.available(0)).isZero();
        assertThat(bucket.waitNanos(1, SECOND / 10)).isZero();
        assertThat(bucket.untilFullNanos(0)).isEqualTo(SECOND);
    }

    @Test
    void shouldNotSaveMoreThanABurst() {
        bucket.take(1, 0);

        assertThat(bucket.available(1000 * SECOND)).isEqualTo(10);
        assertThat(bucket.idle(1000 * SECOND)).as("not settled yet").isFalse();
        bucket.takeUnsettledNanos();
        assertThat(bucket.idle(1000 * SECOND)).isTrue();
    }

    @Test
    void shouldLetTheNextWaitForADebt() {
        bucket.take(40, 0);

        assertThat(bucket.waitNanos(1, 0)).isEqualTo(31 * SECOND / 10);
    }

    @Test
    void shouldHoldATokenHoweverShortTheBurst() {
        TokenBucket slow = new TokenBucket(1, 0, 0);

        assertThat(slow.waitNanos(1, 0)).isZero();
        slow.take(1, 0);
        assertThat(slow.waitNanos(1, 0)).isEqualTo(SECOND);
    }

    @Test
    void shouldCountWhatWasTakenWhileItWasSettled() {
        bucket.take(5, 0);
        assertThat(bucket.takeUnsettledNanos()).isEqualTo(SECOND / 2);
        bucket.take(1, 0);

        bucket.settled(8 * SECOND / 10, 0);

        assertThat(bucket.available(0)).isEqualTo(1);
        assertThat(bucket.takeUnsettledNanos()).isEqualTo(SECOND / 10);
    }
}
