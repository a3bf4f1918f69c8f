package io.tidemark.metadata.config;

import java.util.List;
import java.util.Optional;

/**
 * One configuration key.
 *
 * @param defaultValue empty where there is none until an operator sets it
 * @param documentation one or two sentences for people
 * @param readOnly set at the start of a node only, not by AlterConfigs
 * @param sensitive never shown
 * @param synonyms node configuration that applies where a topic does not set its own, the strongest
 *     first
 */
public record ConfigDefinition(
        String name,
        ConfigType type,
        Optional<String> defaultValue,
        ConfigRule rule,
        Importance importance,
        String documentation,
        boolean readOnly,
        boolean sensitive,
        List<Synonym> synonyms) {

    /** How likely an operator is to care. */
    public enum Importance {
        HIGH,
        MEDIUM,
        LOW
    }

    /**
     * @param factor what a value of the synonym is multiplied with (hours to milliseconds); 1 for
     *     the same unit
     */
    public record Synonym(String name, long factor) {

        /** The synonym's value in the unit of the key that it stands for. */
        public String translate(String value) {
            if (factor == 1) {
                return value;
            }
            long number = Long.parseLong(value.strip());
            return Long.toString(number < 0 ? number : Math.multiplyExact(number, factor));
        }
    }

    /** Empty where the value is allowed, else a sentence that names key, value and what is. */
    public Optional<String> problemWith(String value) {
        if (!type.accepts(value) || !rule.accepts(type, value)) {
            String allowed = rule.describe(type);
            String rest =
                    rule instanceof ConfigRule.DefaultOnly
                            ? "only " + allowed
                            : "must be " + allowed;
            return Optional.of("Invalid value '" + value + "' for " + name + ": " + rest);
        }
        return Optional.empty();
    }
}
