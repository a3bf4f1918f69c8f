package io.tidemark.partition.storage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SyncTimesTest {
    private static final long MS = 1_000_000;
    private final SyncTimes times = new SyncTimes();
    private long nowNanos = 77;

    @Test
    void shouldCallADiskSlowWhoseSyncsTakeLong() {
        sync(4, 300);
        assertThat(times.slowMs(nowNanos)).isEmpty();
        sync(1, 300);
        assertThat(times.slowMs(nowNanos)).hasValue(300);
    }

    @Test
    void shouldNotBeMisledByOneThatTookLong() {
        sync(20, 2);
        sync(1, 700);
        assertThat(times.slowMs(nowNanos)).isEmpty();
    }

    @Test
    void shouldSayNoMoreOnceItIsFastAgain() {
        sync(20, 400);
        sync(5, 2);
        assertThat(times.slowMs(nowNanos)).isEmpty();
    }

    @Test
    void shouldForgetWhatIsLongAgo() {
        sync(20, 400);
        nowNanos += 31_000 * MS;
        assertThat(times.slowMs(nowNanos)).isEmpty();
        sync(1, 400);
        assertThat(times.slowMs(nowNanos)).isEmpty();
    }

    private void sync(int count, long ms) {
        for (int i = 0; i < count; i++) {
            nowNanos += ms * MS;
            times.took(ms * MS, nowNanos);
        }
    }
}
