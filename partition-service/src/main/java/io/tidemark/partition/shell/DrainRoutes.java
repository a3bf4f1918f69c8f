package io.tidemark.partition.shell;

import static org.springframework.web.reactive.function.server.RequestPredicates.POST;
import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import io.tidemark.environment.web.BrowserRules;
import io.tidemark.partition.node.PartitionNode;
import io.tidemark.partition.runtime.PartitionRuntime;
import io.tidemark.protocol.transport.ListenAddress;
import io.tidemark.telemetry.gate.PagesStayOut;
import java.time.Duration;
import java.util.Map;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * For the hook that runs before a container stops.
 *
 * <pre>
 * POST /internal/drain?timeout=60s   200 drained: this node leads nothing that others could lead
 *                                    503 not within that time, and why
 *                                    400 no such duration
 * </pre>
 */
@Configuration(proxyBeanMethods = false)
public class DrainRoutes {
    private static final Duration LONGEST = Duration.ofMinutes(30);

    @Bean
    PagesStayOut pagesStayOut(Environment environment) {
        String address = environment.getProperty("server.address", "");
        return new PagesStayOut(
                BrowserRules.internal(
                        ListenAddress.names(address), ListenAddress.onLoopback(address)));
    }

    @Bean
    RouterFunction<ServerResponse> drain(PartitionNode node) {
        return route(POST("/internal/drain"), request -> drain(node.runtime(), request));
    }

    private static Mono<ServerResponse> drain(PartitionRuntime runtime, ServerRequest request) {
        String text = request.queryParam("timeout").orElse("60s");
        Duration timeout;
        try {
            timeout = DurationStyle.detectAndParse(text);
        } catch (IllegalArgumentException e) {
            return wrong(text);
        }
        if (timeout.isNegative() || timeout.compareTo(LONGEST) > 0) {
            return wrong(text);
        }
        return Mono.fromCallable(() -> runtime.drainInTurn(timeout))
                .subscribeOn(Schedulers.boundedElastic())
                .flatMap(
                        outcome ->
                                ServerResponse.status(
                                                outcome.drained()
                                                        ? HttpStatus.OK
                                                        : HttpStatus.SERVICE_UNAVAILABLE)
                                        .bodyValue(outcome));
    }

    private static Mono<ServerResponse> wrong(String text) {
        return ServerResponse.badRequest()
                .bodyValue(
                        Map.of(
                                "reason",
                                "timeout is '%s': must be a duration from 0s to 30m"
                                        .formatted(text)));
    }
}
