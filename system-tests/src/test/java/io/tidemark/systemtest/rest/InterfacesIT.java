package io.tidemark.systemtest.rest;

import static io.tidemark.systemtest.client.Clients.newTopic;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.broker.SharedBroker;
import io.tidemark.systemtest.rest.Http.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Every path that the descriptions of Confluent's proxy and Strimzi's bridge name, tried: served,
 * or refused with a reason, or different with a reason, as {@code interfaces.txt} lists it.
 */
@SharedBroker
class InterfacesIT {

    private static final int MOST_LINKS = 2_000;

    private final Http http;
    private final String topic;
    private final String group = "interfaces-" + UUID.randomUUID();
    private final Map<String, String> names = new LinkedHashMap<>();

    InterfacesIT(Broker broker) {
        this.http = new Http(broker);
        this.topic = newTopic(broker, 1);
    }

    private record Line(
            String whose,
            String method,
            String path,
            String verdict,
            int status,
            String contentType,
            String body,
            String reason) {}

    @BeforeEach
    void joinAGroup() {
        http.post("/topics/" + topic, Http.V2_JSON, "{\"records\":[{\"value\":1},{\"value\":2}]}")
                .ok();
        String member = "/consumers/" + group + "-member";
        http.post(
                        member,
                        Http.V2,
                        "{\"name\":\"m\",\"format\":\"json\",\"auto.offset.reset\":\"earliest\"}")
                .ok();
        String instance = member + "/instances/m";
        http.post(instance + "/subscription", Http.V2, "{\"topics\":[\"" + topic + "\"]}")
                .expect(204);
        http.get(instance + "/records?timeout=20000").ok();
        http.post(instance + "/offsets", Http.V2, "{}").expect(204);
        String cluster = http.clusterPath();
        JsonNode consumers =
                http.get(cluster + "/consumer-groups/" + group + "-member/consumers").ok();
        names.put("{cluster}", cluster.substring(cluster.lastIndexOf('/') + 1));
        names.put("{topic}", topic);
        names.put("{group}", group);
        names.put("{member_group}", group + "-member");
        names.put("{consumer}", consumers.at("/data/0/consumer_id").asString());
        names.put("{broker}", http.get("/brokers").ok().at("/brokers/0").asString());
    }

    @AfterEach
    void close() {
        http.delete("/consumers/" + group + "-member/instances/m");
        http.close();
    }

    @Test
    void shouldAnswerEveryPathAsListed() {
        List<String> wrong = new ArrayList<>();
        for (Line line : lines()) {
            attempt(line, line.whose.equals("v3") ? "/v3" : "", wrong);
        }
        for (Line line : lines()) {
            if (line.whose.equals("v3") && line.method.equals("GET")) {
                attempt(line, "/kafka/v3", wrong);
            }
        }
        assertThat(wrong).isEmpty();
    }

    private void attempt(Line line, String prefix, List<String> wrong) {
        String path = prefix + filled(line.path);
        HttpRequest.Builder request = http.request(path);
        if (!line.contentType.isEmpty()) {
            request.header("Content-Type", line.contentType);
        }
        Answer answer =
                http.send(
                        request.method(
                                line.method,
                                line.body.isEmpty()
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(filled(line.body))));
        boolean refused = line.verdict.equals("refused");
        boolean asListed = answer.status() == line.status && refused == (answer.status() >= 401);
        if (asListed && refused) {
            JsonNode error = answer.json();
            asListed =
                    error.path("error_code").isNumber()
                            && !error.path("message").asString().isBlank();
        }
        if (!asListed) {
            wrong.add(
                    line.method
                            + " "
                            + path
                            + ": "
                            + answer.status()
                            + ", listed as "
                            + line.verdict
                            + " "
                            + line.status
                            + ": "
                            + answer.body());
        }
    }

    private String filled(String text) {
        String filled = text;
        for (Map.Entry<String, String> name : names.entrySet()) {
            filled = filled.replace(name.getKey(), name.getValue());
        }
        return filled;
    }

    private static List<Line> lines() {
        try (InputStream in =
                Objects.requireNonNull(
                        InterfacesIT.class.getResourceAsStream("/rest/interfaces.txt"))) {
            List<Line> lines =
                    new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .filter(line -> !line.isBlank() && !line.startsWith("#"))
                            .map(InterfacesIT::line)
                            .toList();
            assertThat(lines).hasSizeGreaterThan(100);
            return lines;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Line line(String text) {
        String[] cells = text.split("\\|", -1);
        assertThat(cells).as(text).hasSize(8);
        Line line =
                new Line(
                        cells[0],
                        cells[1],
                        cells[2],
                        cells[3],
                        Integer.parseInt(cells[4]),
                        cells[5],
                        cells[6],
                        cells[7]);
        assertThat(line.verdict).as(text).isIn("served", "refused", "different");
        assertThat(line.verdict.equals("served") || !line.reason.isBlank()).as(text).isTrue();
        return line;
    }

    @Test
    void shouldServeEveryLinkThatItGives() {
        Set<String> seen = new HashSet<>();
        Queue<String> open = new ArrayDeque<>();
        List<String> dead = new ArrayList<>();
        for (Line line : lines()) {
            if (line.whose.equals("v3") && line.method.equals("GET") && line.status == 200) {
                open.add("/v3" + filled(line.path));
            }
        }
        while (!open.isEmpty() && seen.size() < MOST_LINKS) {
            String path = open.remove();
            if (!seen.add(path)) {
                continue;
            }
            Answer answer = http.get(path);
            boolean listedAsRefused = path.endsWith("/acls") && answer.status() == 501;
            if (answer.status() != 200 && !listedAsRefused) {
                dead.add(path + ": " + answer.status() + " " + answer.body());
            } else if (answer.status() == 200) {
                links(answer.json()).stream().filter(this::ours).forEach(open::add);
            }
        }
        assertThat(dead).isEmpty();
        assertThat(seen).hasSizeBetween(100, MOST_LINKS - 1);
    }

    /** The broker is shared: what belongs to other tests may go away meanwhile. */
    private boolean ours(String path) {
        boolean ofTopic = path.matches(".*/topics/[^-].*");
        boolean ofGroup = path.contains("/consumer-groups/");
        return (!ofTopic || path.matches(".*/topics/" + topic + "(/.*)?"))
                && (!ofGroup || path.contains("/" + group + "-member"));
    }

    private static List<String> links(JsonNode node) {
        List<String> links = new ArrayList<>();
        for (String name : List.of("related", "self", "next")) {
            JsonNode link = node.path(name);
            if (link.isString()) {
                URI uri = URI.create(link.asString());
                String query = uri.getRawQuery();
                links.add(uri.getRawPath() + (query == null ? "" : "?" + query));
            }
        }
        node.forEach(child -> links.addAll(links(child)));
        return links;
    }
}
