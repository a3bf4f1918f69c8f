package io.tidemark.metadata.config;

import io.tidemark.metadata.config.ConfigDefinition.Synonym;
import io.tidemark.metadata.config.ConfigEntry.Candidate;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.TopicImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The configuration that applies to a topic on a node, or to a node: what is set on the topic, on
 * the node, for all nodes, in the node's own files, by default; in this order. Immutable. Looking a
 * value up parses it; keep what you use on every record.
 */
public final class EffectiveConfigs {
    private final ConfigDefinitions definitions;
    private final List<Layer> layers;

    private EffectiveConfigs(ConfigDefinitions definitions, List<Layer> layers) {
        this.definitions = definitions;
        this.layers = layers;
    }

    /**
     * Of a topic, as a node sees it.
     *
     * @param staticConfigs node configuration from the node's own files
     */
    public static EffectiveConfigs ofTopic(
            ClusterImage image, TopicImage topic, int nodeId, Map<String, String> staticConfigs) {
        return ofTopic(topic.configs(), image, nodeId, staticConfigs);
    }

    /** Of a topic that has, or would have, these settings of its own. */
    public static EffectiveConfigs ofTopic(
            Map<String, String> topicConfigs,
            ClusterImage image,
            int nodeId,
            Map<String, String> staticConfigs) {
        List<Layer> layers = new ArrayList<>();
        layers.add(new Layer(ConfigSource.TOPIC, TopicConfigs.withFlush(topicConfigs)));
        layers.addAll(nodeLayers(image, nodeId, staticConfigs));
        return new EffectiveConfigs(ConfigDefinitions.ofTopics(), layers);
    }

    /** Of a node. */
    public static EffectiveConfigs ofNode(
            ClusterImage image, int nodeId, Map<String, String> staticConfigs) {
        return new EffectiveConfigs(
                ConfigDefinitions.ofNodes(), nodeLayers(image, nodeId, staticConfigs));
    }

    /** All keys, ordered by name. */
    public List<ConfigEntry> entries() {
        return definitions.all().stream().map(this::entry).toList();
    }

    /**
     * One key.
     *
     * @throws IllegalArgumentException where the key does not exist
     */
    public ConfigEntry entry(String name) {
        return entry(definitions.get(name));
    }

    public long getLong(String name) {
        return Long.parseLong(getString(name));
    }

    public int getInt(String name) {
        return Integer.parseInt(getString(name));
    }

    public boolean getBoolean(String name) {
        return Boolean.parseBoolean(getString(name));
    }

    public double getDouble(String name) {
        return Double.parseDouble(getString(name));
    }

    /**
     * The value in the unit of the key.
     *
     * @throws IllegalStateException where the key has no value and no default
     */
    public String getString(String name) {
        return entry(name)
                .value()
                .orElseThrow(() -> new IllegalStateException("Nothing sets " + name))
                .strip();
    }

    private ConfigEntry entry(ConfigDefinition definition) {
        List<Candidate> candidates = new ArrayList<>();
        Optional<String> value = Optional.empty();
        for (Layer layer : layers) {
            for (Synonym key : keys(definition, layer.source)) {
                String set = layer.configs.get(key.name());
                if (set != null) {
                    candidates.add(new Candidate(key.name(), set, layer.source));
                    value = value.or(() -> Optional.of(key.translate(set)));
                }
            }
        }
        definition
                .defaultValue()
                .ifPresent(
                        text ->
                                candidates.add(
                                        new Candidate(
                                                definition.name(), text, ConfigSource.DEFAULT)));
        ConfigSource source =
                candidates.isEmpty() ? ConfigSource.DEFAULT : candidates.getFirst().source();
        return new ConfigEntry(
                definition, value.or(definition::defaultValue), source, List.copyOf(candidates));
    }

    /** Under which names a source may set the key, the strongest first. */
    private List<Synonym> keys(ConfigDefinition definition, ConfigSource source) {
        Synonym itself = new Synonym(definition.name(), 1);
        if (source == ConfigSource.TOPIC) {
            return List.of(itself);
        }
        if (definitions == ConfigDefinitions.ofTopics()) {
            return definition.synonyms();
        }
        List<Synonym> keys = new ArrayList<>(List.of(itself));
        keys.addAll(definition.synonyms());
        return keys;
    }

    private static List<Layer> nodeLayers(
            ClusterImage image, int nodeId, Map<String, String> staticConfigs) {
        return List.of(
                new Layer(ConfigSource.DYNAMIC_NODE, image.nodeConfig(Integer.toString(nodeId))),
                new Layer(ConfigSource.DYNAMIC_DEFAULT_NODE, image.nodeConfig("")),
                new Layer(ConfigSource.STATIC_NODE, staticConfigs));
    }

    private record Layer(ConfigSource source, Map<String, String> configs) {}
}
