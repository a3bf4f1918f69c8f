package io.tidemark.gateway.trace;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Traces of produce requests and of deliveries.
 *
 * @param endpoint Where spans are sent by OTLP over HTTP, such as {@code
 *     http://collector:4318/v1/traces}; where empty none are made.
 * @param sampling Share of the requests without a {@code traceparent} that are traced, from 0 to 1.
 *     Those with one are traced where it says so.
 */
@ConfigurationProperties("tidemark.gateway.tracing")
public record TracingProperties(@Nullable URI endpoint, @DefaultValue("0.1") double sampling) {

    public TracingProperties {
        if (!(sampling >= 0 && sampling <= 1)) {
            throw new IllegalArgumentException(
                    "tidemark.gateway.tracing.sampling is " + sampling + ": must be from 0 to 1");
        }
        if (endpoint != null
                && !endpoint.toString().isEmpty()
                && !("http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme()))) {
            throw new IllegalArgumentException(
                    "tidemark.gateway.tracing.endpoint is "
                            + endpoint
                            + ": must be a URL such as http://collector:4318/v1/traces");
        }
    }

    boolean on() {
        return endpoint != null && !endpoint.toString().isEmpty();
    }
}
