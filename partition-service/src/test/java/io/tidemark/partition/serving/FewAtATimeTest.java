package io.tidemark.partition.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class FewAtATimeTest {
    private final Queue<Runnable> handedOn = new ArrayDeque<>();
    private final List<Integer> ran = new ArrayList<>();

    @Test
    void shouldHandOnAFewAtATimeInOrder() {
        FewAtATime few = new FewAtATime(handedOn::add, 2);
        for (int i = 0; i < 5; i++) {
            int number = i;
            few.execute("client", () -> ran.add(number));
        }
        int most = 0;
        while (!handedOn.isEmpty()) {
            most = Math.max(most, handedOn.size());
            handedOn.remove().run();
        }
        assertThat(most).isEqualTo(2);
        assertThat(ran).containsExactly(0, 1, 2, 3, 4);

        // And what comes later runs, too
        few.execute("client", () -> ran.add(5));
        handedOn.remove().run();
        assertThat(ran).hasSize(6);
    }

    @Test
    void shouldGoOnAfterAFailure() {
        FewAtATime few = new FewAtATime(handedOn::add, 1);
        few.execute(
                "client",
                () -> {
                    throw new IllegalStateException("broken");
                });
        few.execute("client", () -> ran.add(1));
        assertThatThrownBy(() -> handedOn.remove().run()).hasMessage("broken");
        handedOn.remove().run();
        assertThat(ran).containsExactly(1);
    }

    @Test
    void shouldRefuseWhatTheExecutorRefuses() {
        FewAtATime few =
                new FewAtATime(
                        task -> {
                            throw new RejectedExecutionException("over");
                        },
                        1);
        assertThatThrownBy(() -> few.execute("client", () -> ran.add(1)))
                .isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void shouldGiveEachATurn() {
        FewAtATime few = new FewAtATime(handedOn::add, 1);
        for (int i = 0; i < 3; i++) {
            int number = i;
            few.execute("many", () -> ran.add(number));
        }
        few.execute("few", () -> ran.add(100));
        few.execute("few", () -> ran.add(101));
        while (!handedOn.isEmpty()) {
            handedOn.remove().run();
        }
        assertThat(ran).containsExactly(0, 1, 100, 2, 101);
    }
}
