package io.tidemark.gateway.trace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceParentTest {
    private static final String GOOD = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    @Test
    void shouldReadAndWriteTheSame() {
        TraceParent parent = TraceParent.parse(GOOD);

        assertThat(parent)
                .isEqualTo(
                        new TraceParent(
                                "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", true));
        assertThat(String.valueOf(parent == null ? null : parent.text())).isEqualTo(GOOD);
    }

    @Test
    void shouldReadWhetherTheCallerRecordsIt() {
        TraceParent parent = TraceParent.parse(GOOD.replace("-01", "-00"));

        assertThat(parent).isNotNull().matches(p -> !p.sampled());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-011"
            })
    void shouldTakeWhatIsNotValidForNone(String text) {
        assertThat(TraceParent.parse(text)).isNull();
    }
}
