package io.tidemark.gateway.group.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class BaseUriTest {

    private static String uri(Map<String, String> headers) {
        return BaseUri.of(headers::get, "http", "10.0.0.1:8080", "my group", "a/b");
    }

    @Test
    void shouldNameTheHostThatTheClientAsked() {
        assertThat(uri(Map.of("Host", "broker:8080")))
                .isEqualTo("http://broker:8080/consumers/my%20group/instances/a%2Fb");
        assertThat(uri(Map.of())).startsWith("http://10.0.0.1:8080/consumers/");
    }

    @Test
    void shouldNameTheProxyThatTheClientAsked() {
        assertThat(
                        uri(
                                Map.of(
                                        "Host",
                                        "inner:8080",
                                        "X-Forwarded-Proto",
                                        "https",
                                        "X-Forwarded-Host",
                                        "api.example.com, inner",
                                        "X-Forwarded-Prefix",
                                        "/kafka/")))
                .startsWith("https://api.example.com/kafka/consumers/");
        assertThat(
                        uri(
                                Map.of(
                                        "Host",
                                        "inner:8080",
                                        "Forwarded",
                                        "for=1.2.3.4;proto=https;host=\"api.example.com:8443\", for=x;host=inner")))
                .startsWith("https://api.example.com:8443/consumers/");
    }
}
