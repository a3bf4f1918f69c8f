package io.tidemark.coordinator.metadata;

import io.tidemark.coordinator.election.LeaderElection;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.Command.ConfigChange;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.config.ConfigDefinition;
import io.tidemark.metadata.config.ConfigDefinitions;
import io.tidemark.metadata.config.ConfigRule;
import io.tidemark.metadata.config.ConfigType;
import io.tidemark.metadata.config.TopicConfigs;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.Delta;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Configuration is changed. */
final class ConfigDecisions {
    private static final String ALL_NODES = "";

    private ConfigDecisions() {}

    static Decision alterTopic(
            Command.AlterTopicConfigs command, ClusterImage image, long version) {
        TopicImage topic = TopicDecisions.existing(command.topic(), image);
        Map<String, String> changed =
                changed(topic.configs(), command.changes(), ConfigDefinitions.ofTopics());
        refuse(TopicConfigs.conflict(changed));
        return decision(
                command.validateOnly() || changed.equals(topic.configs()),
                image,
                version,
                new Delta.TopicConfigsChanged(topic.id(), changed));
    }

    static Decision alterNode(Command.AlterNodeConfigs command, ClusterImage image, long version) {
        String node = command.node();
        if (!node.equals(ALL_NODES) && !isRegistered(node, image)) {
            throw new Rejection(
                    ErrorCode.INVALID_REQUEST,
                    "There is no node with id '" + node + "' to configure");
        }
        Map<String, String> present = image.nodeConfig(node);
        command.changes().stream()
                .filter(change -> !clearsNothing(change, present))
                .flatMap(change -> ConfigDefinitions.ofNodes().find(change.name()).stream())
                .filter(ConfigDefinition::readOnly)
                .findFirst()
                .ifPresent(
                        definition -> {
                            throw new Rejection(
                                    ErrorCode.INVALID_CONFIG,
                                    "Config "
                                            + definition.name()
                                            + " cannot be changed while a node runs");
                        });
        if (!node.equals(ALL_NODES)
                && command.changes().stream()
                        .filter(change -> !clearsNothing(change, present))
                        .anyMatch(
                                change -> change.name().equals(TopicConfigs.MIN_INSYNC_REPLICAS))) {
            throw new Rejection(
                    ErrorCode.INVALID_CONFIG,
                    "Config "
                            + TopicConfigs.MIN_INSYNC_REPLICAS
                            + " can be set for a topic or for all nodes, not for node "
                            + node
                            + " alone: all must agree on it");
        }
        Map<String, String> changed =
                changed(present, command.changes(), ConfigDefinitions.ofNodes());
        return decision(
                command.validateOnly() || changed.equals(present),
                image,
                version,
                new Delta.NodeConfigsChanged(node, changed));
    }

    /** What all nodes of a new cluster begin with; nothing where there is nothing to set. */
    static List<Delta> initial(Map<String, String> defaults, ClusterImage image) {
        List<ConfigChange> changes =
                defaults.entrySet().stream()
                        .map(
                                set ->
                                        new ConfigChange(
                                                set.getKey(),
                                                ConfigChange.Operation.SET,
                                                set.getValue()))
                        .toList();
        Map<String, String> present = image.nodeConfig(ALL_NODES);
        Map<String, String> changed = changed(present, changes, ConfigDefinitions.ofNodes());
        return changed.equals(present)
                ? List.of()
                : List.of(new Delta.NodeConfigsChanged(ALL_NODES, changed));
    }

    /**
     * Where min.insync.replicas becomes smaller, the ELR goes in the same entry: from then on,
     * records are acknowledged without it.
     */
    private static Decision decision(
            boolean unchanged, ClusterImage image, long version, Delta delta) {
        if (unchanged) {
            return Decision.unchanged(new CommandResult.Done(image.version()));
        }
        List<Delta> deltas = new ArrayList<>(List.of(delta));
        deltas.addAll(
                LeaderElection.afterSmallerMinIsr(
                        image.apply(version, delta), topic -> affects(delta, topic)));
        return new Decision(deltas, new CommandResult.Done(version));
    }

    private static boolean affects(Delta delta, TopicImage topic) {
        return !(delta instanceof Delta.TopicConfigsChanged one)
                || one.topicId().equals(topic.id());
    }

    private static Map<String, String> changed(
            Map<String, String> present, List<ConfigChange> changes, ConfigDefinitions known) {
        Map<String, String> configs = new TreeMap<>(present);
        Set<String> seen = new HashSet<>();
        for (ConfigChange change : changes) {
            if (!seen.add(change.name())) {
                throw new Rejection(
                        ErrorCode.INVALID_REQUEST,
                        "Config " + change.name() + " is changed twice in one request");
            }
            if (clearsNothing(change, present) && known.knows(change.name())) {
                continue;
            }
            Optional<ConfigDefinition> definition = known.find(change.name());
            if (definition.isEmpty()) {
                refuse(known.problemWith(change.name(), change.value()));
            } else {
                change(configs, definition.get(), change);
            }
        }
        return configs;
    }

    /** Tools clear whatever they may have set, and some of it was never set, or cannot be. */
    private static boolean clearsNothing(ConfigChange change, Map<String, String> present) {
        return change.operation() == ConfigChange.Operation.DELETE
                && !present.containsKey(change.name());
    }

    private static void change(
            Map<String, String> configs, ConfigDefinition definition, ConfigChange change) {
        switch (change.operation()) {
            case DELETE -> configs.remove(definition.name());
            case SET -> put(configs, definition, change.value());
            case APPEND -> {
                List<String> elements = elements(configs, definition);
                ConfigRule.elements(change.value()).stream()
                        .filter(element -> !elements.contains(element))
                        .forEach(elements::add);
                put(configs, definition, String.join(",", elements));
            }
            case SUBTRACT -> {
                List<String> elements = elements(configs, definition);
                elements.removeAll(ConfigRule.elements(change.value()));
                put(configs, definition, String.join(",", elements));
            }
        }
    }

    private static List<String> elements(Map<String, String> configs, ConfigDefinition definition) {
        if (definition.type() != ConfigType.LIST) {
            throw new Rejection(
                    ErrorCode.INVALID_CONFIG,
                    "Config "
                            + definition.name()
                            + " is no list: it can be set and deleted, not appended to");
        }
        String present =
                configs.getOrDefault(definition.name(), definition.defaultValue().orElse(""));
        return new ArrayList<>(ConfigRule.elements(present));
    }

    private static void put(
            Map<String, String> configs, ConfigDefinition definition, String value) {
        refuse(definition.problemWith(value));
        configs.put(definition.name(), value);
    }

    private static void refuse(Optional<String> problem) {
        if (problem.isPresent()) {
            throw new Rejection(ErrorCode.INVALID_CONFIG, problem.get());
        }
    }

    private static boolean isRegistered(String node, ClusterImage image) {
        return image.nodes().keySet().stream().anyMatch(id -> Integer.toString(id).equals(node));
    }
}
