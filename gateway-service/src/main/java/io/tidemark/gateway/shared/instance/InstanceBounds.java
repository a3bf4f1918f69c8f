package io.tidemark.gateway.shared.instance;

import org.jspecify.annotations.Nullable;

/**
 * How much a directory holds.
 *
 * @param maxInstances over all groups, at least 1
 * @param maxTextLength of an instance's configuration, and of its subscription, in characters
 * @param maxPositions of an instance
 */
public record InstanceBounds(int maxInstances, int maxTextLength, int maxPositions) {

    /** The bounds but for the number of instances. */
    public static InstanceBounds of(int maxInstances) {
        return new InstanceBounds(maxInstances, 64 << 10, 10_000);
    }

    /** What is too large about a configuration; null where it fits. */
    @Nullable String refusal(String configuration) {
        return text("configuration", configuration);
    }

    /** What is too large about a change, without what there is already; null where it fits. */
    @Nullable String refusal(InstanceChange change) {
        if (change.positions() != null && change.positions().size() > maxPositions) {
            return tooManyPositions();
        }
        return change.subscription() == null ? null : text("subscription", change.subscription());
    }

    String tooManyPositions() {
        return "An instance keeps at most %d positions.".formatted(maxPositions);
    }

    private @Nullable String text(String what, String text) {
        return text.length() <= maxTextLength
                ? null
                : "The %s has %d characters; at most %d are kept."
                        .formatted(what, text.length(), maxTextLength);
    }
}
