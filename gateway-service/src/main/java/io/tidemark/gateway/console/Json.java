package io.tidemark.gateway.console;

import java.util.Locale;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

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
}
