package io.tidemark.metadata.config;

import java.util.List;
import java.util.Optional;

/**
 * A key with the value that applies.
 *
 * @param value empty where nothing sets it
 * @param candidates every source that sets it, the strongest first; the first one's value applies
 */
public record ConfigEntry(
        ConfigDefinition definition,
        Optional<String> value,
        ConfigSource source,
        List<Candidate> candidates) {

    /**
     * @param name the key or the synonym under which the source sets it
     * @param value in the unit of that name
     */
    public record Candidate(String name, String value, ConfigSource source) {}
}
