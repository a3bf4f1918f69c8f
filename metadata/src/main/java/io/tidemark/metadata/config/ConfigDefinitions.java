package io.tidemark.metadata.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A catalogue of configuration keys: those of topics, or those of nodes. */
public final class ConfigDefinitions {
    private final String kind;
    private final Map<String, ConfigDefinition> byName;
    private final Function<String, Optional<String>> unserved;

    /**
     * @param unserved why a key that Kafka knows is not among them; empty for all other names
     */
    ConfigDefinitions(
            String kind,
            List<ConfigDefinition> definitions,
            Function<String, Optional<String>> unserved) {
        this.kind = kind;
        this.unserved = unserved;
        this.byName = new LinkedHashMap<>();
        definitions.stream()
                .sorted(Comparator.comparing(ConfigDefinition::name))
                .forEach(definition -> byName.put(definition.name(), definition));
    }

    /** The keys of topics. */
    public static ConfigDefinitions ofTopics() {
        return TopicConfigs.DEFINITIONS;
    }

    /** The keys of nodes; Kafka calls them broker configs. */
    public static ConfigDefinitions ofNodes() {
        return NodeConfigs.DEFINITIONS;
    }

    /** All, ordered by name. */
    public Collection<ConfigDefinition> all() {
        return byName.values();
    }

    public Optional<ConfigDefinition> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** Whether the key exists, here or in Kafka alone: such a one can be cleared, not set. */
    public boolean knows(String name) {
        return byName.containsKey(name) || unserved.apply(name).isPresent();
    }

    /**
     * @return the definition
     * @throws IllegalArgumentException where the key does not exist; see {@link #problemWith}
     */
    public ConfigDefinition get(String name) {
        return find(name).orElseThrow(() -> new IllegalArgumentException(unknown(name)));
    }

    /** Empty where the key exists and the value is allowed, else what is wrong, for people. */
    public Optional<String> problemWith(String name, String value) {
        ConfigDefinition definition = byName.get(name);
        return definition == null ? Optional.of(unknown(name)) : definition.problemWith(value);
    }

    /** The first problem of several settings in the order of their names, or empty. */
    public Optional<String> problemWith(Map<String, String> configs) {
        return configs.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .flatMap(entry -> problemWith(entry.getKey(), entry.getValue()).stream())
                .findFirst();
    }

    private String unknown(String name) {
        return unserved.apply(name)
                .map(reason -> "Config " + name + " cannot be set: " + reason)
                .orElseGet(
                        () ->
                                "Unknown "
                                        + kind
                                        + " config '"
                                        + name
                                        + "'"
                                        + nearest(name)
                                                .map(near -> "; did you mean " + near + "?")
                                                .orElse(""));
    }

    /** The key most like a name, where one is like enough to be a slip of the keyboard. */
    Optional<String> nearest(String name) {
        String wanted = name.strip().toLowerCase(Locale.ROOT).replace('_', '.');
        int limit = Math.max(2, wanted.length() / 4);
        return byName.keySet().stream()
                .filter(key -> Math.abs(key.length() - wanted.length()) <= limit)
                .filter(key -> Spelling.distance(wanted, key) <= limit)
                .min(Comparator.comparingInt(key -> Spelling.distance(wanted, key)));
    }
}
