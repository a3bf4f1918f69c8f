package io.tidemark.metadata.control;

import io.tidemark.environment.Clock;
import io.tidemark.environment.thread.OwnedThreads;
import io.tidemark.environment.thread.Pulse;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.control.CoordinatorClient.Limits;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;

/**
 * The control plane over HTTP. Knows all coordinators and finds the one that leads. Each
 * subscription has a daemon thread of its own, {@code metadata-stream}; other callbacks come on
 * threads of the HTTP client.
 */
public final class HttpControlPlane implements ControlPlane {
    private final HttpClient http;
    private final CoordinatorClient client;
    private final Timeouts timeouts;
    private final Clock clock;
    private final OwnedThreads threads;
    private final BiConsumer<String, Pulse> watch;
    private final Set<MetadataStream> streams = ConcurrentHashMap.newKeySet();

    /**
     * @param connect for a connection to a coordinator
     * @param command for a command, repetitions included
     * @param attempt for the first attempt of a command that may be repeated; the next ones get
     *     twice the time of the one before
     * @param heartbeat for a heartbeat, repetitions included; shorter than a session
     * @param silence of the metadata stream after which another connection is made; the coordinator
     *     gives a sign of life twice a second
     */
    public record Timeouts(
            Duration connect,
            Duration command,
            Duration attempt,
            Duration heartbeat,
            Duration silence) {
        public static final Timeouts DEFAULT =
                new Timeouts(
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(15),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2));
    }

    /**
     * For a process that need not end when this one's thread does.
     *
     * @param coordinators base URLs, such as {@code http://127.0.0.1:8090}; at least one
     */
    public HttpControlPlane(List<URI> coordinators, Timeouts timeouts) {
        this(
                coordinators,
                timeouts,
                Clock.system(),
                new OwnedThreads(reason -> {}),
                (name, pulse) -> {});
    }

    /**
     * As above.
     *
     * @param threads makes the one that follows the metadata
     * @param watch told of that thread when it begins
     */
    public HttpControlPlane(
            List<URI> coordinators,
            Timeouts timeouts,
            Clock clock,
            OwnedThreads threads,
            BiConsumer<String, Pulse> watch) {
        if (coordinators.isEmpty()) {
            throw new IllegalArgumentException("At least one coordinator's URL is needed");
        }
        this.timeouts = timeouts;
        this.clock = clock;
        this.threads = threads;
        this.watch = watch;
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(timeouts.connect)
                        .build();
        this.client =
                new CoordinatorClient(http, coordinators, RandomGenerator.getDefault(), clock);
    }

    @Override
    public CompletionStage<CommandResult> submit(Command command) {
        return client.post(
                "/internal/commands",
                command,
                CommandResult.class,
                Repeat.isHarmless(command),
                commands());
    }

    @Override
    public CompletionStage<HeartbeatReply> heartbeat(Heartbeat heartbeat) {
        return client.post(
                "/internal/heartbeat",
                heartbeat,
                HeartbeatReply.class,
                true,
                new Limits(timeouts.heartbeat, timeouts.heartbeat.dividedBy(2)));
    }

    @Override
    public CompletionStage<QuorumStatus> quorum() {
        return client.get("/internal/quorum", QuorumStatus.class, commands());
    }

    @Override
    public CompletionStage<NodeReports> nodeReports() {
        return client.get("/internal/nodes", NodeReports.class, commands());
    }

    @Override
    public CompletionStage<List<CoordinatorStatus>> coordinators() {
        return client.askEach("/internal/status", CoordinatorStatus.class, timeouts.attempt);
    }

    @Override
    public CompletionStage<GroupEndpoint> groupEndpoint() {
        return client.get(
                "/internal/groups",
                GroupEndpoint.class,
                new Limits(timeouts.heartbeat, timeouts.heartbeat.dividedBy(2)));
    }

    @Override
    public Subscription subscribe(MetadataListener listener) {
        MetadataStream stream =
                new MetadataStream(http, client, timeouts.silence, listener, clock, threads);
        streams.add(stream);
        stream.start();
        watch.accept(MetadataStream.NAME, stream);
        return () -> {
            streams.remove(stream);
            stream.close();
        };
    }

    private Limits commands() {
        return new Limits(timeouts.command, timeouts.attempt);
    }

    @Override
    public void close() {
        streams.forEach(MetadataStream::close);
        http.shutdownNow();
    }
}
