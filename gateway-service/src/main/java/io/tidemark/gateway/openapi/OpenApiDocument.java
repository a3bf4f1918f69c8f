package io.tidemark.gateway.openapi;

import io.tidemark.gateway.api.PathTemplate;
import io.tidemark.gateway.api.Route;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The OpenAPI 3.1 description of a route table. Every body's shape stands under a name of its own:
 * one of {@link Shapes}, or that of the operation it belongs to.
 *
 * @see <a href="https://spec.openapis.org/oas/v3.1.0">OpenAPI 3.1</a>
 */
public final class OpenApiDocument {

    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final Map<String, String> TAGS =
            Map.of(
                    "REST v2", "As clients of Confluent's proxy and of Strimzi's bridge know it",
                    "REST v3", "As clients of Confluent's proxy know it, and more in its manner",
                    "Consumers (v2)", "Consumer instances; any gateway serves them",
                    "Records (v2)", "Records without a consumer",
                    "Events", "Produce any body, follow topics live",
                    "Admin UI", "What the pages under /ui/ are made of",
                    "Probes", "Health and metrics, where Strimzi's bridge has them",
                    "Description", "This document");

    private final ObjectNode document = JsonNodeFactory.instance.objectNode();
    private final ObjectNode schemas;

    private OpenApiDocument(String version) {
        document.put("openapi", "3.1.0");
        ObjectNode info = document.putObject("info");
        info.put("title", "Tidemark")
                .put("version", version)
                .put("summary", "A replicated, durable-by-default log, over HTTP")
                .put(
                        "description",
                        "Every error is `{\"error_code\":…,\"message\":…}`; 429 carries"
                                + " Retry-After; a 503 says that whether it was carried out may be"
                                + " unknown. The v3 routes are served under /kafka/v3, too.");
        info.putObject("license").put("name", "Apache 2.0").put("identifier", "Apache-2.0");
        document.putArray("servers").addObject().put("url", "/").put("description", "This gateway");
        document.putArray("security");
        document.putArray("tags");
        document.putObject("paths");
        ObjectNode components = document.putObject("components");
        this.schemas = components.putObject("schemas");
        Shapes.all().forEach(schemas::set);
        ObjectNode error = components.putObject("responses").putObject("Error");
        error.put("description", "What was wrong");
        error.putObject("content")
                .putObject("application/json")
                .putObject("schema")
                .put("$ref", "#/components/schemas/Error");
    }

    /** The document of all routes. */
    public static ObjectNode of(List<Route> routes, String version) {
        OpenApiDocument made = new OpenApiDocument(version);
        ObjectNode paths = made.document.withObjectProperty("paths");
        Set<String> tags = new TreeSet<>();
        for (Route route : routes) {
            ObjectNode item = (ObjectNode) paths.get(route.path());
            if (item == null) {
                item = paths.putObject(route.path());
            }
            item.set(route.method().name().toLowerCase(Locale.ROOT), made.operation(route));
            tags.add(route.tag());
        }
        for (String tag : tags) {
            made.document
                    .withArrayProperty("tags")
                    .addObject()
                    .put("name", tag)
                    .put("description", TAGS.getOrDefault(tag, tag));
        }
        return made.document;
    }

    private ObjectNode operation(Route route) {
        ObjectNode operation =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("operationId", operationId(route))
                        .put("summary", route.summary());
        operation.putArray("tags").add(route.tag());
        if (!route.description().isEmpty()) {
            operation.put("description", route.description());
        }
        addParameters(route, operation.putArray("parameters"));
        if (!route.requestBody().contentTypes().isEmpty()) {
            addContent(
                    route.requestBody(),
                    operation.putObject("requestBody").put("required", true),
                    typeName(route, "Request"));
        }
        ObjectNode responses = operation.putObject("responses");
        for (Route.Answer answer : route.answers()) {
            ObjectNode response = responses.putObject(Integer.toString(answer.status()));
            response.put("description", answer.description());
            if (!answer.body().contentTypes().isEmpty()) {
                addContent(answer.body(), response, typeName(route, "Answer" + answer.status()));
            }
        }
        for (String status : List.of("4XX", "5XX")) {
            responses.putObject(status).put("$ref", "#/components/responses/Error");
        }
        return operation;
    }

    private static String operationId(Route route) {
        String words = route.path().replace("{", "by-").replaceAll("[^A-Za-z0-9]+", "-").strip();
        return route.method().name().toLowerCase(Locale.ROOT)
                + (words.equals("-") ? "-root" : words.replaceAll("-+$", ""));
    }

    /** Of a body that has no name of its own: the same under both prefixes of v3. */
    private static String typeName(Route route, String suffix) {
        String path = route.path().replaceFirst("^/kafka/v3/", "/v3/");
        StringBuilder name = new StringBuilder();
        for (String word : (route.method().name().toLowerCase(Locale.ROOT) + path).split("\\W+")) {
            if (!word.isEmpty()) {
                name.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
            }
        }
        return name + suffix;
    }

    private static void addParameters(Route route, ArrayNode parameters) {
        for (String variable : new PathTemplate(route.path()).variables()) {
            parameters
                    .addObject()
                    .put("name", variable)
                    .put("in", "path")
                    .put("required", true)
                    .putObject("schema")
                    .put("type", "string");
        }
        for (Route.Parameter parameter : route.parameters()) {
            parameters
                    .addObject()
                    .put("name", parameter.name())
                    .put("in", parameter.in().name().toLowerCase(Locale.ROOT))
                    .put("required", parameter.required())
                    .put("description", parameter.description())
                    .putObject("schema")
                    .put("type", parameter.type());
        }
    }

    private void addContent(Route.Body body, ObjectNode to, String typeName) {
        ObjectNode content = to.putObject("content");
        for (String type : body.contentTypes()) {
            ObjectNode media = content.putObject(type);
            if (!body.schema().isEmpty()) {
                media.set("schema", named(MAPPER.readTree(body.schema()), typeName));
            }
            if (!body.example().isEmpty()) {
                media.set("example", example(type, body.example()));
            }
        }
    }

    /** What refers to a schema, which is kept under this name unless it refers to one already. */
    private JsonNode named(JsonNode schema, String typeName) {
        if (schema.has("$ref")) {
            return schema;
        }
        schemas.set(typeName, schema);
        return MAPPER.readTree(Route.Body.reference(typeName));
    }

    private static JsonNode example(String type, String text) {
        return type.endsWith("json") && !type.endsWith("ndjson")
                ? MAPPER.readTree(text)
                : JsonNodeFactory.instance.stringNode(text);
    }
}
