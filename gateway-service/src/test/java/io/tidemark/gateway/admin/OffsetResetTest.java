package io.tidemark.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.admin.OffsetReset.Bounds;
import io.tidemark.gateway.admin.OffsetReset.Outcome;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class OffsetResetTest {

    private static final Bounds LOG = new Bounds(10, 100, 40);
    private static final OptionalLong BEFORE = OptionalLong.of(50);

    @Test
    void shouldFindEachStrategysPlace() {
        assertThat(after(new OffsetReset.Earliest(), BEFORE, LOG)).isEqualTo(10);
        assertThat(after(new OffsetReset.Latest(), BEFORE, LOG)).isEqualTo(100);
        assertThat(after(new OffsetReset.Offset(77), BEFORE, LOG)).isEqualTo(77);
        assertThat(after(new OffsetReset.Time(5), BEFORE, LOG)).isEqualTo(40);
        assertThat(after(new OffsetReset.Time(5), BEFORE, new Bounds(10, 100, -1))).isEqualTo(100);
        assertThat(after(new OffsetReset.Shift(-7), BEFORE, LOG)).isEqualTo(43);
    }

    @Test
    void shouldStayWithinTheLogAndSaySo() {
        assertThat(after(new OffsetReset.Offset(3), BEFORE, LOG)).isEqualTo(10);
        assertThat(after(new OffsetReset.Offset(101), BEFORE, LOG)).isEqualTo(100);
        assertThat(after(new OffsetReset.Shift(-1_000), BEFORE, LOG)).isEqualTo(10);
        assertThat(after(new OffsetReset.Shift(Long.MAX_VALUE), BEFORE, LOG)).isEqualTo(100);
        assertThat(after(new OffsetReset.Shift(Long.MIN_VALUE), BEFORE, LOG)).isEqualTo(10);
        assertThat(new OffsetReset.Offset(101).decide(BEFORE, LOG).why())
                .isEqualTo("the log's end: 101 lies beyond it");
    }

    @Test
    void shouldNotShiftWhatWasNeverCommitted() {
        Outcome outcome = new OffsetReset.Shift(5).decide(OptionalLong.empty(), LOG);
        assertThat(outcome.after()).isEmpty();
        assertThat(outcome.why()).startsWith("unchanged");
    }

    private static long after(OffsetReset reset, OptionalLong before, Bounds bounds) {
        return reset.decide(before, bounds).after().orElseThrow();
    }
}
