package io.tidemark.gateway.openapi;

import io.tidemark.gateway.api.PathTemplate;
import io.tidemark.gateway.api.Route;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The OpenAPI 3.1 description of a route table.
 *
 * @see <a href="https://spec.openapis.org/oas/v3.1.0">OpenAPI 3.1</a>
 */
public final class OpenApiDocument {

    private static final JsonMapper MAPPER = JsonMapper.shared();

    private OpenApiDocument() {}

    /** The document of all routes. */
    public static ObjectNode of(List<Route> routes, String version) {
        ObjectNode document = JsonNodeFactory.instance.objectNode().put("openapi", "3.1.0");
        document.putObject("info")
                .put("title", "Tidemark")
                .put("version", version)
                .put(
                        "description",
                        "A replicated, durable-by-default log. Every error is"
                                + " `{\"error_code\":…,\"message\":…}`; 429 carries Retry-After; a 503"
                                + " says that whether it was carried out may be unknown. The v3 routes"
                                + " are served under /kafka/v3, too.");
        ObjectNode paths = document.putObject("paths");
        for (Route route : routes) {
            ObjectNode item = (ObjectNode) paths.get(route.path());
            if (item == null) {
                item = paths.putObject(route.path());
            }
            item.set(route.method().name().toLowerCase(Locale.ROOT), operation(route));
        }
        document.putObject("components").putObject("schemas").set("Error", errorSchema());
        return document;
    }

    private static ObjectNode operation(Route route) {
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
                    route.requestBody(), operation.putObject("requestBody").put("required", true));
        }
        ObjectNode responses = operation.putObject("responses");
        for (Route.Answer answer : route.answers()) {
            ObjectNode response = responses.putObject(Integer.toString(answer.status()));
            response.put("description", answer.description());
            if (!answer.body().contentTypes().isEmpty()) {
                addContent(answer.body(), response);
            }
        }
        ObjectNode error = responses.putObject("default").put("description", "What was wrong");
        error.putObject("content")
                .putObject("application/json")
                .putObject("schema")
                .put("$ref", "#/components/schemas/Error");
        return operation;
    }

    private static String operationId(Route route) {
        String words = route.path().replace("{", "by-").replaceAll("[^A-Za-z0-9]+", "-").strip();
        return route.method().name().toLowerCase(Locale.ROOT)
                + (words.equals("-") ? "-root" : words.replaceAll("-+$", ""));
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

    private static void addContent(Route.Body body, ObjectNode to) {
        ObjectNode content = to.putObject("content");
        for (String type : body.contentTypes()) {
            ObjectNode media = content.putObject(type);
            if (!body.schema().isEmpty()) {
                media.set("schema", MAPPER.readTree(body.schema()));
            }
            if (!body.example().isEmpty()) {
                media.set("example", example(type, body.example()));
            }
        }
    }

    private static JsonNode example(String type, String text) {
        return type.endsWith("json") && !type.endsWith("ndjson")
                ? MAPPER.readTree(text)
                : JsonNodeFactory.instance.stringNode(text);
    }

    private static ObjectNode errorSchema() {
        ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        new TreeMap<>(java.util.Map.of("error_code", "integer", "message", "string"))
                .forEach((name, type) -> properties.putObject(name).put("type", type));
        schema.putArray("required").add("error_code").add("message");
        return schema;
    }
}
