package io.tidemark.testkit.chaos;

import io.tidemark.testkit.history.Partition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * A consumer group of two members that lives through all faults. Between them they must skip no
 * offset, and whoever takes over a partition must begin no earlier than what was committed.
 */
final class GroupReader implements AutoCloseable {
    private static final int MEMBERS = 2;
    private static final long COMMIT_NANOS = 300_000_000L;

    private final String group;
    private final String topic;
    private final Map<Integer, Long> reached = new ConcurrentHashMap<>();
    private final Map<Integer, Long> committed = new ConcurrentHashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile @Nullable Throwable failure;
    private volatile boolean closing;

    /**
     * @param protocol {@code classic} or {@code consumer}
     */
    GroupReader(String bootstrapServers, String topic, String protocol) {
        this.group = "chaos-" + protocol;
        this.topic = topic;
        for (int i = 0; i < MEMBERS; i++) {
            threads.add(
                    Thread.ofPlatform()
                            .name(group + "-" + i)
                            .start(() -> run(bootstrapServers, protocol)));
        }
    }

    private void run(String bootstrapServers, String protocol) {
        try (Consumer<String, String> consumer = consumer(bootstrapServers, protocol)) {
            Map<TopicPartition, Long> notBefore = new HashMap<>();
            consumer.subscribe(
                    List.of(topic),
                    new ConsumerRebalanceListener() {
                        @Override
                        public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
                            commit(consumer);
                        }

                        @Override
                        public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
                            assigned.forEach(
                                    p ->
                                            notBefore.put(
                                                    p, committed.getOrDefault(p.partition(), 0L)));
                        }
                    });
            long committedNanos = System.nanoTime();
            while (!closing && failure == null) {
                for (ConsumerRecord<String, String> record :
                        consumer.poll(Duration.ofMillis(200))) {
                    Long first = notBefore.remove(new TopicPartition(topic, record.partition()));
                    delivered(record.partition(), record.offset(), first);
                }
                if (System.nanoTime() - committedNanos > COMMIT_NANOS) {
                    commit(consumer);
                    committedNanos = System.nanoTime();
                }
            }
        } catch (RuntimeException | AssertionError failed) {
            failure = failed;
        }
    }

    private void delivered(int partition, long offset, @Nullable Long notBefore) {
        if (notBefore != null && offset < notBefore) {
            throw new AssertionError(
                    "%s-%d: %d was committed, and the next owner began at %d"
                            .formatted(topic, partition, notBefore, offset));
        }
        reached.compute(
                partition,
                (p, before) -> {
                    long last = before == null ? -1 : before;
                    if (offset > last + 1) {
                        throw new AssertionError(
                                "%s-%d: offsets %d to %d were skipped"
                                        .formatted(topic, p, last + 1, offset - 1));
                    }
                    return Math.max(last, offset);
                });
    }

    /** What is not committed now is delivered again: that is allowed. */
    private void commit(Consumer<String, String> consumer) {
        Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
        try {
            for (TopicPartition partition : consumer.assignment()) {
                Long last = reached.get(partition.partition());
                if (last != null) {
                    long position = consumer.position(partition, Duration.ofSeconds(1));
                    positions.put(partition, new OffsetAndMetadata(position));
                }
            }
            consumer.commitSync(positions, Duration.ofSeconds(5));
            positions.forEach((p, position) -> committed.put(p.partition(), position.offset()));
        } catch (CommitFailedException
                | RebalanceInProgressException
                | FencedInstanceIdException
                | RetriableException notNow) {
            // the coordinator is away, or somebody else owns the partitions by now
        } catch (IllegalStateException revoked) {
            if (!(revoked.getMessage() + "").contains("assigned")) {
                throw revoked;
            }
        }
    }

    /** The highest offset that any member was given; -1 before the first. */
    long position(Partition partition) {
        return reached.getOrDefault(partition.index(), -1L);
    }

    String group() {
        return group;
    }

    /** What ended it early, if anything did. */
    @Nullable Throwable failure() {
        return failure;
    }

    @Override
    public void close() throws InterruptedException {
        closing = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private Consumer<String, String> consumer(String bootstrapServers, String protocol) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", bootstrapServers);
        settings.put("group.id", group);
        settings.put("group.protocol", protocol);
        settings.put("auto.offset.reset", "earliest");
        settings.put("enable.auto.commit", false);
        settings.put("request.timeout.ms", 5_000);
        settings.put("default.api.timeout.ms", 10_000);
        settings.put("metadata.max.age.ms", 5_000);
        settings.put("reconnect.backoff.max.ms", 100);
        settings.put("retry.backoff.max.ms", 100);
        settings.put("socket.connection.setup.timeout.ms", 1_000);
        settings.put("socket.connection.setup.timeout.max.ms", 2_000);
        if (protocol.equals("classic")) {
            settings.put("session.timeout.ms", 10_000);
            settings.put("heartbeat.interval.ms", 1_000);
        }
        return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    }
}
