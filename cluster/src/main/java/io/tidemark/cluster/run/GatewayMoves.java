package io.tidemark.cluster.run;

import io.tidemark.cluster.layout.ClusterLayout;
import io.tidemark.cluster.layout.Member;
import io.tidemark.cluster.layout.Service;
import io.tidemark.cluster.status.Probe;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Collection;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Has a gateway plan where replicas should be, and move them. Blocks its caller. */
final class GatewayMoves implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final URI base;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private GatewayMoves(URI base) {
        this.base = base;
    }

    /**
     * @throws StartFailure where no gateway serves
     */
    static GatewayMoves of(ClusterLayout layout, Probe probe, String clusterId)
            throws StartFailure {
        Member gateway =
                layout.members(Service.GATEWAY).stream()
                        .filter(probe::isReady)
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new StartFailure(
                                                "no gateway serves, and one is needed to move replicas: ./tidemark gateway 1 start"));
        return new GatewayMoves(URI.create(gateway.url() + "/v3/clusters/" + clusterId + "/"));
    }

    /**
     * What would move from a node to others.
     *
     * @param to ids of the nodes that shall have it
     * @throws StartFailure where that cannot be
     */
    ArrayNode plan(int node, Collection<Integer> to) throws StartFailure, InterruptedException {
        String ids = to.stream().map(String::valueOf).collect(Collectors.joining(","));
        ArrayNode moves = JSON.createArrayNode();
        for (JsonNode move : ask("GET", "reassignments:plan?brokers=" + ids, "").path("data")) {
            if (move.path("current_replicas").valueStream().anyMatch(id -> id.asInt() == node)) {
                moves.add(move);
            }
        }
        return moves;
    }

    /**
     * Begins to move what a node has to others, as planned.
     *
     * @throws StartFailure where that cannot be
     */
    void away(int node, Collection<Integer> to) throws StartFailure, InterruptedException {
        ArrayNode moves = plan(node, to);
        if (moves.isEmpty()) {
            return;
        }
        ObjectNode order = JSON.createObjectNode();
        order.set("reassignments", moves);
        for (JsonNode outcome : ask("POST", "reassignments", order.toString()).path("data")) {
            if (outcome.hasNonNull("message")) {
                throw new StartFailure(
                        "%s-%d cannot be moved: %s"
                                .formatted(
                                        outcome.path("topic_name").asString("?"),
                                        outcome.path("partition_id").asInt(-1),
                                        outcome.path("message").asString("")));
            }
        }
    }

    private JsonNode ask(String method, String path, String body)
            throws StartFailure, InterruptedException {
        try {
            HttpResponse<String> response =
                    http.send(
                            HttpRequest.newBuilder(base.resolve("./" + path))
                                    .timeout(PATIENCE)
                                    .header("Content-Type", "application/json")
                                    .method(method, BodyPublishers.ofString(body))
                                    .build(),
                            BodyHandlers.ofString());
            JsonNode answer = JSON.readTree(response.body());
            if (response.statusCode() >= 300) {
                throw new StartFailure(answer.path("message").asString(response.body()));
            }
            return answer;
        } catch (IOException | JacksonException e) {
            throw new StartFailure("the gateway at %s: %s".formatted(base, e.getMessage()));
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
