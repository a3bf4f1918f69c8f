package io.tidemark.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.demo.Ledger.Finding;
import java.util.List;
import org.junit.jupiter.api.Test;

class LedgerTest {

    private static final List<Flight> FLIGHTS =
            List.of(flight(0, "ATL"), flight(1, "SFO"), flight(2, "ATL"), flight(3, "ATL"));

    private final Ledger ledger = new Ledger(FLIGHTS, 2);

    private static Flight flight(int number, String origin) {
        return new Flight(number, "2001-01-01T00:0" + number, 0, 100, origin, "JFK");
    }

    private void acknowledgeAll() {
        ledger.acknowledged(0, 0, 0);
        ledger.acknowledged(0, 1, 2);
        ledger.acknowledged(0, 2, 3);
        ledger.acknowledged(1, 0, 1);
    }

    @Test
    void shouldFindNothingWhenAllArrivedOnceAndInOrder() {
        acknowledgeAll();
        ledger.received(0, 0, 0);
        ledger.received(1, 0, 1);
        ledger.received(0, 1, 2);
        ledger.received(0, 2, 3);

        assertThat(ledger.check())
                .containsExactly(
                        new Finding(0, 3, 3, 0, 0, 0, 0), new Finding(1, 1, 1, 0, 0, 0, 0));
        assertThat(ledger.airportsOutOfOrder()).isZero();
    }

    @Test
    void shouldReportAGapWhenAnEventIsLeftOut() {
        acknowledgeAll();
        ledger.received(0, 0, 0);
        ledger.received(0, 2, 3);

        assertThat(ledger.check().getFirst()).isEqualTo(new Finding(0, 3, 2, 1, 0, 1, 0));
        assertThat(ledger.check().getLast()).isEqualTo(new Finding(1, 1, 0, 1, 0, 0, 0));
    }

    @Test
    void shouldReportARepeatWhenAnEventComesTwice() {
        acknowledgeAll();
        ledger.received(0, 0, 0);
        ledger.received(0, 0, 0);

        assertThat(ledger.check().getFirst().repeated()).isOne();
        assertThat(ledger.check().getFirst().good()).isFalse();
    }

    @Test
    void shouldReportADifferenceWhenAnotherRecordStandsAtTheOffset() {
        acknowledgeAll();
        ledger.received(1, 0, 3);

        assertThat(ledger.check().getLast().different()).isOne();
    }

    @Test
    void shouldReportAirportsWhoseFlightsChangedPlaces() {
        ledger.received(0, 0, 2);
        ledger.received(0, 1, 0);

        assertThat(ledger.airportsOutOfOrder()).isOne();
    }
}
