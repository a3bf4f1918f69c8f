package io.tidemark.partition.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaitingFetchesTest {
    private final WaitingFetches waiting = new WaitingFetches();
    private final List<String> told = new ArrayList<>();

    @Test
    void shouldTellAllThatWaitInTheOrderTheyCame() {
        waiting.add(bytes -> told.add("a" + bytes));
        FetchWaiter.Watch gone = waiting.add(bytes -> told.add("b" + bytes));
        waiting.add(bytes -> told.add("c" + bytes));
        gone.cancel();
        gone.cancel();

        waiting.tell(5);

        assertThat(told).containsExactly("a5", "c5");
        assertThat(waiting.size()).isEqualTo(2);
    }

    @Test
    void shouldBearThatWaitersComeAndGoWhileTheyAreTold() {
        List<FetchWaiter.Watch> watches = new ArrayList<>();
        watches.add(
                waiting.add(
                        bytes -> {
                            told.add("first");
                            watches.forEach(FetchWaiter.Watch::cancel);
                            waiting.add(more -> told.add("late"));
                        }));
        watches.add(waiting.add(bytes -> told.add("second")));

        waiting.tell(1);
        assertThat(told).containsExactly("first", "second");

        waiting.tell(1);
        assertThat(told).containsExactly("first", "second", "late");
        assertThat(waiting.size()).isEqualTo(1);
    }
}
