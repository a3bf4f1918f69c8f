package io.tidemark.coordinator.group.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.coordinator.group.GroupSettings;
import org.junit.jupiter.api.Test;

class HeartbeatPaceTest {
    @Test
    void shouldAskForAsManyHeartbeatsAsCanBeBorne() {
        HeartbeatPace pace = new HeartbeatPace(settings(5_000, 1_000));

        assertIntervals(pace, 1, 1_000, 500);
        assertIntervals(pace, 200, 1_000, 500);
        assertIntervals(pace, 600, 3_000, 500);
        assertIntervals(pace, 1_000, 5_000, 500);
        assertIntervals(pace, 3_000, 5_000, 1_500);
        assertIntervals(pace, 1_000_000_000, 5_000, 5_000);
    }

    @Test
    void shouldNeverTakeLongerThanConfigured() {
        assertIntervals(new HeartbeatPace(settings(100, 1_000)), 5, 100, 100);
    }

    @Test
    void shouldKeepOneIntervalWhereOneIsConfigured() {
        HeartbeatPace pace = new HeartbeatPace(settings(5_000, 5_000));

        assertIntervals(pace, 1, 5_000, 500);
        assertIntervals(pace, 100_000, 5_000, 5_000);
    }

    @Test
    void shouldAskForWordOfNewPartitionsSoonAndThenLessOften() {
        HeartbeatPace pace = new HeartbeatPace(settings(5_000, 1_000));
        pace.add(3);

        assertThat(pace.acknowledgeMs(0)).isEqualTo(20);
        assertThat(pace.acknowledgeMs(160)).isEqualTo(20);
        assertThat(pace.acknowledgeMs(800)).isEqualTo(100);
        assertThat(pace.acknowledgeMs(8_000)).isEqualTo(1_000);
        assertThat(pace.acknowledgeMs(Long.MAX_VALUE)).isEqualTo(1_000);

        pace.add(97);
        assertThat(pace.acknowledgeMs(0)).as("500 heartbeats a second").isEqualTo(200);
    }

    private static void assertIntervals(HeartbeatPace pace, int members, int quiet, int busy) {
        pace.add(members);
        assertThat(pace.quietMs()).as("quiet, %d members", members).isEqualTo(quiet);
        assertThat(pace.busyMs()).as("busy, %d members", members).isEqualTo(busy);
        pace.add(-members);
    }

    private static GroupSettings settings(int longestMs, int shortestMs) {
        return new GroupSettings(
                6_000, 60_000, 10, 0, 0, longestMs, shortestMs, 45_000, 1_000, 1_000, 100, 1);
    }
}
