package io.tidemark.gateway.runtime;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tidemark.gateway.api.Route;
import io.tidemark.gateway.api.Route.Body;
import io.tidemark.gateway.api.RouteGroup;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.routing.ClusterView;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.health.actuate.endpoint.HealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.contributor.Status;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * What Strimzi's bridge has for probes and scrapes beside its API, at the paths where it has them.
 * The answers are those of {@code /actuator/health} and {@code /actuator/prometheus}.
 */
public final class ProbeRoutes implements RouteGroup {

    private static final String TAG = "Probes";

    /** Scrapes that come closer together share one. */
    private static final Duration SHARED = Duration.ofSeconds(1);

    private final ClusterView view;
    private final ObjectProvider<HealthEndpoint> health;
    private final Mono<String> scrape;

    public ProbeRoutes(
            ClusterView view,
            ObjectProvider<HealthEndpoint> health,
            ObjectProvider<PrometheusMeterRegistry> metrics) {
        this.view = view;
        this.health = health;
        this.scrape =
                Mono.fromCallable(() -> metrics.getObject().scrape())
                        .subscribeOn(Schedulers.boundedElastic())
                        .cache(text -> SHARED, failure -> Duration.ZERO, () -> Duration.ZERO);
    }

    @Override
    public List<Route> routes() {
        return List.of(
                probe("/healthy", "Whether this process is alive")
                        .servedBy(request -> answer("liveness", true)),
                probe("/ready", "Whether this gateway can serve requests")
                        .servedBy(request -> answer("readiness", view.ready())),
                Route.get("/metrics")
                        .tag(TAG)
                        .summary("The metrics, as Prometheus reads them")
                        .answers(200, "Metrics", Body.text("text/plain", ""))
                        .servedBy(this::metrics));
    }

    private static Route.Builder probe(String path, String summary) {
        return Route.get(path)
                .tag(TAG)
                .summary(summary)
                .answers(204, "It is", Body.NONE)
                .answers(503, "It is not", Body.error());
    }

    /**
     * @param group of Spring's health
     * @param otherwise whether all is well, where that has no such group
     */
    private Mono<ServerResponse> answer(String group, boolean otherwise) {
        return Mono.fromCallable(() -> isUp(group, otherwise))
                .subscribeOn(Schedulers.boundedElastic())
                .flatMap(
                        up ->
                                up
                                        ? ServerResponse.noContent().build()
                                        : Mono.error(
                                                ApiError.unavailable(
                                                                "The %s check fails; see /actuator/health."
                                                                        .formatted(group))
                                                        .exception()));
    }

    private boolean isUp(String group, boolean otherwise) {
        HealthEndpoint endpoint = health.getIfAvailable();
        @Nullable HealthDescriptor found = endpoint == null ? null : endpoint.healthForPath(group);
        return otherwise && (found == null || found.getStatus().equals(Status.UP));
    }

    private Mono<ServerResponse> metrics(ServerRequest request) {
        return scrape.flatMap(
                text ->
                        ServerResponse.ok()
                                .header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                                .bodyValue(text));
    }
}
