package io.tidemark.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Limits of one gateway. */
class RateLimitIT extends RunningGateway {

    @Override
    Map<String, String> settings() {
        return Map.of(
                "tidemark.gateway.limits.address-requests", "3",
                "tidemark.gateway.limits.burst", "2s",
                "tidemark.gateway.limits.address-bytes", "20KB");
    }

    private Reply refused(String method, String path, String body) throws Exception {
        for (int i = 0; i < 200; i++) {
            Reply reply = send(method, path, "text/plain", body);
            if (reply.status() == 429) {
                return reply;
            }
            assertThat(reply.status()).as(reply.body()).isEqualTo(200);
            assertThat(reply.header("RateLimit")).startsWith("\"address-requests\";r=");
        }
        throw new AssertionError("never refused");
    }

    private static void assertRefusal(Reply reply) {
        assertError(reply, 429, 42902);
        assertThat(Integer.parseInt(reply.retryAfter())).isBetween(1, 60);
        assertThat(reply.header("RateLimit-Policy"))
                .isEqualTo(
                        "\"address-requests\";q=6;w=2,"
                                + " \"address-bytes\";q=40960;w=2;qu=\"content-bytes\"");
        assertThat(reply.header("RateLimit")).contains("\"address-requests\";r=");
    }

    @Test
    void shouldRefuseRequestsBeyondTheLimitOnEveryKindOfRoute() throws Exception {
        assertRefusal(refused("POST", "/topics/orders/events", "v"));
        assertRefusal(refused("GET", "/topics", ""));
        int stored = partitions.stored().size();
        assertThat(stored).isBetween(6, 40);
        assertThat(
                        context.getBean(io.micrometer.core.instrument.MeterRegistry.class)
                                .get("tidemark.gateway.limits.refused")
                                .functionCounter()
                                .count())
                .isEqualTo(2);
    }

    @Test
    void shouldRefuseWhoHasSentTooManyBytes() throws Exception {
        Reply first = post("/topics/orders/events", "text/plain", "x".repeat(90_000));

        Reply second = post("/topics/orders/events", "text/plain", "y");

        assertThat(first.status()).isEqualTo(200);
        assertRefusal(second);
        assertThat(second.json().get("message").asString()).contains("bytes");
    }
}
