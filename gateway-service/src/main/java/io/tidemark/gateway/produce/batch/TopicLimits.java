package io.tidemark.gateway.produce.batch;

import io.tidemark.gateway.routing.ClusterView;
import io.tidemark.metadata.config.EffectiveConfigs;
import io.tidemark.metadata.config.TopicConfigs;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.TopicImage;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.Uuid;

/**
 * How long a batch of a topic may be: what the topic takes, and what the gateway sends at most. Any
 * thread.
 */
public final class TopicLimits {

    private final ClusterView view;
    private final int maxBatchBytes;
    private final Map<Uuid, Limit> limits = new ConcurrentHashMap<>();

    /** A limit and what it was computed from. */
    private record Limit(
            TopicImage topic, Map<String, Map<String, String>> nodeConfigs, int maxMessageBytes) {

        boolean holdsFor(TopicImage now, ClusterImage image) {
            return topic == now && nodeConfigs == image.nodeConfigs();
        }
    }

    /**
     * @param maxBatchBytes what the gateway sends at most, but for a single record
     */
    public TopicLimits(ClusterView view, int maxBatchBytes) {
        this.view = view;
        this.maxBatchBytes = maxBatchBytes;
    }

    /** The longest batch to build for a topic. */
    int maxBatchBytes(Uuid topicId) {
        return view.image()
                .topic(topicId)
                .map(topic -> Math.min(maxBatchBytes, maxMessageBytes(topic)))
                .orElse(maxBatchBytes);
    }

    /** The longest batch that a topic takes at all. */
    int maxMessageBytes(TopicImage topic) {
        ClusterImage image = view.image();
        Limit known = limits.get(topic.id());
        if (known == null || !known.holdsFor(topic, image)) {
            int leader = topic.partitions().getFirst().leader();
            int bytes =
                    EffectiveConfigs.ofTopic(image, topic, leader, Map.of())
                            .getInt(TopicConfigs.MAX_MESSAGE_BYTES);
            known = new Limit(topic, image.nodeConfigs(), bytes);
            limits.put(topic.id(), known);
        }
        return known.maxMessageBytes;
    }

    void forget(Uuid topicId) {
        limits.remove(topicId);
    }
}
