package io.tidemark.metadata.config;

import io.tidemark.metadata.config.ConfigDefinition.Importance;
import io.tidemark.metadata.config.ConfigDefinition.Synonym;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Spells a definition out in the catalogues, one key a statement. */
final class DefinitionBuilder {
    private final String name;
    private final ConfigType type;
    private final @Nullable String defaultValue;
    private ConfigRule rule = new ConfigRule.Any();
    private Importance importance = Importance.MEDIUM;
    private boolean readOnly;
    private final List<Synonym> synonyms = new ArrayList<>();

    private DefinitionBuilder(String name, ConfigType type, @Nullable String defaultValue) {
        this.name = name;
        this.type = type;
        this.defaultValue = defaultValue;
    }

    static DefinitionBuilder ofBoolean(String name, boolean defaultValue) {
        return new DefinitionBuilder(name, ConfigType.BOOLEAN, Boolean.toString(defaultValue));
    }

    static DefinitionBuilder ofInt(String name, int defaultValue, int min) {
        return new DefinitionBuilder(name, ConfigType.INT, Integer.toString(defaultValue))
                .rule(new ConfigRule.Range(min, Integer.MAX_VALUE));
    }

    static DefinitionBuilder ofLong(String name, long defaultValue, long min) {
        return new DefinitionBuilder(name, ConfigType.LONG, Long.toString(defaultValue))
                .rule(new ConfigRule.Range(min, Long.MAX_VALUE));
    }

    static DefinitionBuilder ofRatio(String name, double defaultValue) {
        return new DefinitionBuilder(name, ConfigType.DOUBLE, Double.toString(defaultValue))
                .rule(new ConfigRule.Range(0, 1));
    }

    static DefinitionBuilder ofText(String name, @Nullable String defaultValue) {
        return new DefinitionBuilder(name, ConfigType.STRING, defaultValue);
    }

    static DefinitionBuilder ofList(String name, String defaultValue) {
        return new DefinitionBuilder(name, ConfigType.LIST, defaultValue);
    }

    /** An integer that has no value until it is set: weaker synonyms speak for it. */
    static DefinitionBuilder ofUnset(String name, ConfigType type, long min) {
        return new DefinitionBuilder(name, type, null)
                .rule(new ConfigRule.Range(min, Long.MAX_VALUE));
    }

    DefinitionBuilder oneOf(String... allowed) {
        return rule(new ConfigRule.OneOf(List.of(allowed)));
    }

    /** Replicas as Kafka's throttles name them. */
    DefinitionBuilder replicas() {
        return rule(new ConfigRule.Replicas());
    }

    /** A number has an upper bound as well. */
    DefinitionBuilder upTo(long max) {
        return rule(
                rule instanceof ConfigRule.Range range
                        ? new ConfigRule.Range(range.min(), max)
                        : new ConfigRule.Range(Long.MIN_VALUE, max));
    }

    /** Known to Kafka, without effect here. */
    DefinitionBuilder defaultOnly(String reason) {
        return rule(new ConfigRule.DefaultOnly(defaultValue == null ? "" : defaultValue, reason));
    }

    DefinitionBuilder important() {
        importance = Importance.HIGH;
        return this;
    }

    DefinitionBuilder minor() {
        importance = Importance.LOW;
        return this;
    }

    DefinitionBuilder readOnly() {
        readOnly = true;
        return this;
    }

    DefinitionBuilder node(String synonym) {
        return node(synonym, 1);
    }

    DefinitionBuilder node(String synonym, long factor) {
        synonyms.add(new Synonym(synonym, factor));
        return this;
    }

    ConfigDefinition doc(String documentation) {
        return new ConfigDefinition(
                name,
                type,
                Optional.ofNullable(defaultValue),
                rule,
                importance,
                documentation,
                readOnly,
                false,
                List.copyOf(synonyms));
    }

    private DefinitionBuilder rule(ConfigRule changed) {
        rule = changed;
        return this;
    }
}
