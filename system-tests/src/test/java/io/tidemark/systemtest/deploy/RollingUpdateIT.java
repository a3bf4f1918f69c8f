package io.tidemark.systemtest.deploy;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.tidemark.cluster.layout.ClusterLayout.Size;
import io.tidemark.cluster.layout.Service;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.systemtest.broker.Installation;
import io.tidemark.testkit.cluster.ClusterMember;
import io.tidemark.testkit.cluster.ClusterProcesses;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code helm upgrade}, acted out with processes: the three workloads of the rendered chart roll at
 * the same time, each in Kubernetes' order and with the chart's hooks, while clients write.
 */
class RollingUpdateIT {
    private static final String TOPIC = "rolled";
    private static final int PARTITIONS = 6;
    private static final int MIN_ISR = 2;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir Path folder;

    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean writing = new AtomicBoolean(true);
    private final List<ClusterMember> endpoints = new CopyOnWriteArrayList<>();

    @Test
    @Timeout(1_200)
    void shouldFailNoCallAndKeepEnoughReplicasWhileEverythingIsRestarted() throws Exception {
        List<HasMetadata> chart =
                HelmChart.resources(HelmChart.FOLDER.resolve("ci").resolve("default.yaml"));
        Path logs = Installation.newLogFolder();
        try (ClusterProcesses cluster =
                        ClusterProcesses.start(
                                ClusterProcesses.Plan.ofThree(Installation.distribution(), folder)
                                        .loggingTo(logs)
                                        // A busy machine stalls for longer than a quiet cluster.
                                        .with("tidemark.coordinator.election-timeout", "1500ms")
                                        .with("tidemark.coordinator.session-timeout", "5s")
                                        .of(Size.ofNodes(3, 2)));
                Admin admin = Admin.create(settings(cluster))) {
            // Given
            admin.createTopics(List.of(new NewTopic(TOPIC, PARTITIONS, (short) 3))).all().get();
            cluster.awaitFullIsr(PATIENCE);
            endpoints.addAll(cluster.all(Service.GATEWAY));
            awaitTopicAtAllGateways(cluster);
            CompletableFuture<Void> kafka = background(() -> writeKafka(cluster));
            CompletableFuture<Void> rest = background(this::writeRest);
            CompletableFuture<Worst> worst = worstMoment(cluster);
            // When
            CompletableFuture<Void> nodes =
                    background(() -> rollSet(chart, cluster, "partition", Service.NODE));
            CompletableFuture<Void> coordinators =
                    background(() -> rollSet(chart, cluster, "coordinator", Service.COORDINATOR));
            CompletableFuture<Void> gateways = background(() -> rollGateways(chart, cluster));
            CompletableFuture.allOf(nodes, coordinators, gateways).get(15, TimeUnit.MINUTES);
            // Then
            writing.set(false);
            CompletableFuture.allOf(kafka, rest).get(2, TimeUnit.MINUTES);
            assertThat(failures).isEmpty();
            assertThat(worst.get(10, TimeUnit.SECONDS))
                    .as("the worst moment; fenced were:%n%s", fencings(logs))
                    .matches(moment -> moment.inSync >= MIN_ISR, "enough replicas in sync");
            assertThat(acknowledged).hasSizeGreaterThan(500);
            assertThat(readAll(cluster)).containsAll(acknowledged);
        } finally {
            writing.set(false);
        }
    }

    /** The highest number first; the next one only when the one before is ready. */
    private static void rollSet(
            List<HasMetadata> chart, ClusterProcesses cluster, String component, Service service) {
        PodSpec template =
                HelmChart.find(chart, StatefulSet.class, "log-tidemark-" + component)
                        .getSpec()
                        .getTemplate()
                        .getSpec();
        for (ClusterMember member : cluster.all(service).reversed()) {
            String said = new RolledPod(template, member).replace();
            if (service == Service.NODE) {
                assertThat(said).as(member + "'s hook").contains("200", "\"drained\":true");
            }
        }
    }

    /** A pod that ends gets no new requests from the moment its hook begins. */
    private void rollGateways(List<HasMetadata> chart, ClusterProcesses cluster) {
        PodSpec template =
                HelmChart.find(chart, Deployment.class, "log-tidemark-gateway")
                        .getSpec()
                        .getTemplate()
                        .getSpec();
        for (ClusterMember gateway : cluster.all(Service.GATEWAY)) {
            endpoints.remove(gateway);
            new RolledPod(template, gateway).replace();
            endpoints.add(gateway);
        }
    }

    private void writeKafka(ClusterProcesses cluster) throws InterruptedException {
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(
                        settings(cluster), new StringSerializer(), new StringSerializer())) {
            for (int i = 0; writing.get(); i++) {
                String value = "kafka-" + i;
                producer.send(
                        new ProducerRecord<>(TOPIC, value, value),
                        (metadata, failure) -> {
                            if (failure == null) {
                                acknowledged.add(value);
                            } else {
                                failures.add(value + ": " + failure);
                            }
                        });
                TimeUnit.MILLISECONDS.sleep(5); // the load's pace
            }
        }
    }

    private void writeRest() throws InterruptedException {
        try (HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            for (int i = 0; writing.get(); i++) {
                String value = "rest-" + i;
                List<ClusterMember> serving = List.copyOf(endpoints);
                ClusterMember gateway = serving.get(i % serving.size());
                HttpRequest request =
                        HttpRequest.newBuilder(
                                        URI.create(
                                                gateway.member().url()
                                                        + "/topics/"
                                                        + TOPIC
                                                        + "/events?key="
                                                        + value))
                                .timeout(PATIENCE)
                                .POST(BodyPublishers.ofString(value))
                                .build();
                try {
                    HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
                    if (answer.statusCode() == 200) {
                        acknowledged.add(value);
                    } else {
                        failures.add(value + ": " + answer.statusCode() + " " + answer.body());
                    }
                } catch (IOException e) {
                    failures.add(value + " at " + gateway + ": " + e);
                }
                TimeUnit.MILLISECONDS.sleep(10); // the load's pace
            }
        }
    }

    private CompletableFuture<Worst> worstMoment(ClusterProcesses cluster) {
        return CompletableFuture.supplyAsync(
                () -> {
                    Worst worst = Worst.NEVER_SEEN;
                    while (writing.get()) {
                        Optional<Worst> now = cluster.image().map(Worst::of);
                        if (now.isPresent() && now.get().inSync < worst.inSync) {
                            worst = now.get();
                        }
                        LockSupport.parkNanos(20_000_000); // a look every 20 ms
                    }
                    return worst;
                },
                task -> Thread.ofPlatform().daemon().start(task));
    }

    /** The fewest live replicas in sync with a partition, and what explains it. */
    private record Worst(
            int inSync, LocalTime at, Collection<NodeImage> nodes, Optional<TopicImage> topic) {
        static final Worst NEVER_SEEN =
                new Worst(Integer.MAX_VALUE, LocalTime.MIDNIGHT, List.of(), Optional.empty());

        static Worst of(ClusterImage image) {
            return new Worst(
                    leastInSync(image),
                    LocalTime.now(),
                    image.nodes().values(),
                    image.topic(TOPIC));
        }
    }

    /** What the coordinators wrote of nodes that they gave up. */
    private static String fencings(Path logs) throws IOException {
        StringBuilder lines = new StringBuilder();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(logs, "coordinator-*.log")) {
            for (Path file : files) {
                for (String line : Files.readAllLines(file)) {
                    if (line.contains("Fencing")) {
                        lines.append(file.getFileName()).append(": ").append(line).append('\n');
                    }
                }
            }
        }
        return lines.toString();
    }

    private static int leastInSync(ClusterImage image) {
        return image.topic(TOPIC).orElseThrow().partitions().stream()
                .mapToInt(
                        partition ->
                                (int)
                                        partition.isr().stream()
                                                .filter(
                                                        id ->
                                                                image.node(id)
                                                                        .filter(NodeImage::live)
                                                                        .isPresent())
                                                .count())
                .min()
                .orElseThrow();
    }

    private static void awaitTopicAtAllGateways(ClusterProcesses cluster) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (ClusterMember gateway : cluster.all(Service.GATEWAY)) {
                AtomicReference<String> last = new AtomicReference<>("nothing");
                ClusterProcesses.await(
                        "the topic at " + gateway,
                        PATIENCE,
                        () -> {
                            last.set(topicAt(gateway, http));
                            return "200".equals(last.get());
                        },
                        () ->
                                "but %s; alive: %s, leads: %s, its log: %s"
                                        .formatted(
                                                last,
                                                gateway.isAlive(),
                                                cluster.leadingCoordinator(),
                                                gateway.process().logTail()));
            }
        }
    }

    /** The status, and the text where that is not 200. */
    private static String topicAt(ClusterMember gateway, HttpClient http) {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(gateway.member().url() + "/topics/" + TOPIC))
                        .timeout(Duration.ofSeconds(30))
                        .build();
        try {
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            return answer.statusCode() == 200 ? "200" : answer.statusCode() + answer.body();
        } catch (IOException e) {
            return e.toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return e.toString();
        }
    }

    private static Set<String> readAll(ClusterProcesses cluster) {
        Set<String> values = new HashSet<>();
        List<TopicPartition> partitions =
                IntStream.range(0, PARTITIONS).mapToObj(i -> new TopicPartition(TOPIC, i)).toList();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(
                        settings(cluster), new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
            while (System.nanoTime() < deadlineNanos
                    && partitions.stream()
                            .anyMatch(p -> consumer.position(p) < requireNonNull(ends.get(p)))) {
                consumer.poll(Duration.ofSeconds(1)).forEach(record -> values.add(record.value()));
            }
        }
        return values;
    }

    private static Map<String, Object> settings(ClusterProcesses cluster) {
        return Map.of(
                "bootstrap.servers",
                cluster.bootstrapServers(),
                "reconnect.backoff.max.ms",
                200,
                "retry.backoff.max.ms",
                200);
    }

    /** What may be interrupted. */
    private interface Work {
        void run() throws InterruptedException;
    }

    private static CompletableFuture<Void> background(Work work) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        work.run();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                task -> Thread.ofPlatform().daemon().start(task));
    }
}
