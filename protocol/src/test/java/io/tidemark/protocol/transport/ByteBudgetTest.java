package io.tidemark.protocol.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.protocol.transport.ByteBudget.Kind;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ByteBudgetTest {
    private final ByteBudget budget = new ByteBudget(800);
    private final List<String> granted = new ArrayList<>();

    private ByteBudget.Account account(int address) {
        return account(budget, address);
    }

    private static ByteBudget.Account account(ByteBudget budget, int address) {
        return budget.open(new InetSocketAddress("127.0.0." + address, 1000 + address));
    }

    private boolean reserve(ByteBudget.Account account, int bytes, String name) {
        return account.reserve(Kind.SMALL, bytes, () -> granted.add(name));
    }

    /** Eight tenths and more are held by two addresses; nobody may exceed anything. */
    private List<ByteBudget.Account> fill() {
        List<ByteBudget.Account> holders = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            holders.add(account(1 + i / 2));
            assertThat(reserve(holders.get(i), 190, "never")).isTrue();
        }
        ByteBudget.Account finisher = account(8);
        assertThat(reserve(finisher, 100, "never")).as("one may exceed it").isTrue();
        holders.add(finisher);
        assertThat(budget.usedBytes()).isEqualTo(860);
        return holders;
    }

    @Test
    void shouldKeepEachAddressAndConnectionToItsShare() {
        ByteBudget.Account first = account(1);
        ByteBudget.Account second = account(1);
        assertThat(first.take(Kind.SMALL, 200)).isTrue();
        assertThat(first.take(Kind.SMALL, 1)).as("a quarter is a connection's").isFalse();
        assertThat(second.take(Kind.SMALL, 200)).isTrue();
        assertThat(account(1).take(Kind.SMALL, 1)).as("half is an address's").isFalse();
        assertThat(account(2).take(Kind.SMALL, 200)).isTrue();
        assertThat(budget.usedBytes()).isEqualTo(600);
    }

    @Test
    void shouldLetASmallWishPassALargeOneThatDoesNotFit() {
        List<ByteBudget.Account> holders = fill();
        assertThat(reserve(account(3), 180, "large")).isFalse();
        assertThat(reserve(account(4), 20, "small")).isFalse();
        holders.get(0).release(Kind.SMALL, 90);
        assertThat(granted).containsExactly("small");
        assertThat(budget.isShort(Kind.SMALL)).isTrue();
    }

    @Test
    void shouldGrantInOrderWhatFits() {
        List<ByteBudget.Account> holders = fill();
        assertThat(reserve(account(3), 50, "first")).isFalse();
        assertThat(reserve(account(4), 50, "second")).isFalse();
        holders.get(0).release(Kind.SMALL, 190);
        assertThat(granted).containsExactly("first", "second");
        assertThat(budget.isShort(Kind.SMALL)).isFalse();
    }

    @Test
    void shouldLetOneFrameAfterTheOtherExceedItSoThatAllEnd() {
        List<ByteBudget.Account> holders = fill();
        ByteBudget.Account third = account(3);
        ByteBudget.Account fourth = account(4);
        assertThat(reserve(third, 5000, "third")).isFalse();
        assertThat(reserve(fourth, 6000, "fourth")).isFalse();

        holders.get(4).frameEnded();
        assertThat(granted).as("what exceeds it is still held").isEmpty();
        holders.get(4).release(Kind.SMALL, 100);
        assertThat(granted).containsExactly("third");
        assertThat(reserve(third, 700, "never")).as("its frame never waits").isTrue();
        third.frameEnded();
        third.release(Kind.SMALL, 5700);
        assertThat(granted).containsExactly("third", "fourth");
    }

    @Test
    void shouldKeepAPartOfEveryShareForWhatIsSmall() {
        ByteBudget.Account first = account(1);
        assertThat(first.take(Kind.LARGE, 176)).as("all but an eighth is a").isFalse();
        assertThat(first.take(Kind.LARGE, 175)).as("connection's, of a quarter").isTrue();
        assertThat(first.take(Kind.SMALL, 25)).isTrue();
        assertThat(first.take(Kind.SMALL, 1)).isFalse();
        ByteBudget.Account second = account(1);
        assertThat(second.take(Kind.LARGE, 175)).isTrue();
        assertThat(account(1).take(Kind.LARGE, 1)).isFalse();
        assertThat(account(1).take(Kind.SMALL, 25)).isTrue();
        assertThat(account(2).take(Kind.SMALL, 200)).as("and all that nobody has").isTrue();
    }

    @Test
    void shouldServeWhatIsSmallWhileALargeFrameExceedsEveryShare() {
        ByteBudget.Account finisher = account(1);
        assertThat(finisher.reserve(Kind.LARGE, 5000, () -> granted.add("never"))).isTrue();
        assertThat(account(2).reserve(Kind.LARGE, 1, () -> granted.add("large"))).isFalse();
        assertThat(reserve(account(1), 50, "never")).isTrue();
        assertThat(reserve(account(2), 50, "never")).isTrue();
        assertThat(budget.isShort(Kind.SMALL)).isFalse();
        assertThat(budget.isShort(Kind.LARGE)).isTrue();
        finisher.frameEnded();
        finisher.release(Kind.LARGE, 5000);
        assertThat(granted).containsExactly("large");
    }

    @Test
    void shouldLetAddressesTakeTurnsInExceedingIt() {
        ByteBudget.Account[] crowd = {account(1), account(1), account(1)};
        assertThat(crowd[0].reserve(Kind.LARGE, 5000, () -> granted.add("never"))).isTrue();
        for (int i = 1; i < crowd.length; i++) {
            String name = "crowd " + i;
            assertThat(crowd[i].reserve(Kind.LARGE, 5000, () -> granted.add(name))).isFalse();
        }
        ByteBudget.Account late = account(2);
        assertThat(late.reserve(Kind.LARGE, 5000, () -> granted.add("late"))).isFalse();
        for (ByteBudget.Account next : List.of(crowd[0], late, crowd[1], crowd[2])) {
            next.frameEnded();
            next.release(Kind.LARGE, 5000);
        }
        assertThat(granted).containsExactly("late", "crowd 1", "crowd 2");
    }

    @Test
    void shouldForgetWhoHangsUp() {
        List<ByteBudget.Account> holders = fill();
        ByteBudget.Account leaving = account(3);
        assertThat(reserve(leaving, 5000, "left")).isFalse();
        assertThat(reserve(account(4), 5000, "next")).isFalse();
        leaving.close();
        holders.get(4).release(Kind.SMALL, 100);
        holders.get(4).close();
        assertThat(granted).containsExactly("next");
    }

    @Test
    void shouldNeverLoseAWakeUpWhenManyThreadsContend() throws InterruptedException {
        ByteBudget shared = new ByteBudget(1000);
        AtomicLong held = new AtomicLong();
        AtomicLong most = new AtomicLong();
        int threads = 4;
        int rounds = 20_000;
        CountDownLatch done = new CountDownLatch(threads * rounds);
        List<Thread> running = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            Random random = new Random(t);
            ByteBudget.Account account = account(shared, t % 3);
            running.add(
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        for (int i = 0; i < rounds; i++) {
                                            int bytes = 1 + random.nextInt(600);
                                            hold(account, bytes, held, most, done);
                                        }
                                        account.close();
                                    }));
        }
        for (Thread thread : running) {
            thread.join();
        }
        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(shared.usedBytes()).isZero();
        assertThat(shared.isShort(Kind.SMALL)).isFalse();
        assertThat(most.get()).as("the limit and one frame").isBetween(1L, 1600L);
    }

    private static void hold(
            ByteBudget.Account account,
            int bytes,
            AtomicLong held,
            AtomicLong most,
            CountDownLatch done) {
        CountDownLatch turn = new CountDownLatch(1);
        if (!account.reserve(Kind.SMALL, bytes, turn::countDown)) {
            try {
                assertThat(turn.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        most.accumulateAndGet(held.addAndGet(bytes), Math::max);
        account.frameEnded();
        held.addAndGet(-bytes);
        account.release(Kind.SMALL, bytes);
        done.countDown();
    }
}
