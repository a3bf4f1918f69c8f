package io.tidemark.coordinator.group.consumer;

import static io.tidemark.coordinator.group.consumer.TestGroup.hold;
import static io.tidemark.coordinator.group.consumer.TestGroup.join;
import static io.tidemark.coordinator.group.consumer.TestGroup.stay;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AcknowledgementsTest extends MembershipFixture {
    private static final int SOON_MS = 20;
    private static final int QUIET_MS = 1_000;

    @Test
    void shouldAskForWordSoonUntilItComes() {
        assertThat(group.beat(join("a", "orders")).heartbeatIntervalMs()).isEqualTo(SOON_MS);
        assertThat(group.beat(stay("a", 1)).heartbeatIntervalMs()).isEqualTo(SOON_MS);

        group.time.advanceMs(800);
        assertThat(group.beat(stay("a", 1)).heartbeatIntervalMs()).isEqualTo(100);

        assertThat(group.beat(hold("a", 1, orders(0, 1, 2))).heartbeatIntervalMs())
                .as("of three of four partitions")
                .isEqualTo(100);
        assertThat(group.beat(hold("a", 1, orders(0, 1, 2, 3))).heartbeatIntervalMs())
                .isEqualTo(QUIET_MS);
        assertThat(group.beat(stay("a", 1)).heartbeatIntervalMs()).isEqualTo(QUIET_MS);
    }

    @Test
    void shouldAskAMemberSoonThatHasToGiveUpPartitions() {
        aloneAtEpoch1();
        group.beat(hold("a", 1, orders(0, 1, 2, 3)));
        group.beat(join("b", "orders"));

        assertThat(group.beat(stay("a", 1)).heartbeatIntervalMs()).isEqualTo(SOON_MS);
        group.beat(hold("a", 1, orders(0, 1)));

        assertThat(group.beat(stay("b", 2)).heartbeatIntervalMs()).isEqualTo(SOON_MS);
        assertThat(group.beat(stay("a", 2)).heartbeatIntervalMs()).isEqualTo(QUIET_MS);
    }

    @Test
    void shouldAskAMemberWithoutPartitionsAsSeldomAsOthers() {
        assertThat(group.beat(join("a", "nothing")).heartbeatIntervalMs()).isEqualTo(QUIET_MS);
        assertThat(group.beat(stay("a", 1)).heartbeatIntervalMs()).isEqualTo(QUIET_MS);
    }

    @Test
    void shouldBeAskedSoonAgainAfterComingBack() {
        aloneAtEpoch1();
        group.beat(hold("a", 1, orders(0, 1, 2, 3)));

        group.beat(stay("a", -1));

        assertThat(group.beat(join("a", "orders")).heartbeatIntervalMs()).isEqualTo(SOON_MS);
    }
}
