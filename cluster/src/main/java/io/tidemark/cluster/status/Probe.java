package io.tidemark.cluster.status;

import io.tidemark.cluster.layout.ClusterFolder;
import io.tidemark.cluster.layout.ClusterLayout;
import io.tidemark.cluster.layout.Member;
import io.tidemark.cluster.layout.Service;
import io.tidemark.cluster.process.LastWords;
import io.tidemark.cluster.process.MemberProcess;
import io.tidemark.cluster.process.ProcessState;
import io.tidemark.metadata.control.CoordinatorStatus;
import io.tidemark.metadata.control.StreamMessage;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.json.MetadataFormatException;
import io.tidemark.metadata.json.MetadataJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks the members of a cluster, all at once, over their HTTP interfaces. Any thread; blocks. */
public final class Probe implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int OK = 200;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final ClusterFolder folder;
    private final ClusterLayout layout;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(1))
                    .build();

    public Probe(ClusterFolder folder, ClusterLayout layout) {
        this.folder = folder;
        this.layout = layout;
    }

    /** The whole cluster as it is now. */
    public ClusterStatus status() {
        List<Observation> observations = new ArrayList<>();
        Optional<ClusterImage> image;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Optional<ClusterImage>> asked = threads.submit(this::image);
            List<Future<Observation>> members =
                    layout.members().stream()
                            .map(member -> threads.submit(() -> observe(member)))
                            .toList();
            for (Future<Observation> member : members) {
                observations.add(member.get());
            }
            image = asked.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
        return new StatusAssembly(layout, observations, image).assemble();
    }

    /** The metadata, from whichever coordinator leads; empty where none does. */
    public Optional<ClusterImage> image() {
        for (Member coordinator : layout.members(Service.COORDINATOR)) {
            Optional<ClusterImage> image = imageOf(coordinator);
            if (image.isPresent()) {
                return image;
            }
        }
        return Optional.empty();
    }

    /**
     * Nodes that have left the cluster, though its layout still names them.
     *
     * @param image as the leading coordinator has it
     */
    public List<Member> left(Optional<ClusterImage> image) {
        return layout.members(Service.NODE).stream()
                .filter(
                        node -> {
                            MemberProcess process = new MemberProcess(folder, node);
                            return Departure.hasLeft(
                                    node, process.state(), process.hasJoined(), image);
                        })
                .toList();
    }

    private Optional<ClusterImage> imageOf(Member coordinator) {
        try {
            HttpResponse<InputStream> response =
                    http.send(
                            request(coordinator.url() + "/internal/metadata"),
                            BodyHandlers.ofInputStream());
            try (BufferedReader lines =
                    new BufferedReader(
                            new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
                String line = response.statusCode() == OK ? lines.readLine() : null;
                return line != null
                                && MetadataJson.decode(line, StreamMessage.class)
                                        instanceof StreamMessage.Snapshot(ClusterImage image)
                        ? Optional.of(image)
                        : Optional.empty();
            }
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private Observation observe(Member member) {
        MemberProcess process = new MemberProcess(folder, member);
        ProcessState state = process.state();
        boolean answers = state == ProcessState.UP || state == ProcessState.STARTING_OR_STOPPING;
        return new Observation(
                member,
                state,
                process.pid(),
                process.startedAt().map(start -> Duration.between(start, Instant.now())),
                state == ProcessState.DOWN
                        ? LastWords.in(folder.logOf(member))
                        : new LastWords.None(),
                member.service() == Service.NODE && process.hasJoined(),
                answers
                        ? get(member.managementUrl() + "/actuator/health", false)
                                .map(page -> HealthPage.read(page, System.currentTimeMillis()))
                        : Optional.empty(),
                answers && member.service() == Service.COORDINATOR
                        ? coordinatorStatus(member)
                        : Optional.empty(),
                answers && member.service() == Service.NODE ? replicas(member) : Optional.empty());
    }

    /** How a coordinator sees itself; empty where it does not answer. */
    public Optional<CoordinatorStatus> coordinatorStatus(Member coordinator) {
        Optional<String> body = get(coordinator.url() + "/internal/status", true);
        try {
            return body.isPresent()
                    ? Optional.of(MetadataJson.decode(body.get(), CoordinatorStatus.class))
                    : Optional.empty();
        } catch (MetadataFormatException e) {
            return Optional.empty();
        }
    }

    /** Whether a member serves requests, by its own account. */
    public boolean isReady(Member member) {
        return get(member.managementUrl() + "/actuator/health/readiness", true).isPresent();
    }

    private Optional<List<Observation.ReplicaReport>> replicas(Member node) {
        return get(node.url() + "/internal/replicas", true).map(Probe::replicas);
    }

    private static List<Observation.ReplicaReport> replicas(String body) {
        List<Observation.ReplicaReport> reports = new ArrayList<>();
        try {
            for (JsonNode replica : JSON.readTree(body).path("replicas")) {
                reports.add(JSON.treeToValue(replica, Observation.ReplicaReport.class));
            }
        } catch (JacksonException e) {
            return List.of(); // of another version: lag is shown where it is known
        }
        return reports;
    }

    private Optional<String> get(String url, boolean mustSucceed) {
        try {
            HttpResponse<String> response = http.send(request(url), BodyHandlers.ofString());
            return mustSucceed && response.statusCode() != OK
                    ? Optional.empty()
                    : Optional.of(response.body());
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static HttpRequest request(String url) {
        return HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE).build();
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
