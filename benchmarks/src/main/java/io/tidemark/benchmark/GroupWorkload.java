package io.tidemark.benchmark;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Consumer groups: how soon a consumer has its first record, how long a rebalance takes, how many
 * commits a second are taken, and what idle groups cost. Both brokers have their default settings.
 */
final class GroupWorkload {
    private static final int STARTS = 5;
    private static final int MEMBERS = 100;
    private static final int PARTITIONS = 300;
    private static final int GROUPS = 1_000;
    private static final int MEMBERS_OF_EACH = 3;
    private static final Duration LIMIT = Duration.ofSeconds(120);

    /** One group and many; consumers that wait for each answer, and such as do not. */
    static final List<Commits> COMMITS =
            List.of(new Commits(1, 16), new Commits(100, 1), new Commits(100, 16));

    /**
     * How long a group is left alone before a member leaves. What that takes depends on how soon
     * the others' next heartbeats are due, every 3 or 5 s since they settled: thus several.
     */
    private static final List<Duration> PAUSES =
            List.of(Duration.ofMillis(4_000), Duration.ofMillis(5_300), Duration.ofMillis(6_600));

    private static final Duration IDLE = Duration.ofSeconds(20);
    private static final List<String> PROTOCOLS = List.of("classic", "consumer");

    private final Results results;
    private final List<? extends Broker> brokers;
    private final double seconds;

    /**
     * @param seconds length of each phase of commits
     */
    GroupWorkload(Results results, List<? extends Broker> brokers, double seconds) {
        this.results = results;
        this.brokers = brokers;
        this.seconds = seconds;
    }

    void run(int runs) throws Exception {
        for (Broker broker : brokers) {
            Load.createTopic(broker, "first", 6, false);
            Load.produce(broker, "first", 100, 0.2, Map.of());
            Load.createTopic(broker, "wide", PARTITIONS, false);
            firstRecord(broker, "classic", -1); // makes Kafka's offsets topic, warms both
            COMMITS.getFirst().run(broker, 1);
        }
        for (int run = 0; run < runs; run++) {
            System.out.printf(Locale.ROOT, "groups: run %d of %d%n", run + 1, runs);
            for (Broker broker : run % 2 == 0 ? brokers : brokers.reversed()) {
                for (String protocol : PROTOCOLS) {
                    results.add(
                            "first record, " + protocol,
                            broker.name(),
                            "s",
                            firstRecords(broker, protocol, run));
                    rebalance(broker, protocol, run);
                }
                for (Commits load : COMMITS) {
                    results.add(load.metric(), broker.name(), "1/s", load.run(broker, seconds));
                }
            }
        }
        for (Broker broker : brokers) {
            idle(broker);
        }
    }

    /** The mean of several starts: each takes a number of the client's turns, 100 ms each. */
    private static double firstRecords(Broker broker, String protocol, int run) {
        double total = 0;
        for (int start = 0; start < STARTS; start++) {
            total += firstRecord(broker, protocol, run * STARTS + start);
        }
        return total / STARTS;
    }

    /** From the constructor of a consumer of a new group to its first record, in seconds. */
    private static double firstRecord(Broker broker, String protocol, int number) {
        long start = System.nanoTime();
        try (KafkaConsumer<byte[], byte[]> consumer =
                consumer(broker, "first-" + protocol + number, protocol)) {
            consumer.subscribe(List.of("first"));
            while (consumer.poll(Duration.ofMillis(100)).isEmpty()) {
                if (System.nanoTime() - start > LIMIT.toNanos()) {
                    throw new IllegalStateException(broker.name() + ": no record");
                }
            }
            return secondsSince(start);
        }
    }

    /** From the start of all members, and from one's leaving, on average of several. */
    private void rebalance(Broker broker, String protocol, int run) throws InterruptedException {
        List<Member> members = new ArrayList<>();
        try {
            long start = System.nanoTime();
            for (int i = 0; i < MEMBERS; i++) {
                members.add(new Member(broker, "wide-" + protocol + run, protocol));
            }
            members.forEach(Member::start);
            awaitOwned(members);
            double joined = secondsSince(start);
            results.add("100 members join, " + protocol, broker.name(), "s", joined);
            double left = 0;
            for (Duration pause : PAUSES) {
                TimeUnit.MILLISECONDS.sleep(pause.toMillis());
                left += leave(members);
            }
            results.add(
                    "one of 100 members leaves, " + protocol,
                    broker.name(),
                    "s",
                    left / PAUSES.size());
        } finally {
            members.forEach(Member::stop);
            for (Member member : members) {
                member.awaitEnd();
            }
        }
    }

    /** From one's leaving until all partitions have owners, in seconds. */
    private static double leave(List<Member> members) throws InterruptedException {
        long start = System.nanoTime();
        members.removeLast().leave();
        awaitOwned(members);
        return secondsSince(start);
    }

    private static double secondsSince(long startNanos) {
        return (System.nanoTime() - startNanos) / 1e9;
    }

    private static void awaitOwned(List<Member> members) throws InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (members.stream().mapToInt(Member::owned).sum() != PARTITIONS
                || members.stream().anyMatch(member -> member.owned() == 0)) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the group did not settle");
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private void idle(Broker broker) throws Exception {
        try (RawGroups raw = new RawGroups(broker.bootstrap())) {
            raw.join("first", GROUPS, MEMBERS_OF_EACH);
            TimeUnit.SECONDS.sleep(5);
            double cpu = broker.cpuSeconds();
            TimeUnit.SECONDS.sleep(IDLE.toSeconds());
            double perMinute = (broker.cpuSeconds() - cpu) * 60 / IDLE.toSeconds();
            results.add("1,000 idle groups, CPU", broker.name(), "CPU s/min", perMinute);
            results.add("1,000 idle groups, memory", broker.name(), "MiB", broker.residentMib());
        }
    }

    private static KafkaConsumer<byte[], byte[]> consumer(
            Broker broker, String group, String protocol) {
        Map<String, Object> config = new HashMap<>();
        config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrap());
        config.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        config.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        config.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        config.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, protocol);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return new KafkaConsumer<>(config);
    }

    /**
     * A load of commits of one offset each.
     *
     * @param underWay requests that each group has under way: 1 is {@code commitSync}
     */
    record Commits(int groups, int underWay) {

        String metric() {
            return "commits, %d group%s × %d".formatted(groups, groups == 1 ? "" : "s", underWay);
        }

        private double run(Broker broker, double seconds) throws Exception {
            try (RawGroups raw = new RawGroups(broker.bootstrap())) {
                return raw.commitsPerSecond("first", groups, underWay, seconds);
            }
        }
    }

    /** A consumer on a thread of its own, as users have it. */
    private static final class Member {
        private final KafkaConsumer<byte[], byte[]> consumer;
        private final AtomicBoolean running = new AtomicBoolean(true);
        private final CountDownLatch ended = new CountDownLatch(1);
        private volatile int owned;

        private Member(Broker broker, String group, String protocol) {
            consumer = consumer(broker, group, protocol);
        }

        private void start() {
            Thread.ofPlatform().daemon().name("member").start(this::poll);
        }

        private void poll() {
            try (consumer) {
                consumer.subscribe(List.of("wide"));
                while (running.get()) {
                    consumer.poll(Duration.ofMillis(100));
                    List<TopicPartition> mine = List.copyOf(consumer.assignment());
                    owned = mine.size();
                }
            } finally {
                owned = 0;
                ended.countDown();
            }
        }

        private int owned() {
            return owned;
        }

        private void stop() {
            running.set(false);
        }

        private void leave() throws InterruptedException {
            stop();
            awaitEnd();
        }

        private void awaitEnd() throws InterruptedException {
            ended.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
    }
}
