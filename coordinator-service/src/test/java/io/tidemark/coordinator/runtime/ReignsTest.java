package io.tidemark.coordinator.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.metadata.control.CoordinatorStatus.Reign;
import org.junit.jupiter.api.Test;

class ReignsTest {
    private final Reigns reigns = new Reigns();

    @Test
    void shouldKeepEachReignOnce() {
        reigns.began("1", 1, 10);
        reigns.began("1", 1, 20);
        reigns.began("2", 2, 30);
        reigns.began("2", 2, 40);
        reigns.began("1", 3, 50);
        assertThat(reigns.all())
                .containsExactly(
                        new Reign("1", 1, 10), new Reign("2", 2, 30), new Reign("1", 3, 50));
    }

    @Test
    void shouldKeepTheNewest() {
        for (int epoch = 1; epoch <= 3 * Reigns.KEPT; epoch++) {
            reigns.began(Integer.toString(epoch % 3), epoch, epoch);
        }
        assertThat(reigns.all()).hasSize(Reigns.KEPT);
        assertThat(reigns.all().getLast().epoch()).isEqualTo(3 * Reigns.KEPT);
    }
}
