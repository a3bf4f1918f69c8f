package io.tidemark.coordinator;

import io.tidemark.coordinator.api.CoordinatorRoutes;
import io.tidemark.coordinator.runtime.Coordinator;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** The internal HTTP interface, where the coordinator is a process of its own. */
@Configuration(proxyBeanMethods = false)
public class CoordinatorHttpConfiguration {

    @Bean
    RouterFunction<ServerResponse> coordinatorRoutes(
            Coordinator coordinator, CoordinatorProperties properties) {
        Map<String, String> urls =
                properties.peers().stream()
                        .collect(
                                Collectors.toMap(
                                        CoordinatorProperties.Peer::id,
                                        peer -> peer.url().toString()));
        return new CoordinatorRoutes(coordinator, properties.id(), urls).routes();
    }
}
