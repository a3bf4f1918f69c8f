package io.tidemark.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class FlightDataTest {

    @Test
    void shouldReadTheWholeDataSetInOrder() throws IOException {
        List<Flight> flights = FlightData.read(Integer.MAX_VALUE);

        assertThat(flights).hasSize(200_000);
        assertThat(flights).isSortedAccordingTo((a, b) -> a.date().compareTo(b.date()));
        assertThat(flights.getFirst())
                .isEqualTo(new Flight(0, "2001-01-01T00:01", 33, 2176, "LAS", "PHL"));
        assertThat(flights.getLast().number()).isEqualTo(199_999);
    }

    @Test
    void shouldStopAtTheLimit() throws IOException {
        assertThat(FlightData.read(7)).hasSize(7);
    }
}
