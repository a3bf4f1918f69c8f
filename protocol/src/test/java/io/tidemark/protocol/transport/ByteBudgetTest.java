package io.tidemark.protocol.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ByteBudgetTest {

    @Test
    void shouldGrantWaitersInOrderWhenBytesComeBack() {
        ByteBudget budget = new ByteBudget(100);
        List<String> granted = new ArrayList<>();
        assertThat(budget.reserve(80, () -> granted.add("never"))).isTrue();
        assertThat(budget.reserve(50, () -> granted.add("first"))).isFalse();
        // It would fit, but somebody was first.
        assertThat(budget.reserve(10, () -> granted.add("second"))).isFalse();

        budget.release(10);
        assertThat(granted).isEmpty();
        budget.release(30);
        assertThat(granted).containsExactly("first", "second");
        assertThat(budget.usedBytes()).isEqualTo(100);
    }

    @Test
    void shouldGrantMoreThanEverythingWhenNobodyHoldsAny() {
        ByteBudget budget = new ByteBudget(100);
        assertThat(budget.reserve(1000, () -> {})).isTrue();
        List<String> granted = new ArrayList<>();
        assertThat(budget.reserve(1000, () -> granted.add("later"))).isFalse();
        budget.release(1000);
        assertThat(granted).containsExactly("later");
    }

    @Test
    void shouldNeverLoseAWakeUpWhenManyThreadsContend() throws InterruptedException {
        ByteBudget budget = new ByteBudget(1000);
        AtomicLong held = new AtomicLong();
        AtomicLong most = new AtomicLong();
        int threads = 4;
        int rounds = 20_000;
        CountDownLatch done = new CountDownLatch(threads * rounds);
        List<Thread> running = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            Random random = new Random(t);
            running.add(
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        for (int i = 0; i < rounds; i++) {
                                            hold(budget, 1 + random.nextInt(600), held, most, done);
                                        }
                                    }));
        }
        for (Thread thread : running) {
            thread.join();
        }
        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(budget.usedBytes()).isZero();
        assertThat(most.get()).isBetween(1L, 1000L);
    }

    private static void hold(
            ByteBudget budget, int bytes, AtomicLong held, AtomicLong most, CountDownLatch done) {
        CountDownLatch turn = new CountDownLatch(1);
        if (!budget.reserve(bytes, turn::countDown)) {
            try {
                assertThat(turn.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        most.accumulateAndGet(held.addAndGet(bytes), Math::max);
        held.addAndGet(-bytes);
        budget.release(bytes);
        done.countDown();
    }
}
