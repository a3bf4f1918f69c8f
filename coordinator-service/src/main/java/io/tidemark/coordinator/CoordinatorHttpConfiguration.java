package io.tidemark.coordinator;

import io.tidemark.coordinator.api.CoordinatorRoutes;
import io.tidemark.coordinator.runtime.Coordinator;
import io.tidemark.environment.web.BrowserRules;
import io.tidemark.protocol.server.KafkaApis;
import io.tidemark.protocol.transport.ListenAddress;
import io.tidemark.telemetry.gate.PagesStayOut;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** The internal interfaces, where the coordinator is a process of its own. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(CoordinatorKafkaProperties.class)
public class CoordinatorHttpConfiguration {

    @Bean
    PagesStayOut pagesStayOut(Environment environment) {
        String address = environment.getProperty("server.address", "");
        return new PagesStayOut(
                BrowserRules.internal(
                        ListenAddress.names(address), ListenAddress.onLoopback(address)));
    }

    @Bean
    GroupListener groupListener(CoordinatorKafkaProperties properties, KafkaApis groups) {
        return new GroupListener(properties, groups.handlers());
    }

    @Bean
    CoordinatorRetirement coordinatorRetirement(Coordinator coordinator) {
        return new CoordinatorRetirement(coordinator);
    }

    @Bean
    RouterFunction<ServerResponse> coordinatorRoutes(
            Coordinator coordinator, CoordinatorProperties properties, GroupListener groups) {
        Map<String, String> urls =
                properties.peers().stream()
                        .collect(
                                Collectors.toMap(
                                        CoordinatorProperties.Peer::id,
                                        peer -> peer.url().toString()));
        return new CoordinatorRoutes(coordinator, urls, groups::endpoint).routes();
    }
}
