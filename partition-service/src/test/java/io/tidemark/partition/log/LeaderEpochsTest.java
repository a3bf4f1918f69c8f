package io.tidemark.partition.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.partition.log.PartitionLog.EpochEnd;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeaderEpochsTest {
    private static final long LOG_END = 30;

    /** Epoch 2 from offset 5 on, 4 from 10, 7 from 20. */
    private final LeaderEpochs epochs = new LeaderEpochs();

    @BeforeEach
    void threeEpochs() {
        epochs.assign(2, 5);
        epochs.assign(4, 10);
        epochs.assign(7, 20);
    }

    @Test
    void shouldSeeThatALogIsTheSame() {
        assertThat(epochs.divergence(30, 7, LOG_END)).isEmpty();
        assertThat(epochs.divergence(20, 4, LOG_END)).isEmpty();
        assertThat(epochs.divergence(0, -1, LOG_END)).isEmpty();
    }

    @Test
    void shouldSayNothingOfWhatLiesBelowWhatItKnows() {
        assertThat(epochs.divergence(5, 2, LOG_END)).isEmpty();
    }

    @Test
    void shouldEndAtTheNewestEpochThatBothHave() {
        assertThat(epochs.divergence(25, 4, LOG_END)).contains(new EpochEnd(4, 20));
        assertThat(epochs.divergence(25, 5, LOG_END)).contains(new EpochEnd(4, 20));
        assertThat(epochs.divergence(31, 7, LOG_END)).contains(new EpochEnd(7, 30));
    }

    @Test
    void shouldNotBelieveAnEpochThatHasNotBeen() {
        assertThat(epochs.divergence(15, 8, LOG_END)).contains(new EpochEnd(7, 30));
    }

    @Test
    void shouldNotBelieveAnEpochThatHadNotBegun() {
        assertThat(epochs.divergence(15, 7, LOG_END)).contains(new EpochEnd(4, 20));
    }
}
