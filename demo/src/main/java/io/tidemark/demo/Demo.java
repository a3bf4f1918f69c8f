package io.tidemark.demo;

import io.tidemark.demo.Ledger.Finding;
import io.tidemark.demo.Screen.Bar;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One run.
 *
 * <pre>
 *   load    ━━━━━━━━━━━━━━━━━━━━━━━━━━━━▶ all acknowledged
 *   follow  ━━━━━━━━━━▶ cut at 40 %   ━━━━━━━━━━━━━▶ all received ─▶ check
 *                        └ away until 15 % more are loaded ┘
 * </pre>
 */
final class Demo {

    private static final double CUT_AT = 0.40;
    private static final double AWAY_FOR = 0.15;
    private static final Duration FRAME = Duration.ofMillis(100);
    private static final Duration STALL = Duration.ofSeconds(30);

    private final BrokerApi api;
    private final String url;
    private final String topic;
    private final int partitions;
    private final int batchSize;
    private final List<Flight> flights;
    private final Screen screen;
    private final Ledger ledger;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final Rate loading = new Rate();
    private final Rate following = new Rate();

    Demo(
            BrokerApi api,
            String url,
            String topic,
            int partitions,
            int batchSize,
            List<Flight> flights,
            Screen screen) {
        this.api = api;
        this.url = url;
        this.topic = topic;
        this.partitions = partitions;
        this.batchSize = batchSize;
        this.flights = flights;
        this.screen = screen;
        this.ledger = new Ledger(flights, partitions);
    }

    /**
     * @return whether every record arrived once, in order, as it was sent
     */
    boolean run(int loaders) throws InterruptedException {
        screen.heading(
                String.format(
                        Locale.ROOT,
                        "%,d flights of January 2001 → %s/topics/%s (%d partitions, keyed by airport)",
                        flights.size(),
                        url,
                        topic,
                        partitions));
        api.createTopic(topic, partitions);
        Follower follower = new Follower(url, topic, flights, ledger);
        loading.start();
        following.start();
        Thread stream = start("follower", follower::follow);
        List<Thread> loads = new ArrayList<>();
        for (List<Flight> share : Loader.shares(flights, loaders)) {
            Loader loader = new Loader(api, topic, share, batchSize, ledger);
            loads.add(start("loader", loader::run));
        }
        watchUntil(() -> ledger.receivedCount() >= CUT_AT * flights.size(), "");
        follower.cut();
        stream.join();
        screen.good(
                String.format(
                        Locale.ROOT,
                        "cut the stream after %,d events; the last id was %s",
                        ledger.receivedCount(),
                        follower.lastEventId()));
        int back =
                (int)
                        Math.min(
                                flights.size(),
                                ledger.acknowledgedCount() + AWAY_FOR * flights.size());
        watchUntil(() -> ledger.acknowledgedCount() >= back, "(cut)");
        screen.good(
                String.format(
                        Locale.ROOT,
                        "resumed it by that id, %,d records behind",
                        ledger.acknowledgedCount() - ledger.receivedCount()));
        stream = start("follower", follower::follow);
        watchUntil(() -> ledger.receivedCount() >= flights.size() && !anyAlive(loads), "");
        follower.cut();
        stream.join();
        screen.keepBars(bars(""));
        return report();
    }

    private interface Task {
        void run() throws InterruptedException;
    }

    private Thread start(String name, Task task) {
        return Thread.ofVirtual()
                .name(name)
                .start(
                        () -> {
                            try {
                                task.run();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            } catch (RuntimeException e) {
                                failure.compareAndSet(null, e);
                            }
                        });
    }

    private static boolean anyAlive(List<Thread> threads) {
        return threads.stream().anyMatch(Thread::isAlive);
    }

    private interface Condition {
        boolean holds();
    }

    /** Draws until the condition holds; fails where a thread has, or where nothing moves. */
    private void watchUntil(Condition condition, String note) throws InterruptedException {
        int seen = -1;
        long movedNanos = System.nanoTime();
        while (!condition.holds()) {
            Throwable thrown = failure.get();
            if (thrown != null) {
                throw new DemoFailure(String.valueOf(thrown.getMessage()), thrown);
            }
            int moved = ledger.acknowledgedCount() + ledger.receivedCount();
            if (moved != seen) {
                seen = moved;
                movedNanos = System.nanoTime();
            } else if (System.nanoTime() - movedNanos > STALL.toNanos()) {
                throw new DemoFailure(
                        "nothing has moved for %d s: %,d records acknowledged, %,d events received"
                                .formatted(
                                        STALL.toSeconds(),
                                        ledger.acknowledgedCount(),
                                        ledger.receivedCount()));
            }
            screen.bars(bars(note));
            Thread.sleep(FRAME);
        }
    }

    private List<Bar> bars(String note) {
        int loaded = ledger.acknowledgedCount();
        int followed = ledger.receivedCount();
        loading.reached(loaded, flights.size());
        following.reached(followed, flights.size());
        return List.of(
                new Bar("loaded", loaded, flights.size(), loading.perSecond(), ""),
                new Bar("followed", followed, flights.size(), following.perSecond(), note));
    }

    private boolean report() {
        screen.say("");
        screen.heading(
                "  partition  acknowledged   received  missing  repeated  unordered  different");
        List<Finding> findings = ledger.check();
        for (Finding finding : findings) {
            screen.say(
                    String.format(
                            Locale.ROOT,
                            "  %9d %,13d %,10d %8d %9d %10d %10d",
                            finding.partition(),
                            finding.acknowledged(),
                            finding.received(),
                            finding.missing(),
                            finding.repeated(),
                            finding.outOfOrder(),
                            finding.different()));
        }
        int airports = ledger.airportsOutOfOrder();
        boolean good =
                airports == 0
                        && ledger.acknowledgedCount() == flights.size()
                        && findings.stream().allMatch(Finding::good);
        screen.say("");
        if (good) {
            screen.good(
                    String.format(
                            Locale.ROOT,
                            "every one of %,d records arrived once, per partition in order, and each airport's flights in the order of the data",
                            flights.size()));
        } else {
            screen.bad(
                    "the check failed: see the table; flights out of their airport's order: "
                            + airports);
        }
        screen.say(
                String.format(
                        Locale.ROOT,
                        "  loaded %,.0f records/s in %.1f s (REST, acknowledged after fsync); followed %,.0f events/s, the cut included",
                        loading.perSecond(),
                        loading.seconds(),
                        following.perSecond()));
        return good;
    }
}
