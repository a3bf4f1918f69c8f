package io.tidemark.testkit.simulation.group;

import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.Delta;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;

/** The metadata that groups see: topics that come and grow. */
final class GroupTopics {
    private ClusterImage image = ClusterImage.empty();
    private long version;

    ClusterImage image() {
        return image;
    }

    List<Delta> create(String name, int partitions) {
        long next = version + 1;
        Uuid id = new Uuid(0x7469_6465L, next);
        return change(
                new Delta.TopicCreated(
                        new TopicImage(id, name, partitions(0, partitions), Map.of(), next)));
    }

    List<Delta> grow(String name, int more) {
        TopicImage topic = image.topic(name).orElseThrow();
        int now = topic.partitions().size();
        return change(new Delta.PartitionsAdded(topic.id(), partitions(now, now + more)));
    }

    /** How many partitions a topic has; 0 where there is none. */
    int partitions(String name) {
        return image.topic(name).map(topic -> topic.partitions().size()).orElse(0);
    }

    private List<Delta> change(Delta delta) {
        List<Delta> deltas = List.of(delta);
        image = image.apply(++version, deltas);
        return deltas;
    }

    private static List<PartitionImage> partitions(int from, int to) {
        List<PartitionImage> partitions = new ArrayList<>();
        for (int i = from; i < to; i++) {
            partitions.add(new PartitionImage(i, 1, 0, 0, List.of(1), List.of(1)));
        }
        return partitions;
    }
}
