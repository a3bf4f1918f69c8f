package io.tidemark.gateway.ui;

import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** The admin UI's parts. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(UiProperties.class)
public class UiConfiguration {
    private static final Logger LOG = LoggerFactory.getLogger(UiConfiguration.class);

    @Bean
    RouterFunction<ServerResponse> uiRoutes(UiProperties properties) {
        return new UiHandler(files(properties.directory())).routes();
    }

    /** Without it a gateway is a whole one: it says what is amiss, and starts. */
    private static UiFiles files(String directory) {
        if (directory.isBlank()) {
            return UiFiles.none();
        }
        try {
            return UiFiles.read(Path.of(directory));
        } catch (IOException e) {
            LOG.warn("The admin UI in {} cannot be read: {}", directory, e.getMessage());
            return UiFiles.none();
        }
    }
}
