package io.tidemark.protocol.server;

import java.util.List;

/**
 * What ApiVersions tells of the cluster's features.
 *
 * @param epoch grows with each change of the finalized levels; -1 where unknown
 */
public record Features(long epoch, List<Feature> features) {

    /** No features: clients then use what needs none. */
    public static final Features NONE = new Features(-1, List.of());

    /**
     * One feature.
     *
     * @param name for example {@code group.version}
     * @param minVersion lowest level that this node supports
     * @param maxVersion highest level that this node supports
     * @param finalizedLevel the cluster's level; 0 where it is off
     */
    public record Feature(String name, short minVersion, short maxVersion, short finalizedLevel) {}
}
