package io.tidemark.coordinator.api;

import static org.springframework.web.reactive.function.server.RequestPredicates.GET;
import static org.springframework.web.reactive.function.server.RequestPredicates.POST;
import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import io.tidemark.coordinator.quorum.NotLeaderException;
import io.tidemark.coordinator.runtime.Coordinator;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.control.ControlPlane.Heartbeat;
import io.tidemark.metadata.control.ControlPlane.HeartbeatReply;
import io.tidemark.metadata.control.GroupEndpoint;
import io.tidemark.metadata.control.Redirect;
import io.tidemark.metadata.json.MetadataFormatException;
import io.tidemark.metadata.json.MetadataJson;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * For services, not for people.
 *
 * <pre>
 * POST /internal/commands    a command    200 its result, refusals included
 * POST /internal/heartbeat   a heartbeat  200 what the coordinator thinks of the node
 * GET  /internal/metadata                 200 NDJSON without end: a snapshot, then changes
 * GET  /internal/quorum                   200 how the coordinators stand
 * GET  /internal/nodes                    200 what nodes tell of themselves
 * GET  /internal/groups                   200 where requests about groups are answered
 * GET  /internal/status                   200 how this coordinator sees itself
 * otherwise                  400 not such a body   413 too large   421 another one leads
 *                            503 nobody leads      504 the outcome is unknown
 * </pre>
 */
public final class CoordinatorRoutes {
    private static final HttpStatusCode MISDIRECTED = HttpStatusCode.valueOf(421);

    private final Coordinator coordinator;
    private final Map<String, String> urls;
    private final Supplier<GroupEndpoint> groups;
    private final NodeConnections connections;

    /**
     * @param urls base URLs of all coordinators by id
     * @param groups where this coordinator answers requests about groups
     */
    public CoordinatorRoutes(
            Coordinator coordinator, Map<String, String> urls, Supplier<GroupEndpoint> groups) {
        this.coordinator = coordinator;
        this.urls = Map.copyOf(urls);
        this.groups = groups;
        this.connections = new NodeConnections(coordinator::disconnected);
    }

    public RouterFunction<ServerResponse> routes() {
        return route(
                        POST("/internal/commands"),
                        request -> answer(request, Command.class, coordinator::submit))
                .andRoute(
                        POST("/internal/heartbeat"),
                        request ->
                                answer(
                                        request,
                                        Heartbeat.class,
                                        heartbeat -> beat(request, heartbeat)))
                .andRoute(GET("/internal/metadata"), request -> metadata())
                .andRoute(GET("/internal/quorum"), request -> led(coordinator::quorum))
                .andRoute(GET("/internal/nodes"), request -> led(coordinator::nodeReports))
                .andRoute(GET("/internal/groups"), request -> groups())
                .andRoute(
                        GET("/internal/status"),
                        request -> json(HttpStatus.OK, coordinator.status()));
    }

    private <C, R> Mono<ServerResponse> answer(
            ServerRequest request, Class<C> type, Function<C, CompletionStage<R>> action) {
        if (!coordinator.isReady()) {
            return elsewhere(coordinator.leadership().leaderId());
        }
        return request.bodyToMono(byte[].class)
                .defaultIfEmpty(new byte[0])
                .flatMap(
                        body -> {
                            try {
                                C asked = MetadataJson.decode(body, type);
                                return Mono.fromCompletionStage(action.apply(asked));
                            } catch (MetadataFormatException e) {
                                return Mono.error(e);
                            }
                        })
                .flatMap(result -> json(HttpStatus.OK, result))
                .onErrorResume(this::failed);
    }

    private CompletionStage<HeartbeatReply> beat(ServerRequest request, Heartbeat heartbeat) {
        CompletionStage<HeartbeatReply> answer = coordinator.heartbeat(heartbeat);
        connections.heard(request, heartbeat, answer);
        return answer;
    }

    private Mono<ServerResponse> led(Supplier<CompletionStage<?>> question) {
        return coordinator.isReady()
                ? Mono.fromCompletionStage(question::get)
                        .flatMap(status -> json(HttpStatus.OK, status))
                        .onErrorResume(this::failed)
                : elsewhere(coordinator.leadership().leaderId());
    }

    private Mono<ServerResponse> groups() {
        return coordinator.isReady()
                ? json(HttpStatus.OK, groups.get())
                : elsewhere(coordinator.leadership().leaderId());
    }

    private Mono<ServerResponse> metadata() {
        BooleanSupplier leads = coordinator.reign();
        if (!leads.getAsBoolean()) {
            return elsewhere(coordinator.leadership().leaderId());
        }
        return ServerResponse.ok()
                .contentType(MediaType.APPLICATION_NDJSON)
                .body(new MetadataLines(coordinator.feed(), leads)::writeTo);
    }

    private Mono<ServerResponse> failed(Throwable failure) {
        return switch (failure) {
            case CompletionException wrapped when wrapped.getCause() != null ->
                    failed(wrapped.getCause());
            case MetadataFormatException malformed -> problem(HttpStatus.BAD_REQUEST, malformed);
            case DataBufferLimitException large -> problem(HttpStatus.CONTENT_TOO_LARGE, large);
            case NotLeaderException notLeader -> elsewhere(notLeader.leaderId());
            case Throwable other -> problem(HttpStatus.GATEWAY_TIMEOUT, other);
        };
    }

    private Mono<ServerResponse> elsewhere(Optional<String> leaderId) {
        Optional<String> url =
                leaderId.filter(leader -> !leader.equals(coordinator.id()))
                        .flatMap(leader -> Optional.ofNullable(urls.get(leader)));
        return url.isPresent()
                ? json(MISDIRECTED, new Redirect("Another coordinator leads", url))
                : problem(HttpStatus.SERVICE_UNAVAILABLE, "No coordinator leads at the moment");
    }

    private static Mono<ServerResponse> problem(HttpStatusCode status, Throwable cause) {
        return problem(status, String.valueOf(cause.getMessage()));
    }

    private static Mono<ServerResponse> problem(HttpStatusCode status, String message) {
        return json(status, new Redirect(message, Optional.empty()));
    }

    private static Mono<ServerResponse> json(HttpStatusCode status, Object body) {
        return ServerResponse.status(status)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(MetadataJson.encode(body));
    }
}
