package io.tidemark.gateway.admin;

import io.tidemark.gateway.produce.V2Types;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Answers with JSON trees. */
final class Replies {

    private static final JsonMapper MAPPER = JsonMapper.shared();

    private Replies() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    static Mono<ServerResponse> v2(ServerRequest request, JsonNode json) {
        String accept = request.headers().firstHeader("Accept");
        return send(200, V2Types.answer(accept), json);
    }

    static Mono<ServerResponse> v3(int status, JsonNode json) {
        return send(status, "application/json", json);
    }

    static Mono<ServerResponse> noContent() {
        return ServerResponse.noContent().build();
    }

    private static Mono<ServerResponse> send(int status, String contentType, JsonNode json) {
        return ServerResponse.status(status)
                .header("Content-Type", contentType)
                .bodyValue(MAPPER.writeValueAsBytes(json));
    }
}
