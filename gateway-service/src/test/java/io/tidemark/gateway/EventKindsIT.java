package io.tidemark.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.ScriptedPartitionService.Stored;
import io.tidemark.gateway.api.Route;
import io.tidemark.gateway.api.RouteTable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpMethod;

/** What {@code /events} takes depends on the kind of its body; nothing is passed over with any. */
class EventKindsIT extends RunningGateway {

    private static final String EVENTS = "/topics/orders/events";
    private static final String EVENT =
            "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/structured\",\"type\":\"t\"}";

    /** A kind of body, with the parameters that it takes. */
    private enum Kind {
        RAW(
                "application/json",
                "{\"a\":1}",
                "key partition timestamp header.<name> validate timeout Idempotency-Key X-Key"
                        + " X-Header-<name>"),
        NDJSON("application/x-ndjson", "{\"value\":1}", "partition timeout"),
        BINARY(
                "application/json",
                "{\"a\":1}",
                "key partition timestamp header.<name> validate idempotency timeout"
                        + " Idempotency-Key X-Key X-Header-<name> ce-<attribute>"),
        STRUCTURED(
                "application/cloudevents+json",
                EVENT,
                "key partition timestamp header.<name> idempotency timeout Idempotency-Key X-Key"
                        + " X-Header-<name>"),
        BATCH(
                "application/cloudevents-batch+json",
                "[" + EVENT + "]",
                "key partition timestamp header.<name> timeout Idempotency-Key X-Key"
                        + " X-Header-<name>");

        private final String contentType;
        private final String body;
        private final Set<String> takes;

        Kind(String contentType, String body, String takes) {
            this.contentType = contentType;
            this.body = body;
            this.takes = new TreeSet<>(List.of(takes.split(" ")));
        }
    }

    /** How to ask for something, and how to see that it was done. */
    private record Asked(
            String query, List<String> headers, Predicate<Reply> answer, Predicate<Stored> stored) {

        static Asked query(String query, Predicate<Stored> stored) {
            return new Asked("?" + query, List.of(), reply -> reply.status() == 200, stored);
        }

        static Asked header(String name, String value, Predicate<Stored> stored) {
            return new Asked("", List.of(name, value), reply -> reply.status() == 200, stored);
        }
    }

    private static final Map<String, Asked> SAMPLES =
            Map.of(
                    "key", Asked.query("key=K", stored -> "K".equals(stored.key())),
                    "partition", Asked.query("partition=3", stored -> stored.partition() == 3),
                    "timestamp", Asked.query("timestamp=5", stored -> stored.timestampMs() == 5),
                    "header.<name>", Asked.query("header.a=b", EventKindsIT::hasHeader),
                    "validate", Asked.query("validate=false", stored -> true),
                    "X-Key", Asked.header("X-Key", "K", stored -> "K".equals(stored.key())),
                    "X-Header-<name>", Asked.header("X-Header-a", "b", EventKindsIT::hasHeader),
                    "ce-<attribute>",
                            Asked.header(
                                    "ce-subject",
                                    "S",
                                    stored -> "S".equals(stored.headers().get("ce_subject"))));

    private static boolean hasHeader(Stored stored) {
        return "b".equals(stored.headers().get("a"));
    }

    @Test
    void shouldDoOrRefuseEachParameterWithEachKindOfBody() throws Exception {
        for (Kind kind : Kind.values()) {
            Set<String> taken = new TreeSet<>();
            for (Route.Parameter parameter : declared()) {
                String name = parameter.name();
                boolean took =
                        switch (name) {
                            case "timeout" -> tookTimeout(kind);
                            case "idempotency", "Idempotency-Key" -> tookOnce(kind, name);
                            default -> took(kind, name);
                        };
                if (took) {
                    taken.add(name);
                }
            }
            assertThat(taken).as(kind.name()).isEqualTo(kind.takes);
        }
    }

    private List<Route.Parameter> declared() {
        return context.getBean(RouteTable.class).routes().stream()
                .filter(route -> route.method().equals(HttpMethod.POST))
                .filter(route -> route.path().equals("/topics/{topic}/events"))
                .findFirst()
                .orElseThrow()
                .parameters();
    }

    private boolean took(Kind kind, String name) throws Exception {
        Asked asked = Objects.requireNonNull(SAMPLES.get(name), "a sample of " + name);
        int before = partitions.stored().size();
        Reply reply = send(kind, asked, name.equals("validate") ? "{bad" : kind.body);
        if (asked.answer.test(reply)) {
            assertThat(partitions.stored()).as(kind + " " + name).hasSize(before + 1);
            assertThat(partitions.stored().getLast())
                    .as(kind + " passes over " + name)
                    .matches(asked.stored);
            return true;
        }
        assertRefused(kind, name, reply);
        assertThat(partitions.stored()).as(kind + " " + name).hasSize(before);
        return false;
    }

    private Reply send(Kind kind, Asked asked, String body) throws Exception {
        List<String> headers = new ArrayList<>(asked.headers);
        if (kind == Kind.BINARY) {
            Collections.addAll(
                    headers,
                    "ce-specversion",
                    "1.0",
                    "ce-id",
                    "1",
                    "ce-source",
                    "/binary",
                    "ce-type",
                    "t");
        }
        return post(EVENTS + asked.query, kind.contentType, body, headers.toArray(String[]::new));
    }

    /** Incomplete attributes make no CloudEvent, which is a record that cannot be taken. */
    private static void assertRefused(Kind kind, String name, Reply reply) {
        boolean attribute = name.startsWith("ce-");
        String shown = attribute ? "ce-" : name.replace("<name>", "");
        assertThat(reply.status())
                .as(kind + " " + name + " " + reply.body())
                .isIn(400, attribute ? 422 : 400);
        assertThat(reply.body()).as(kind.name()).contains(shown);
    }

    /** Whoever refuses a timeout that is out of range has read it. */
    private boolean tookTimeout(Kind kind) throws Exception {
        Asked wrong = new Asked("?timeout=0", List.of(), reply -> true, stored -> true);
        Reply reply = send(kind, wrong, kind.body);
        assertError(reply, 400, 40002);
        assertThat(reply.body()).contains("timeout");
        Asked right = new Asked("?timeout=5000", List.of(), reply1 -> true, stored -> true);
        return send(kind, right, kind.body).status() == 200;
    }

    private boolean tookOnce(Kind kind, String name) throws Exception {
        Asked asked =
                name.equals("idempotency")
                        ? Asked.query("idempotency=event", stored -> true)
                        : Asked.header(name, "key-" + kind, stored -> true);
        int before = partitions.stored().size();
        Reply first = send(kind, asked, kind.body);
        if (first.status() != 200) {
            assertRefused(kind, name, first);
            assertThat(partitions.stored()).hasSize(before);
            return false;
        }
        Reply again = send(kind, asked, kind.body);
        assertThat(again.header("Idempotency-Replayed")).as(kind + " " + name).isEqualTo("true");
        return true;
    }

    @Test
    void shouldTakeABinaryEventOfJsonForJson() throws Exception {
        Asked nothing = new Asked("", List.of(), reply -> true, stored -> true);
        Asked unchecked = new Asked("?validate=false", List.of(), reply -> true, stored -> true);
        assertError(send(Kind.BINARY, nothing, "{bad"), 400, 400);
        assertThat(partitions.stored()).isEmpty();
        assertThat(send(Kind.BINARY, unchecked, "{bad").status()).isEqualTo(200);
        // An event may have no data at all
        assertThat(send(Kind.BINARY, nothing, "").status()).isEqualTo(200);
        assertThat(partitions.stored()).hasSize(2);
    }

    @Test
    void shouldTakeValidateOnlyWhereThereIsJson() throws Exception {
        for (String value : List.of("true", "false")) {
            assertError(post(EVENTS + "?validate=" + value, "text/plain", "x"), 400, 40002);
        }
        assertThat(post(EVENTS + "?validate=true", "application/json", "1").status())
                .isEqualTo(200);
        assertError(post(EVENTS + "?validate=true", "application/json", "{"), 400, 400);
    }

    @Test
    void shouldReadJsonInUtf8Alone() throws Exception {
        for (String type : List.of("application/json", "a/b+json", "application/x-ndjson")) {
            assertError(post(EVENTS, type + "; charset=utf-16", "{}"), 415, 415);
            assertThat(post(EVENTS, type + "; charset=utf-8", "{}").status()).isEqualTo(200);
        }
        assertThat(partitions.stored()).hasSize(3);
        // What is stored as it is may be in any
        assertThat(post(EVENTS, "text/plain; charset=utf-16", "{}").status()).isEqualTo(200);
    }

    @Test
    void shouldTellLinesByTheirWholeType() throws Exception {
        String lines = "{\"value\":1}\n{\"value\":2}\n";
        for (String type : List.of("application/x-ndjsonfoo", "application/jsonlong")) {
            assertThat(post(EVENTS, type, lines).status()).isEqualTo(200);
            assertThat(partitions.stored().getLast().value()).as(type).isEqualTo(lines);
        }
        for (String type : List.of("Application/X-NDJSON", "application/ndjson ; a=b")) {
            assertThat(post(EVENTS, type, lines).status()).isEqualTo(200);
            assertThat(partitions.stored().getLast().value()).as(type).isEqualTo("2");
        }
        String v3 = "/v3/clusters/cluster-1/topics/orders/records";
        assertError(post(v3, "text/nojson", "{}"), 415, 415);
        assertError(post("/groups/g/offsets", "text/nojson", "{}"), 415, 415);
    }
}
