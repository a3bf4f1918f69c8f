package io.tidemark.gateway.admin;

import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.error.ApiErrorException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON body of an administrative request: small, read into a tree, property by property, with
 * the place of whatever is wrong.
 */
final class AdminBody {

    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                    .build();

    private final ObjectNode node;
    private final String path;

    private AdminBody(ObjectNode node, String path) {
        this.node = node;
        this.path = path;
    }

    /** Reads the request's body, which must be a JSON object with these properties at most. */
    static Mono<AdminBody> read(ServerRequest request, String... properties) {
        MediaType type = request.headers().contentType().orElse(MediaType.APPLICATION_JSON);
        if (!type.getSubtype().contains("json")) {
            return Mono.error(
                    ApiError.unsupportedMediaType(
                                    "Content-Type '%s' is not supported here; send application/json."
                                            .formatted(type))
                            .exception());
        }
        return request.bodyToMono(byte[].class)
                .defaultIfEmpty(new byte[0])
                .map(bytes -> parse(bytes).allowing(properties));
    }

    private static AdminBody parse(byte[] bytes) {
        try {
            JsonNode tree = MAPPER.readTree(bytes);
            if (tree instanceof ObjectNode object) {
                return new AdminBody(object, "");
            }
            throw ApiError.invalidJson("The body must be a JSON object.").exception();
        } catch (JacksonException e) {
            TokenStreamLocation place = e.getLocation();
            throw ApiError.invalidJson(
                            "Invalid JSON: "
                                    + e.getOriginalMessage()
                                    + (place == null
                                            ? "."
                                            : " (line %d, column %d)."
                                                    .formatted(
                                                            place.getLineNr(),
                                                            place.getColumnNr())))
                    .exception();
        }
    }

    private AdminBody allowing(String... properties) {
        Set<String> known = Set.of(properties);
        for (String name : node.propertyNames()) {
            if (!known.contains(name)) {
                throw wrong(
                        name, "is not known; " + String.join(", ", properties) + " can be given");
            }
        }
        return this;
    }

    String text(String name) {
        String text = textOrNull(name);
        if (text == null) {
            throw wrong(name, "is missing");
        }
        return text;
    }

    @Nullable String textOrNull(String name) {
        JsonNode value = node.get(name);
        if (value == null || value.isNull()) {
            return null;
        }
        if (value.isString() || value.isNumber() || value.isBoolean()) {
            return value.asString();
        }
        throw wrong(name, "must be a string");
    }

    int integer(String name, int fallback) {
        JsonNode value = node.get(name);
        if (value == null || value.isNull()) {
            return fallback;
        }
        if (!value.isInt()) {
            throw wrong(name, "must be an integer");
        }
        return value.asInt();
    }

    boolean flag(String name) {
        JsonNode value = node.get(name);
        if (value == null || value.isNull()) {
            return false;
        }
        if (!value.isBoolean()) {
            throw wrong(name, "must be true or false");
        }
        return value.asBoolean();
    }

    /** An array of objects with these properties at most; empty where it is not given. */
    List<AdminBody> objects(String name, String... properties) {
        JsonNode value = node.get(name);
        if (value == null || value.isNull()) {
            return List.of();
        }
        if (!value.isArray()) {
            throw wrong(name, "must be an array");
        }
        List<AdminBody> objects = new ArrayList<>();
        for (int i = 0; i < value.size(); i++) {
            String at = path + name + "[" + i + "]";
            if (!(value.get(i) instanceof ObjectNode object)) {
                throw ApiError.invalidPayload(at + " must be an object.").exception();
            }
            objects.add(new AdminBody(object, at + ".").allowing(properties));
        }
        return objects;
    }

    /** An array of integers; empty where it is not given. */
    List<Integer> integers(String name) {
        JsonNode value = node.get(name);
        if (value == null || value.isNull()) {
            return List.of();
        }
        List<Integer> integers = new ArrayList<>();
        for (int i = 0; i < value.size(); i++) {
            if (!value.get(i).isInt()) {
                throw wrong(name, "must be an array of integers");
            }
            integers.add(value.get(i).asInt());
        }
        return integers;
    }

    boolean has(String name) {
        return node.has(name);
    }

    ApiErrorException wrong(String name, String message) {
        return ApiError.invalidPayload(path + name + " " + message + ".").exception();
    }
}
