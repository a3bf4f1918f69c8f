package io.tidemark.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.gateway.RawHttp.Answer;
import io.tidemark.gateway.api.Route;
import io.tidemark.gateway.api.RouteTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpMethod;

/** What holds on every route, tried on every route that there is. */
class EveryRouteIT extends RunningGateway {

    private static final String TYPE = "Content-Type: application/json";
    private static final String EVENTS = "POST /topics/{topic}/events";

    /** Reading by a consumer moves it: nobody gets what a HEAD would pass over. */
    private static final Set<String> READS_THAT_MOVE =
            Set.of("/consumers/{group}/instances/{instance}/records");

    private static final Map<String, String> VARIABLES =
            Map.of("{cluster}", "cluster-1", "{topic}", "orders", "{partition}", "0");

    /** Nobody answers for groups here, and need not be waited for. */
    @Override
    Map<String, String> settings() {
        return Map.of("tidemark.gateway.request-timeout", "500ms");
    }

    private List<Route> routes() {
        return context.getBean(RouteTable.class).routes();
    }

    private static String path(Route route) {
        String path = route.path();
        for (Map.Entry<String, String> each : VARIABLES.entrySet()) {
            path = path.replace(each.getKey(), each.getValue());
        }
        return path.replaceAll("\\{\\w+}", "1");
    }

    private static String start(Route route) {
        return route.method() + " " + path(route);
    }

    private Answer ask(Route route, String query, String... headers) throws IOException {
        List<String> all = new ArrayList<>(List.of(headers));
        boolean body = !route.method().equals(HttpMethod.GET);
        if (all.stream().noneMatch(header -> header.startsWith("Content-Type")) && body) {
            all.add(TYPE);
        }
        return RawHttp.send(
                port, start(route) + query, body ? "{}" : "", all.toArray(String[]::new));
    }

    @Test
    void shouldRefuseParametersThatAreNotOfTheirType() throws Exception {
        int tried = 0;
        for (Route route : routes()) {
            for (Route.Parameter parameter : route.parameters()) {
                String value =
                        switch (parameter.type()) {
                            case "boolean" -> "maybe";
                            case "integer" -> "x";
                            default -> "";
                        };
                if (!value.isEmpty()) {
                    tried++;
                    Answer answer = ask(route, "?" + parameter.name() + "=" + value);
                    assertThat(answer.status())
                            .as(start(route) + " " + parameter.name() + " " + answer.body())
                            .isEqualTo(400);
                    assertThat(answer.body()).contains(parameter.name() + ": ");
                }
            }
        }
        assertThat(tried).isGreaterThan(30);
    }

    @Test
    void shouldRefuseAttributesOfCloudEventsWhereThereAreNone() throws Exception {
        for (Route route : routes()) {
            if (!(route.method() + " " + route.path()).equals(EVENTS)) {
                Answer answer = ask(route, "", "Ce-Id: 1");
                assertThat(answer.status()).as(start(route)).isEqualTo(400);
                assertThat(answer.body()).as(start(route)).contains("Ce-Id");
            }
        }
    }

    @Test
    void shouldRefuseHeadersThatComeTwiceAndHaveOneMeaning() throws Exception {
        int tried = 0;
        for (Route route : routes()) {
            for (Route.Parameter parameter : route.parameters()) {
                String name = parameter.name();
                if (parameter.in() == Route.Parameter.In.HEADER && !name.endsWith(">")) {
                    tried++;
                    Answer answer = ask(route, "", name + ": a", name + ": b");
                    assertThat(answer.status()).as(start(route) + " " + name).isEqualTo(400);
                    assertThat(answer.body()).as(start(route)).contains(name);
                }
            }
            if (!route.method().equals(HttpMethod.GET)) {
                Answer answer = ask(route, "", "Content-Type: text/plain", TYPE);
                assertThat(answer.status()).as(start(route)).isEqualTo(400);
                assertThat(answer.body()).as(start(route)).containsIgnoringCase("content-type");
            }
        }
        assertThat(tried).isGreaterThan(8);
        for (String name : List.of("Content-Encoding", "Expect", "Origin", "Transfer-Encoding")) {
            String value = name.equals("Origin") ? "http://localhost:" + port : "identity";
            Answer answer =
                    RawHttp.send(
                            port,
                            "POST /topics/orders/events",
                            "",
                            name + ": " + value,
                            name + ": gzip");
            assertThat(answer.status()).as(name).isIn(400, 403);
        }
        assertThat(partitions.stored()).isEmpty();
    }

    @Test
    void shouldAnswerHeadAsGet() throws Exception {
        for (Route route : routes()) {
            if (route.method().equals(HttpMethod.GET)) {
                Answer head = RawHttp.send(port, "HEAD " + path(route), "");
                boolean moves = READS_THAT_MOVE.contains(route.path());
                assertThat(head.status() == 405).as("HEAD " + path(route)).isEqualTo(moves);
                if (!moves && head.status() < 500) {
                    Answer get = RawHttp.send(port, "GET " + path(route), "");
                    assertThat(head.status())
                            .as(path(route) + " " + get.body())
                            .isEqualTo(get.status());
                }
                assertThat(head.body()).as(path(route)).isEmpty();
            }
        }
    }

    @Test
    void shouldCountRequestsByRouteHoweverManyTopicsTheyName() throws Exception {
        // Given
        for (String path : pathsOf("orders")) {
            send("GET", path, "", "");
        }
        Set<String> before = counted();

        // When
        for (int i = 0; i < 200; i++) {
            for (String path : pathsOf("topic-" + i)) {
                send("GET", path, "", "");
            }
        }

        // Then
        Set<String> after = counted();
        assertThat(after).noneMatch(each -> each.contains("topic-"));
        after.removeAll(before);
        assertThat(after).as("more than before").isEmpty();
        // Spring's own has a limit, over which it counts no more: there are more routes than that
        assertThat(context.getBean(MeterRegistry.class).find("http.server.requests").meters())
                .isEmpty();
    }

    private static List<String> pathsOf(String topic) {
        return List.of(
                "/topics/" + topic,
                "/topics/" + topic + "/partitions/0/records",
                "/v3/clusters/cluster-1/topics/" + topic,
                "/ui/topics/" + topic,
                "/nowhere/" + topic);
    }

    /** By what requests are counted, whoever counts them. */
    private Set<String> counted() {
        Set<String> counted = new TreeSet<>();
        for (Meter meter : context.getBean(MeterRegistry.class).getMeters()) {
            for (String tag : List.of("uri", "route")) {
                String value = meter.getId().getTag(tag);
                if (value != null && !"404".equals(meter.getId().getTag("status"))) {
                    counted.add(meter.getId().getName() + " " + value);
                }
            }
        }
        return counted;
    }
}
