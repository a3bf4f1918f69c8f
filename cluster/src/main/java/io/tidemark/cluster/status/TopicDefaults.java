package io.tidemark.cluster.status;

import io.tidemark.metadata.config.EffectiveConfigs;
import io.tidemark.metadata.config.NodeConfigs;
import io.tidemark.metadata.config.TopicConfigs;
import io.tidemark.metadata.image.ClusterImage;
import java.util.Map;
import java.util.Optional;

/**
 * What topics get that do not say otherwise.
 *
 * @param replicationFactor 0 where no coordinator says
 */
public record TopicDefaults(int replicationFactor, int minInsyncReplicas) {
    private static final int ALL_NODES = -1;

    /** As the coordinators have decided. */
    public static TopicDefaults in(Optional<ClusterImage> image) {
        if (image.isEmpty()) {
            return new TopicDefaults(0, 0);
        }
        EffectiveConfigs configs = EffectiveConfigs.ofNode(image.get(), ALL_NODES, Map.of());
        return new TopicDefaults(
                configs.getInt(NodeConfigs.DEFAULT_REPLICATION_FACTOR),
                configs.getInt(TopicConfigs.MIN_INSYNC_REPLICAS));
    }

    /** Whether the loss of one node loses what is only there, although there are others. */
    public boolean withoutRedundancy(int nodes) {
        return replicationFactor == 1 && nodes > 1;
    }

    /**
     * A sentence for a person.
     *
     * @param api URL of the cluster at a gateway, as in {@code …/v3/clusters/id}
     */
    public String inWords(int nodes, String api) {
        if (replicationFactor == 0) {
            return "No coordinator says what new topics get.";
        }
        if (withoutRedundancy(nodes)) {
            return "Mind: topics have 1 replica unless they say otherwise, and are gone with its node. For later ones:\n"
                    + "  curl -X PUT -H 'Content-Type: application/json' -d '{\"value\":\"%d\"}' %s/broker-configs/default.replication.factor"
                            .formatted(Math.min(3, nodes), api);
        }
        return "Topics have %d replica%s, of which %d must be in sync, unless they say otherwise."
                .formatted(
                        replicationFactor,
                        replicationFactor == 1 ? "" : "s",
                        Math.min(minInsyncReplicas, replicationFactor));
    }
}
