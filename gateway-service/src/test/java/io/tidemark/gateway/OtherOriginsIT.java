package io.tidemark.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.RawHttp.Answer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What pages of other origins, and names that are not ours, may do with a developer's gateway. */
class OtherOriginsIT extends RunningGateway {

    private static final String EVIL = "Origin: http://evil.example";
    private static final String WANTED = "https://app.example";
    private static final String EVENTS = "/topics/orders/events";
    private static final String TOPICS = "/v3/clusters/cluster-1/topics";

    @Override
    Map<String, String> settings() {
        return Map.of(
                "tidemark.gateway.allowed-origins[0]",
                WANTED,
                "tidemark.gateway.allowed-hosts[0]",
                "broker.example",
                "tidemark.gateway.allowed-hosts[1]",
                "*.apps.example");
    }

    @Test
    void shouldRefuseWhatAPageOfAnotherOriginSends() throws IOException {
        for (List<String> browser :
                List.of(
                        List.of(EVIL),
                        List.of("Origin: null"),
                        List.of("Origin: http://localhost:1"),
                        List.of(EVIL, "Sec-Fetch-Site: cross-site"),
                        List.of("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors"),
                        List.of("Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: navigate"))) {
            String[] headers = browser.toArray(String[]::new);

            // Then: neither what is served before WebFlux nor what WebFlux serves
            assertRefused(RawHttp.send(port, "POST " + EVENTS, "x", headers));
            assertRefused(RawHttp.send(port, "POST " + TOPICS, "{}", headers));
            assertRefused(RawHttp.send(port, "DELETE " + TOPICS + "/orders", "", headers));
            assertRefused(RawHttp.send(port, "GET /groups/g/events?topics=orders", "", headers));
            assertRefused(RawHttp.send(port, "POST /actuator/health", "", headers));
        }
        assertThat(partitions.stored()).isEmpty();
    }

    @Test
    void shouldServeWhatIsNotAPageAndOurOwnPages() throws IOException {
        assertThat(RawHttp.send(port, "POST " + EVENTS, "x").status()).isEqualTo(200);
        assertThat(
                        RawHttp.send(
                                        port,
                                        "POST " + EVENTS,
                                        "x",
                                        "Content-Type: application/x-www-form-urlencoded")
                                .status())
                .isEqualTo(200);
        // Our own page, and the one that a developer's web server serves and passes on
        for (String host : List.of("localhost:5173", "127.0.0.1:8080", "[::1]:8080")) {
            String[] own = {
                "Host: " + host, "Origin: http://" + host, "Sec-Fetch-Site: same-origin"
            };
            assertThat(RawHttp.send(port, "POST " + EVENTS, "x", own).status()).isEqualTo(200);
        }
        // A link on some page
        assertThat(
                        RawHttp.send(
                                        port,
                                        "GET /topics",
                                        "",
                                        "Sec-Fetch-Site: cross-site",
                                        "Sec-Fetch-Mode: navigate",
                                        "Sec-Fetch-Dest: document")
                                .status())
                .isEqualTo(200);
    }

    @Test
    void shouldRefuseNamesThatAreNotOurs() throws IOException {
        for (String host : List.of("evil.example", "evil.example:8080", "127.0.0.1.evil.example")) {
            for (String start : List.of("POST " + EVENTS, "GET /topics", "GET /actuator/health")) {
                Answer answer =
                        RawHttp.send(
                                port,
                                start,
                                start.startsWith("POST") ? "x" : "",
                                "Host: " + host,
                                "Origin: http://" + host,
                                "Sec-Fetch-Site: same-origin");
                assertThat(answer.status()).as(start + " at " + host).isEqualTo(421);
                assertThat(answer.body()).contains("allowed-hosts");
            }
        }
        for (String host :
                List.of(
                        "localhost",
                        "LOCALHOST.:9",
                        "my.localhost:80",
                        "10.1.2.3:8080",
                        "[fe80::1]",
                        "broker.example",
                        "a.apps.example:1")) {
            assertThat(RawHttp.send(port, "GET /topics", "", "Host: " + host).status())
                    .as(host)
                    .isEqualTo(200);
        }
        assertThat(partitions.stored()).isEmpty();
    }

    @Test
    void shouldLetPagesOfWantedOriginsReadAndWrite() throws IOException {
        String origin = "Origin: " + WANTED;
        for (Answer answer :
                List.of(
                        RawHttp.send(port, "POST " + EVENTS, "x", origin),
                        RawHttp.send(port, "GET /topics", "", origin),
                        RawHttp.send(
                                port, "GET " + EVENTS + "?from=earliest&until=latest", "", origin),
                        RawHttp.send(port, "GET /topics/nope/events", "", origin),
                        RawHttp.send(port, "GET /nope", "", origin))) {
            assertThat(answer.has("access-control-allow-origin: " + WANTED))
                    .as(answer.head())
                    .isTrue();
            assertThat(answer.head()).contains("\r\nvary: origin");
            assertThat(answer.head()).contains("access-control-expose-headers: ");
            assertThat(answer.head()).doesNotContain("allow-credentials");
        }
        Answer preflight =
                RawHttp.send(
                        port,
                        "OPTIONS " + TOPICS,
                        "",
                        origin,
                        "Access-Control-Request-Method: DELETE",
                        "Access-Control-Request-Headers: content-type,idempotency-key");
        assertThat(preflight.status()).isEqualTo(204);
        assertThat(preflight.has("access-control-allow-origin: " + WANTED)).isTrue();
        assertThat(preflight.head()).contains("access-control-allow-methods: ").contains("delete");
        assertThat(preflight.head())
                .contains("access-control-allow-headers: content-type, idempotency-key");
        assertRefused(
                RawHttp.send(
                        port,
                        "OPTIONS " + TOPICS,
                        "",
                        EVIL,
                        "Access-Control-Request-Method: DELETE"));
    }

    @Test
    void shouldTakeJsonOnlyWhereItSaysThatItIs() throws IOException {
        String topic = "{\"topic_name\":\"made\"}";
        for (String type :
                List.of(
                        "X-None: 1",
                        "Content-Type: text/plain",
                        "Content-Type: application/x-www-form-urlencoded",
                        "Content-Type: text/json-not")) {
            Answer answer = RawHttp.send(port, "POST " + TOPICS, topic, type);
            assertThat(answer.status()).as(type).isEqualTo(415);
            assertThat(answer.body()).contains("Content-Type: application/json");
        }
    }

    private static void assertRefused(Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(403);
        assertThat(answer.has("access-control-allow-origin")).isFalse();
        assertThat(answer.body()).contains("tidemark.gateway.allowed-origins");
    }
}
