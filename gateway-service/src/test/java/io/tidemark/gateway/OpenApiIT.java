package io.tidemark.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.api.RouteTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The description holds for every route that there is. */
class OpenApiIT extends RunningGateway {

    private static final String SCHEMAS = "#/components/schemas/";

    @Test
    void shouldDescribeEveryRouteWithTheShapesOfItsBodies() throws Exception {
        JsonNode document = get("/openapi").json();
        assertThat(document.at("/servers/0/url").asString()).isEqualTo("/");
        Set<String> operations = new HashSet<>();
        for (var route : context.getBean(RouteTable.class).routes()) {
            String where = route.method() + " " + route.path();
            JsonNode operation =
                    document.path("paths")
                            .path(route.path())
                            .path(route.method().name().toLowerCase(Locale.ROOT));
            assertThat(operation.path("summary").asString()).as(where).isNotBlank();
            assertThat(operation.at("/tags/0").asString()).as(where).isNotBlank();
            assertThat(operations.add(operation.path("operationId").asString()))
                    .as("another operation has the id of " + where)
                    .isTrue();
            assertThat(route.answers()).as(where).isNotEmpty();
            assertThat(operation.at("/responses/4XX").isObject()).as(where).isTrue();
            requireShapes(document, operation.path("requestBody"), where);
            operation
                    .path("responses")
                    .forEach(response -> requireShapes(document, response, where));
        }
    }

    /** Each media type refers to a schema that is there and says something. */
    private static void requireShapes(JsonNode document, JsonNode body, String where) {
        for (JsonNode media : body.path("content")) {
            String reference = media.at("/schema/$ref").asString("");
            assertThat(reference)
                    .as("the body of " + where + " has no schema: " + media)
                    .startsWith(SCHEMAS);
            JsonNode schema = document.at(reference.substring(1));
            assertThat(schema.size()).as(where + " refers to " + reference).isPositive();
        }
    }

    @Test
    void shouldReferToWhatIsThereAndHaveNothingElse() throws Exception {
        JsonNode document = get("/openapi").json();
        Set<String> used = new TreeSet<>();
        references(document, used);
        for (String reference : used) {
            assertThat(document.at(reference.substring(1)).isMissingNode()).as(reference).isFalse();
        }
        document.at("/components/schemas")
                .propertyNames()
                .forEach(name -> assertThat(used).contains(SCHEMAS + name));
    }

    private static void references(JsonNode node, Set<String> found) {
        JsonNode reference = node.path("$ref");
        if (reference.isString()) {
            found.add(reference.asString());
        }
        node.forEach(child -> references(child, found));
    }

    /** Kept for whoever wants to look at it with a tool: what a broker serves at /openapi. */
    @Test
    void shouldServeTheDocumentAsAFileThatToolsRead() throws Exception {
        Path file = Path.of("target", "openapi.json");
        Files.writeString(file, get("/openapi/v3").body());
        assertThat(readBack(file)).contains("\"openapi\":\"3.1.0\"");
    }

    private static String readBack(Path file) throws IOException {
        return Files.readString(file);
    }
}
