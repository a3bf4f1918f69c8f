package io.tidemark.systemtest.client;

import io.tidemark.systemtest.broker.Broker;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/** A consumer in a group, with the loop that everybody writes, on a thread of its own. */
final class GroupReader implements AutoCloseable {
    private final org.apache.kafka.clients.consumer.Consumer<String, String> consumer;
    private final Thread thread;
    private final Set<TopicPartition> assigned = ConcurrentHashMap.newKeySet();
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final Consumer<ConsumerRecord<String, String>> records;

    private GroupReader(
            Broker broker,
            Map<String, Object> settings,
            Subscribing subscribing,
            Consumer<ConsumerRecord<String, String>> records) {
        this.consumer = Clients.consumer(broker, settings);
        this.records = records;
        subscribing.subscribe(consumer, new Listener());
        this.thread = Thread.ofPlatform().daemon().start(this::run);
    }

    @FunctionalInterface
    interface Subscribing {
        void subscribe(
                org.apache.kafka.clients.consumer.Consumer<String, String> consumer,
                ConsumerRebalanceListener listener);
    }

    static GroupReader start(
            Broker broker,
            Map<String, Object> settings,
            Subscribing subscribing,
            Consumer<ConsumerRecord<String, String>> records) {
        return new GroupReader(broker, settings, subscribing, records);
    }

    /** Settings of a member; the protocol is {@code consumer} or {@code classic}. */
    static Map<String, Object> member(String group, String protocol) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("group.id", group);
        settings.put("group.protocol", protocol);
        settings.put("auto.offset.reset", "earliest");
        settings.put("auto.commit.interval.ms", 100);
        return settings;
    }

    private void run() {
        try {
            while (true) {
                consumer.poll(Duration.ofMillis(100)).forEach(records);
            }
        } catch (WakeupException e) {
            // It is to end.
        } catch (RuntimeException | Error e) {
            failure.set(e);
        } finally {
            consumer.close();
        }
    }

    private final class Listener implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            assigned.addAll(partitions);
            events.add("assigned " + partitions.size());
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            partitions.forEach(assigned::remove);
            events.add("revoked " + partitions.size());
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            partitions.forEach(assigned::remove);
            events.add("lost " + partitions.size());
        }
    }

    /** What it may consume, as its listener was told. */
    Set<TopicPartition> assigned() {
        Throwable failed = failure.get();
        if (failed != null) {
            throw new AssertionError("The consumer failed", failed);
        }
        return Set.copyOf(assigned);
    }

    /** What its listener was told, in order. */
    List<String> events() {
        return events;
    }

    /** Ends the consumer as an application does that stops. */
    @Override
    public void close() {
        consumer.wakeup();
        try {
            thread.join(Clients.PATIENCE);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        Throwable failed = failure.get();
        if (failed != null) {
            throw new AssertionError("The consumer failed", failed);
        }
    }
}
