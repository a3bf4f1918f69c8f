package io.tidemark.cluster.layout;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a person gives to processes: applied to a layout as it is by then, and taken back alone, so
 * that what others changed meanwhile stays.
 *
 * @param only the member that gets the settings; empty for all
 * @param settings by name; one without a value is kept no more
 * @param javaOptions of all processes; empty where they stay
 */
public record LayoutChange(
        Optional<Member> only, Map<String, String> settings, Optional<List<String>> javaOptions) {

    public LayoutChange {
        settings = Map.copyOf(settings);
        javaOptions = javaOptions.map(List::copyOf);
    }

    /** Of all processes. */
    public static LayoutChange of(Map<String, String> settings) {
        return new LayoutChange(Optional.empty(), settings, Optional.empty());
    }

    /** Of one process. */
    public static LayoutChange of(Member member, Map<String, String> settings) {
        return new LayoutChange(Optional.of(member), settings, Optional.empty());
    }

    /** The layout with this; without the settings of a member that it has no more. */
    public ClusterLayout appliedTo(ClusterLayout layout) {
        ClusterLayout changed = javaOptions.map(layout::withJavaOptions).orElse(layout);
        if (only.isEmpty()) {
            return changed.with(settings);
        }
        return layout.members().contains(only.get()) ? changed.with(only.get(), settings) : changed;
    }

    /** Whether the layout would be another one with it. */
    public boolean alters(ClusterLayout layout) {
        return !appliedTo(layout).equals(layout);
    }

    /** The change that gives back what that layout has of what this one changes. */
    public LayoutChange backTo(ClusterLayout before) {
        Map<String, String> there =
                only.map(member -> before.overrides().getOrDefault(member.name(), Map.of()))
                        .orElse(before.settings());
        Map<String, String> old = new LinkedHashMap<>();
        settings.keySet().forEach(name -> old.put(name, there.getOrDefault(name, "")));
        return new LayoutChange(only, old, javaOptions.map(given -> before.javaOptions()));
    }
}
