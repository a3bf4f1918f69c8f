package io.tidemark.gateway.openapi;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.springframework.core.io.ClassPathResource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The named shapes of bodies, as JSON schemas. They are written in short in {@code schemas.json}:
 * the properties of an object with the type of each, which is a type of JSON or another shape's
 * name.
 *
 * <pre>
 * integer   an integer, required      integer|null   or null        any         whatever
 * integer?  may be left out           Link[]         an array       string{}    by names that are not known
 * </pre>
 *
 * Those of {@code schemas-v3.json} are resources: their envelope is added, and a list of each.
 */
final class Shapes {

    /** Resources of which no list is ever given. */
    private static final Set<String> SINGLE =
            Set.of("KafkaBrokerDrain", "KafkaConsumerGroupLagSummary", "KafkaPartitionOffset");

    private static final JsonMapper MAPPER = JsonMapper.shared();

    private Shapes() {}

    /** All shapes, ordered by name. */
    static Map<String, ObjectNode> all() {
        Map<String, ObjectNode> shapes = new TreeMap<>();
        read("openapi/schemas.json")
                .properties()
                .forEach(each -> shapes.put(each.getKey(), shape(each.getValue())));
        read("openapi/schemas-v3.json")
                .properties()
                .forEach(
                        each -> {
                            shapes.put(each.getKey(), resource(each.getKey(), each.getValue()));
                            if (!SINGLE.contains(each.getKey())) {
                                shapes.put(each.getKey() + "List", list(each.getKey()));
                            }
                        });
        return shapes;
    }

    private static JsonNode read(String resource) {
        try (InputStream in = new ClassPathResource(resource).getInputStream()) {
            return MAPPER.readTree(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectNode shape(JsonNode described) {
        if (described.isString()) {
            return type(described.asString());
        }
        ObjectNode object = object();
        described
                .properties()
                .forEach(each -> property(object, each.getKey(), each.getValue().asString()));
        return object;
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode().put("type", "object");
    }

    private static void property(ObjectNode object, String name, String type) {
        boolean optional = type.endsWith("?");
        object.withObjectProperty("properties")
                .set(name, type(optional ? type.substring(0, type.length() - 1) : type));
        if (!optional) {
            object.withArrayProperty("required").add(name);
        }
    }

    private static ObjectNode resource(String kind, JsonNode described) {
        ObjectNode object = object();
        property(object, "kind", "string");
        property(object, "metadata", "ResourceMetadata");
        property(object, "cluster_id", "string");
        described
                .properties()
                .forEach(each -> property(object, each.getKey(), each.getValue().asString()));
        ((ObjectNode) object.at("/properties/kind")).put("const", kind);
        return object;
    }

    private static ObjectNode list(String kind) {
        ObjectNode object = object();
        property(object, "kind", "string");
        property(object, "metadata", "ListMetadata");
        property(object, "data", kind + "[]");
        ((ObjectNode) object.at("/properties/kind")).put("const", kind + "List");
        return object;
    }

    private static ObjectNode type(String type) {
        if (type.endsWith("[]")) {
            return array(type(type.substring(0, type.length() - 2)));
        }
        if (type.endsWith("{}")) {
            ObjectNode map = object();
            map.set("additionalProperties", type(type.substring(0, type.length() - 2)));
            return map;
        }
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        if (type.equals("any")) {
            return schema.put("description", "Any JSON value, or any bytes");
        }
        if (Character.isUpperCase(type.charAt(0))) {
            return schema.put("$ref", "#/components/schemas/" + type);
        }
        String[] types = type.split("\\|");
        if (types.length == 1) {
            return schema.put("type", type);
        }
        ArrayNode several = schema.putArray("type");
        for (String each : types) {
            several.add(each);
        }
        return schema;
    }

    private static ObjectNode array(ObjectNode items) {
        ObjectNode array = JsonNodeFactory.instance.objectNode().put("type", "array");
        array.set("items", items);
        return array;
    }
}
