package io.tidemark.gateway.routing;

import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.Delta;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.common.Uuid;

/**
 * Who leads which partition: as the metadata says, or as a node has said since in its refusal
 * (KIP-951), whichever knows the newer epoch. Safe for any thread.
 */
public final class Leaders {

    private final ClusterView view;
    private final ConcurrentMap<Key, Leader> hints = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<Listener> listeners = new CopyOnWriteArrayList<>();

    private record Key(Uuid topicId, int partition) {}

    /** Told of changes. Must be quick; on the thread that learned of it. */
    public interface Listener {

        /** A partition may have another leader. */
        void leaderChanged(Uuid topicId, int partition);

        /** Any partition may have. */
        void leadersChanged();
    }

    public Leaders(ClusterView view) {
        this.view = view;
        view.onChange(this::onImage);
    }

    /** The leader of a partition that the topic has. */
    public Leader of(TopicImage topic, int partition) {
        Leader known = Leader.of(topic.partitions().get(partition));
        if (hints.isEmpty()) {
            return known;
        }
        Leader hint = hints.get(new Key(topic.id(), partition));
        return hint != null && hint.epoch() > known.epoch() ? hint : known;
    }

    /**
     * Takes what a node said in its refusal. It holds until the metadata is as new.
     *
     * @param nodeId a node that the metadata does not know is passed over
     */
    public void learn(Uuid topicId, int partition, int nodeId, int epoch) {
        ClusterImage image = view.image();
        boolean newer =
                image.nodes().containsKey(nodeId)
                        && image.topic(topicId)
                                .filter(topic -> partition < topic.partitions().size())
                                .map(topic -> of(topic, partition).epoch() < epoch)
                                .orElse(false);
        if (newer) {
            hints.put(new Key(topicId, partition), new Leader(nodeId, epoch));
            listeners.forEach(each -> each.leaderChanged(topicId, partition));
        }
    }

    public void onChange(Listener listener) {
        listeners.add(listener);
    }

    /**
     * Completes when one of {@code partitions} has another leader, or another epoch, than {@code
     * then}; fails after {@code limit}.
     *
     * @param then a former image of the topic
     */
    public CompletionStage<ClusterImage> awaitChange(
            TopicImage then, int[] partitions, Duration limit) {
        return view.await(image -> changed(image, then, partitions), limit);
    }

    private static boolean changed(ClusterImage image, TopicImage then, int[] partitions) {
        TopicImage now = image.topic(then.id()).orElse(null);
        if (now == null) {
            return true;
        }
        for (int partition : partitions) {
            if (partition < then.partitions().size()
                    && !Leader.of(now.partitions().get(partition))
                            .equals(Leader.of(then.partitions().get(partition)))) {
                return true;
            }
        }
        return false;
    }

    private void onImage(ClusterImage image, List<Delta> deltas) {
        hints.entrySet().removeIf(each -> isKnown(image, each.getKey(), each.getValue()));
        if (deltas.isEmpty()) {
            listeners.forEach(Listener::leadersChanged);
        }
        for (Delta delta : deltas) {
            if (delta instanceof Delta.PartitionChanged(Uuid topicId, PartitionImage partition)) {
                listeners.forEach(each -> each.leaderChanged(topicId, partition.index()));
            }
        }
    }

    private static boolean isKnown(ClusterImage image, Key key, Leader hint) {
        return image.topic(key.topicId)
                .filter(topic -> key.partition < topic.partitions().size())
                .map(topic -> topic.partitions().get(key.partition).leaderEpoch() >= hint.epoch())
                .orElse(true);
    }
}
