package io.tidemark.coordinator.api;

import static io.tidemark.coordinator.runtime.RunningCoordinator.await;
import static io.tidemark.coordinator.runtime.RunningCoordinator.join;
import static io.tidemark.coordinator.runtime.RunningCoordinator.registration;
import static io.tidemark.coordinator.runtime.RunningCoordinator.topic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.coordinator.runtime.Coordinator;
import io.tidemark.coordinator.runtime.RunningCoordinator;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.metadata.control.ControlPlane.HeartbeatReply.State;
import io.tidemark.metadata.control.CoordinatorStatus;
import io.tidemark.metadata.control.GroupEndpoint;
import io.tidemark.metadata.control.HttpControlPlane;
import io.tidemark.metadata.control.NoCoordinatorException;
import io.tidemark.metadata.control.NodeReports;
import io.tidemark.metadata.control.NodeVitals;
import io.tidemark.metadata.control.Redirect;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.json.MetadataJson;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.web.reactive.function.server.RouterFunctions;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** The client of the control plane against the coordinator's own HTTP interface. */
class HttpControlPlaneIT {
    private static final HttpControlPlane.Timeouts TIMEOUTS =
            new HttpControlPlane.Timeouts(
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(3));

    @TempDir Path folder;
    private Coordinator coordinator;
    private DisposableServer server;

    @BeforeEach
    void start() throws Exception {
        coordinator = RunningCoordinator.alone(folder);
        server = serve(0);
    }

    @AfterEach
    void stop() {
        server.disposeNow();
        coordinator.close();
    }

    @Test
    void shouldRegisterBeatAndCommand() throws Exception {
        try (HttpControlPlane plane = plane(url())) {
            join(plane, 1);
            CommandResult result = await(plane.submit(topic("orders", 3)));
            assertThat(result)
                    .isInstanceOfSatisfying(
                            CommandResult.TopicCreated.class,
                            created ->
                                    assertThat(coordinator.image().topic("orders"))
                                            .contains(created.topic()));
            assertThat(await(plane.submit(topic("orders", 3))))
                    .isInstanceOfSatisfying(
                            CommandResult.Rejected.class,
                            rejected -> assertThat(rejected.error()).isEqualTo((short) 36));
            assertThat(await(plane.heartbeat(new ControlPlane.Heartbeat(9, 1, 1))).state())
                    .isEqualTo(State.UNKNOWN_NODE);
        }
    }

    @Test
    void shouldFollowTheMetadataToTheSameImage() throws Exception {
        try (HttpControlPlane plane = plane(url())) {
            // Given
            join(plane, 1);
            BlockingQueue<Seen> seen = follow(plane);
            Seen snapshot = next(seen);
            assertThat(snapshot.deltas).isZero();
            assertThat(snapshot.image).isEqualTo(coordinator.image());
            // When
            for (int i = 0; i < 20; i++) {
                await(plane.submit(topic("topic-" + i, 2)));
            }
            // Then
            ClusterImage last = awaitTopics(seen, 20);
            assertThat(last).isEqualTo(coordinator.image());
            assertThat(last.stateHash()).isEqualTo(coordinator.image().stateHash());
        }
    }

    @Test
    void shouldReconnectAndCatchUpAfterTheServerWasAway() throws Exception {
        try (HttpControlPlane plane = plane(url())) {
            // Given
            join(plane, 1);
            BlockingQueue<Seen> seen = follow(plane);
            next(seen);
            // When the server is away, and the metadata goes on
            int port = server.port();
            server.disposeNow();
            await(coordinator.submit(topic("orders", 1)));
            server = serve(port);
            // Then
            assertThat(awaitTopics(seen, 1)).isEqualTo(coordinator.image());
            await(plane.submit(topic("payments", 1)));
            assertThat(awaitTopics(seen, 2)).isEqualTo(coordinator.image());
        }
    }

    @Test
    void shouldFindTheLeaderAmongSeveral() throws Exception {
        // Given one that is not there, and one that follows and knows who leads
        URI nobody = URI.create("http://127.0.0.1:1");
        DisposableServer follower = answeringAlways(421, new Redirect("elsewhere", hint()));
        try (HttpControlPlane plane = plane(nobody, uri(follower))) {
            // Then
            join(plane, 1);
            assertThat(await(plane.submit(topic("orders", 1))))
                    .isInstanceOf(CommandResult.TopicCreated.class);
            assertThat(next(follow(plane)).image).isEqualTo(coordinator.image());
        } finally {
            follower.disposeNow();
        }
    }

    @Test
    void shouldFailClearlyWhereNobodyAnswersInTime() throws Exception {
        try (HttpControlPlane plane =
                new HttpControlPlane(
                        List.of(URI.create("http://127.0.0.1:1")),
                        new HttpControlPlane.Timeouts(
                                Duration.ofMillis(200),
                                Duration.ofMillis(300),
                                Duration.ofMillis(300),
                                Duration.ofMillis(300),
                                Duration.ofSeconds(3)))) {
            assertThatThrownBy(() -> await(plane.submit(registration(1, Uuid.randomUuid()))))
                    .cause()
                    .isInstanceOf(NoCoordinatorException.class)
                    .hasMessageContaining("No coordinator answered in time")
                    .hasMessageContaining("http://127.0.0.1:1");
        }
    }

    @Test
    void shouldNotRepeatACommandWhoseOutcomeIsUnknown() throws Exception {
        DisposableServer unsure =
                answeringAlways(504, new Redirect("nobody knows", Optional.empty()));
        try (HttpControlPlane plane = plane(uri(unsure), url())) {
            join(plane(url()), 1);
            assertThatThrownBy(() -> await(plane.submit(topic("orders", 1))))
                    .cause()
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("nobody knows");
            assertThat(coordinator.image().topics()).isEmpty();
        } finally {
            unsure.disposeNow();
        }
    }

    @Test
    void shouldRefuseBodiesThatAreNoCommands() throws Exception {
        for (String body :
                List.of("", "nonsense", "{}", "{\"format\":1,\"body\":{\"type\":\"x\"}}")) {
            HttpResponse<byte[]> response = post(body);
            assertThat(response.statusCode()).as(body).isEqualTo(400);
            assertThat(MetadataJson.decode(response.body(), Redirect.class).message()).isNotBlank();
        }
    }

    @Test
    void shouldTellItsStatus() throws Exception {
        HttpResponse<byte[]> response =
                send(HttpRequest.newBuilder(url().resolve("/internal/status")).build());
        CoordinatorStatus status = MetadataJson.decode(response.body(), CoordinatorStatus.class);
        assertThat(status.leading()).isTrue();
        assertThat(status.leader()).contains("1");
        assertThat(status.version()).isEqualTo(coordinator.image().version());
        assertThat(Long.parseUnsignedLong(status.stateHash(), 16))
                .isEqualTo(coordinator.image().stateHash());
    }

    @Test
    void shouldTellWhatNodesToldOfThemselves() throws Exception {
        try (HttpControlPlane plane = plane(url())) {
            long epoch = join(plane, 1);
            join(plane, 2);
            NodeVitals vitals =
                    new NodeVitals(
                            System.currentTimeMillis() + 3_600_000,
                            List.of(new NodeVitals.SlowDirectory("/data", 1_900)),
                            1,
                            List.of(new NodeVitals.Place("orders", 3)),
                            2);
            await(plane.heartbeat(new ControlPlane.Heartbeat(1, epoch, 99, Optional.of(vitals))));
            NodeReports reports = await(plane.nodeReports());
            assertThat(reports.reports()).hasSize(1);
            NodeReports.Report report = reports.reports().getFirst();
            assertThat(report.nodeId()).isEqualTo(1);
            assertThat(report.vitals()).isEqualTo(vitals);
            // A busy machine may hold the heartbeat up for a while.
            assertThat(report.clockAheadMs()).isBetween(3_600_000L - 60_000, 3_600_000L);
        }
    }

    @Test
    void shouldTellOfEachCoordinatorThatAnswers() throws Exception {
        try (HttpControlPlane plane = plane(URI.create("http://127.0.0.1:1"), url())) {
            List<CoordinatorStatus> told = await(plane.coordinators());
            assertThat(told).hasSize(1);
            assertThat(told.getFirst().id()).isEqualTo("1");
            assertThat(told.getFirst().snapshot()).isEmpty();
            assertThat(told.getFirst().reigns())
                    .singleElement()
                    .satisfies(reign -> assertThat(reign.leader()).isEqualTo("1"));
        }
    }

    private record Seen(ClusterImage image, int deltas) {}

    private static BlockingQueue<Seen> follow(ControlPlane plane) {
        BlockingQueue<Seen> seen = new LinkedBlockingQueue<>();
        plane.subscribe((image, deltas) -> seen.add(new Seen(image, deltas.size())));
        return seen;
    }

    private static Seen next(BlockingQueue<Seen> seen) throws InterruptedException {
        Seen next = seen.poll(20, TimeUnit.SECONDS);
        assertThat(next).as("an image within 20 s").isNotNull();
        return next;
    }

    private static ClusterImage awaitTopics(BlockingQueue<Seen> seen, int count)
            throws InterruptedException {
        long version = -1;
        while (true) {
            ClusterImage image = next(seen).image;
            assertThat(image.version()).isGreaterThan(version);
            version = image.version();
            if (image.topics().size() == count) {
                return image;
            }
        }
    }

    private DisposableServer serve(int port) {
        return bind(
                port,
                new ReactorHttpHandlerAdapter(
                        RouterFunctions.toHttpHandler(
                                new CoordinatorRoutes(
                                                coordinator,
                                                Map.of(),
                                                () -> new GroupEndpoint("10.1.2.3", 9192))
                                        .routes())));
    }

    private static DisposableServer bind(int port, ReactorHttpHandlerAdapter adapter) {
        return HttpServer.create().host("127.0.0.1").port(port).handle(adapter).bindNow();
    }

    private static DisposableServer answeringAlways(int status, Redirect body) {
        return HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .handle(
                        (request, response) ->
                                response.status(status)
                                        .sendByteArray(Mono.just(MetadataJson.encode(body))))
                .bindNow();
    }

    private Optional<String> hint() {
        return Optional.of(url().toString());
    }

    private URI url() {
        return uri(server);
    }

    private static URI uri(DisposableServer server) {
        return URI.create("http://127.0.0.1:" + server.port());
    }

    private static HttpControlPlane plane(URI... coordinators) {
        return new HttpControlPlane(List.of(coordinators), TIMEOUTS);
    }

    private HttpResponse<byte[]> post(String body) throws Exception {
        return send(
                HttpRequest.newBuilder(url().resolve("/internal/commands"))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build());
    }

    private static HttpResponse<byte[]> send(HttpRequest request) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        }
    }
}
