package io.tidemark.gateway.console;

import io.tidemark.metadata.image.PartitionImage;
import java.util.Locale;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Answers with JSON trees, never kept by a browser. */
final class Json {

    private static final JsonMapper MAPPER = JsonMapper.shared();

    private Json() {}

    static Mono<ServerResponse> answer(JsonNode json) {
        return ServerResponse.ok()
                .header("Content-Type", "application/json")
                .header("Cache-Control", "no-store")
                .bodyValue(MAPPER.writeValueAsBytes(json));
    }

    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    static void putReplicas(PartitionImage partition, ObjectNode into) {
        partition.replicas().forEach(into.putArray("replicas")::add);
        partition.isr().forEach(into.putArray("isr")::add);
        partition.elr().forEach(into.putArray("elr")::add);
    }
}
