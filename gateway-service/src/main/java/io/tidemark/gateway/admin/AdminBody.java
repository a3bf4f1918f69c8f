package io.tidemark.gateway.admin;

import io.tidemark.gateway.api.JsonCharset;
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
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON body of an administrative request: small, read into a tree, property by property, with
 * the place of whatever is wrong.
 */
public final class AdminBody {

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
    public static Mono<AdminBody> read(ServerRequest request, String... properties) {
        requireJson(request);
        return request.bodyToMono(byte[].class)
                .defaultIfEmpty(new byte[0])
                .map(bytes -> parse(request, bytes).allowing(properties));
    }

    /** The same, where no body stands for an empty object. */
    public static Mono<AdminBody> readOrEmpty(ServerRequest request, String... properties) {
        return request.bodyToMono(byte[].class)
                .defaultIfEmpty(new byte[0])
                .flatMap(
                        bytes -> {
                            if (bytes.length == 0) {
                                return Mono.just(
                                        new AdminBody(JsonNodeFactory.instance.objectNode(), ""));
                            }
                            requireJson(request);
                            return Mono.just(parse(request, bytes).allowing(properties));
                        });
    }

    private static void requireJson(ServerRequest request) {
        MediaType type = request.headers().contentType().orElse(null);
        if (type == null || !isJson(type)) {
            throw ApiError.unsupportedMediaType(
                            "%s; send JSON, and -H 'Content-Type: application/json' with it."
                                    .formatted(
                                            type == null
                                                    ? "The body's Content-Type is missing"
                                                    : "Content-Type '%s' is not taken here"
                                                            .formatted(type)))
                    .exception();
        }
    }

    /** No page of another origin can send such a type unasked. */
    private static boolean isJson(MediaType type) {
        String subtype = type.getSubtype();
        return type.getType().equals("application")
                && (subtype.equals("json") || subtype.endsWith("+json"));
    }

    private static AdminBody parse(ServerRequest request, byte[] bytes) {
        JsonCharset.require(request.headers().firstHeader("Content-Type"));
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

    public String text(String name) {
        String text = textOrNull(name);
        if (text == null) {
            throw wrong(name, "is missing");
        }
        return text;
    }

    public @Nullable String textOrNull(String name) {
        JsonNode value = node.get(name);
        if (value == null || value.isNull()) {
            return null;
        }
        if (value.isString() || value.isNumber() || value.isBoolean()) {
            return value.asString();
        }
        throw wrong(name, "must be a string");
    }

    public int integer(String name, int fallback) {
        JsonNode value = node.get(name);
        if (value == null || value.isNull()) {
            return fallback;
        }
        if (!value.isInt()) {
            throw wrong(name, "must be an integer");
        }
        return value.asInt();
    }

    public boolean flag(String name) {
        return flag(name, false);
    }

    /**
     * @param otherwise where it is not given
     */
    public boolean flag(String name, boolean otherwise) {
        JsonNode value = node.get(name);
        if (value == null || value.isNull()) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            throw wrong(name, "must be true or false");
        }
        return value.asBoolean();
    }

    /** An array of objects with these properties at most; empty where it is not given. */
    public List<AdminBody> objects(String name, String... properties) {
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

    /** An array of strings; empty where it is not given. */
    public List<String> strings(String name) {
        JsonNode value = node.get(name);
        if (value == null || value.isNull()) {
            return List.of();
        }
        if (!value.isArray()) {
            throw wrong(name, "must be an array of strings");
        }
        List<String> strings = new ArrayList<>();
        for (int i = 0; i < value.size(); i++) {
            if (!value.get(i).isString()) {
                throw wrong(name, "must be an array of strings");
            }
            strings.add(value.get(i).asString());
        }
        return strings;
    }

    /** An array of integers; empty where it is not given. */
    public List<Integer> integers(String name) {
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

    /**
     * What this object of an array is about; fails where another one was about it, which would win
     * or lose by its place.
     *
     * @param seen what the others are about; this one is added
     * @param property that names it
     */
    public <T> T only(Set<? super T> seen, T what, String property) {
        if (!seen.add(what)) {
            throw wrong(property, "names '" + what + "', which comes twice");
        }
        return what;
    }

    public boolean has(String name) {
        return node.has(name);
    }

    public ApiErrorException wrong(String name, String message) {
        return ApiError.invalidPayload(path + name + " " + message + ".").exception();
    }
}
