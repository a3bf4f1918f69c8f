package io.tidemark.systemtest.cluster;

import io.tidemark.testkit.cluster.ClusterProcesses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Clients of a cluster, over both protocols. */
final class ClusterClients implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration HTTP_TIMEOUT = Duration.ofSeconds(45);

    private final ClusterProcesses cluster;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    ClusterClients(ClusterProcesses cluster) {
        this.cluster = cluster;
    }

    Producer<String, String> producer() {
        return new KafkaProducer<>(settings(), new StringSerializer(), new StringSerializer());
    }

    Admin admin() {
        return Admin.create(settings());
    }

    private Map<String, Object> settings() {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", cluster.bootstrapServers());
        settings.put("reconnect.backoff.max.ms", 100);
        settings.put("retry.backoff.max.ms", 100);
        return settings;
    }

    /** A POST of JSON to the first gateway. */
    HttpResponse<String> post(String path, String body) {
        return post(path, "application/json", body);
    }

    HttpResponse<String> post(String path, String contentType, String body) {
        return send(
                HttpRequest.newBuilder(cluster.http(1, path))
                        .header("Content-Type", contentType)
                        .POST(BodyPublishers.ofString(body)));
    }

    HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(cluster.http(1, path)).GET());
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.timeout(HTTP_TIMEOUT).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Creates a topic over REST, with the cluster's own defaults, and awaits its replicas. */
    String createTopic(String name, int partitions) {
        HttpResponse<String> created = tryCreateTopic(name, partitions);
        if (created.statusCode() != 201) {
            throw new AssertionError(created.statusCode() + ": " + created.body());
        }
        cluster.awaitFullIsr(PATIENCE);
        return created.body();
    }

    HttpResponse<String> tryCreateTopic(String name, int partitions) {
        return post(
                "/v3/clusters/tidemark-test/topics",
                "{\"topic_name\":\"%s\",\"partitions_count\":%d}".formatted(name, partitions));
    }

    /** Reads a partition from its beginning until {@code count} records have come. */
    List<ConsumerRecord<String, String>> read(String topic, int partition, int count) {
        List<ConsumerRecord<String, String>> records = new ArrayList<>();
        TopicPartition assigned = new TopicPartition(topic, partition);
        try (Consumer<String, String> consumer =
                new KafkaConsumer<>(
                        settings(), new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(assigned));
            consumer.seekToBeginning(List.of(assigned));
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (records.size() < count) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError(
                            "only %d of %d records came".formatted(records.size(), count));
                }
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
        }
        return records;
    }

    /** Joins a group of the classic protocol, consumes something, commits, and leaves. */
    void joinAndLeave(String group, String topic) {
        Map<String, Object> settings = settings();
        settings.put("group.id", group);
        settings.put("auto.offset.reset", "earliest");
        try (Consumer<String, String> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (consumer.poll(Duration.ofMillis(200)).isEmpty()) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("nothing came to group " + group);
                }
            }
            consumer.commitSync();
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
