package io.tidemark.gateway.admin;

import io.tidemark.gateway.api.Route;
import io.tidemark.gateway.api.Route.Body;
import io.tidemark.gateway.api.RouteGroup;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.Command.ConfigChange;
import io.tidemark.metadata.config.ConfigEntry;
import io.tidemark.metadata.image.ClusterImage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Configurations in v3: of a topic, of a broker, of all brokers. The routes are the same thrice.
 */
final class V3Configs implements RouteGroup {

    private static final String CHANGES_SCHEMA =
            """
            {"type":"object","required":["data"],"properties":{"data":{"type":"array","items":\
            {"type":"object","required":["name"],"properties":{"name":{"type":"string"},"value":\
            {"type":["string","null"]},"operation":{"enum":["SET","DELETE","APPEND","SUBTRACT"]}}}},\
            "validate_only":{"type":"boolean"}}}""";

    private final Cluster cluster;
    private final List<ConfigOwner> owners;

    V3Configs(Cluster cluster) {
        this.cluster = cluster;
        this.owners =
                List.of(
                        new ConfigOwner.Topic(cluster),
                        new ConfigOwner.Broker(cluster),
                        new ConfigOwner.AllBrokers(cluster));
    }

    @Override
    public List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        for (ConfigOwner owner : owners) {
            addRoutes(owner, routes);
        }
        return routes;
    }

    private void addRoutes(ConfigOwner owner, List<Route> routes) {
        String path = owner.path();
        String of = owner.description();
        routes.add(
                V3Routes.get(path, "The settings of " + of, owner.kind() + "List")
                        .servedBy(request -> list(owner, request)));
        routes.add(
                V3Routes.post(
                                path + ":alter",
                                "Change settings of " + of + " together",
                                CHANGES_SCHEMA,
                                "{\"data\":[{\"name\":\"retention.ms\",\"value\":\"3600000\"}]}")
                        .answers(204, "Done", Body.NONE)
                        .servedBy(request -> alter(owner, request)));
        routes.add(
                V3Routes.get(path + "/{name}", "A setting of " + of, owner.kind())
                        .servedBy(request -> one(owner, request)));
        routes.add(
                V3Routes.put(
                                path + "/{name}",
                                "Set a setting of " + of,
                                "{\"type\":\"object\",\"properties\":{\"value\":{\"type\":"
                                        + "[\"string\",\"null\"]}}}",
                                "{\"value\":\"3600000\"}")
                        .servedBy(request -> set(owner, request)));
        routes.add(
                V3Routes.delete(path + "/{name}", "Reset a setting of " + of + " to its default")
                        .servedBy(request -> reset(owner, request)));
    }

    private Mono<ServerResponse> list(ConfigOwner owner, ServerRequest request) {
        ClusterImage image = cluster.describe(request.pathVariable("cluster"));
        String name = owner.readable(request, image);
        V3Links links = V3Links.of(request, image.clusterId());
        List<ObjectNode> data =
                owner.entries(image, name).stream()
                        .map(entry -> json(links, owner, name, entry))
                        .toList();
        return Replies.v3(
                200, V3Links.list(owner.kind() + "List", links.url(owner.segments(name)), data));
    }

    private Mono<ServerResponse> one(ConfigOwner owner, ServerRequest request) {
        ClusterImage image = cluster.describe(request.pathVariable("cluster"));
        String name = owner.readable(request, image);
        ConfigEntry entry = entry(owner, image, name, request.pathVariable("name"));
        return Replies.v3(200, json(V3Links.of(request, image.clusterId()), owner, name, entry));
    }

    private static ConfigEntry entry(
            ConfigOwner owner, ClusterImage image, String name, String config) {
        return owner.entries(image, name).stream()
                .filter(each -> each.definition().name().equals(config))
                .findFirst()
                .orElseThrow(
                        () ->
                                ApiError.notFound(
                                                "Config '%s' of %s not found."
                                                        .formatted(config, owner.description()))
                                        .exception());
    }

    private Mono<ServerResponse> set(ConfigOwner owner, ServerRequest request) {
        ClusterImage image = cluster.describe(request.pathVariable("cluster"));
        String name = owner.changeable(request, image);
        String config = request.pathVariable("name");
        entry(owner, image, name, config);
        return AdminBody.read(request, "value")
                .flatMap(
                        body -> {
                            String value = body.textOrNull("value");
                            return change(
                                    owner,
                                    name,
                                    List.of(
                                            value == null
                                                    ? deletion(config)
                                                    : new ConfigChange(
                                                            config,
                                                            ConfigChange.Operation.SET,
                                                            value)),
                                    false);
                        });
    }

    private Mono<ServerResponse> reset(ConfigOwner owner, ServerRequest request) {
        ClusterImage image = cluster.describe(request.pathVariable("cluster"));
        String name = owner.changeable(request, image);
        String config = request.pathVariable("name");
        entry(owner, image, name, config);
        return change(owner, name, List.of(deletion(config)), false);
    }

    private Mono<ServerResponse> alter(ConfigOwner owner, ServerRequest request) {
        ClusterImage image = cluster.describe(request.pathVariable("cluster"));
        String name = owner.changeable(request, image);
        return AdminBody.read(request, "data", "validate_only")
                .flatMap(
                        body -> {
                            List<ConfigChange> changes = readChanges(body, "data");
                            return change(owner, name, changes, body.flag("validate_only"));
                        });
    }

    /** The changes in an array, of which there is one at least and one for each setting. */
    static List<ConfigChange> readChanges(AdminBody body, String property) {
        List<ConfigChange> changes = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (AdminBody each : body.objects(property, "name", "value", "operation")) {
            changes.add(readChange(each, each.only(names, each.text("name"), "name")));
        }
        if (changes.isEmpty()) {
            throw body.wrong(property, "has no changes");
        }
        return changes;
    }

    private static ConfigChange readChange(AdminBody body, String config) {
        String value = body.textOrNull("value");
        String operation = body.textOrNull("operation");
        return switch (operation == null ? "SET" : operation.toUpperCase(Locale.ROOT)) {
            case "DELETE" -> deletion(config);
            case "SET" ->
                    value == null
                            ? deletion(config)
                            : new ConfigChange(config, ConfigChange.Operation.SET, value);
            case "APPEND" ->
                    new ConfigChange(config, ConfigChange.Operation.APPEND, body.text("value"));
            case "SUBTRACT" ->
                    new ConfigChange(config, ConfigChange.Operation.SUBTRACT, body.text("value"));
            default -> throw body.wrong("operation", "must be SET, DELETE, APPEND or SUBTRACT");
        };
    }

    private static ConfigChange deletion(String config) {
        return new ConfigChange(config, ConfigChange.Operation.DELETE, "");
    }

    private Mono<ServerResponse> change(
            ConfigOwner owner, String name, List<ConfigChange> changes, boolean validateOnly) {
        Command command = owner.command(name, changes, validateOnly);
        return cluster.change(command).flatMap(outcome -> Replies.noContent());
    }

    /** A setting's resource. */
    static ObjectNode json(V3Links links, ConfigOwner owner, String name, ConfigEntry entry) {
        String config = entry.definition().name();
        String[] segments = owner.segments(name);
        String[] path = java.util.Arrays.copyOf(segments, segments.length + 1);
        path[segments.length] = config;
        List<String> crn = new ArrayList<>(owner.crn(name));
        crn.addAll(List.of("config", config));
        ObjectNode json = links.resource(owner.kind(), crn, path);
        owner.identify(name, json);
        json.put("name", config)
                .put("value", entry.definition().sensitive() ? null : entry.value().orElse(null))
                .put("is_default", owner.isDefault(entry))
                .put("is_read_only", entry.definition().readOnly())
                .put("is_sensitive", entry.definition().sensitive())
                .put("source", ConfigOwner.sourceName(entry.source()));
        ArrayNode synonyms = json.putArray("synonyms");
        for (ConfigEntry.Candidate candidate : entry.candidates()) {
            synonyms.addObject()
                    .put("name", candidate.name())
                    .put("value", entry.definition().sensitive() ? null : candidate.value())
                    .put("source", ConfigOwner.sourceName(candidate.source()));
        }
        return json;
    }
}
