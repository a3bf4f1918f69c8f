package io.tidemark.metadata.config;

import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import java.util.ArrayList;
import java.util.List;

/**
 * Topics that have less to spare than they could have, by name.
 *
 * @param single those with a partition of which there is one replica
 * @param tight those of which {@code min.insync.replicas} is more than a partition has replicas, of
 *     which there are several: not one may be away
 */
public record Redundancy(List<String> single, List<String> tight) {

    public Redundancy {
        single = List.copyOf(single);
        tight = List.copyOf(tight);
    }

    /** Of all topics; of a cluster of one node it says nothing that anybody could mend. */
    public static Redundancy in(ClusterImage image) {
        List<String> single = new ArrayList<>();
        List<String> tight = new ArrayList<>();
        for (TopicImage topic : image.topics().values()) {
            int fewest =
                    topic.partitions().stream()
                            .map(PartitionImage::replicas)
                            .mapToInt(List::size)
                            .min()
                            .orElse(Integer.MAX_VALUE);
            if (fewest == 1) {
                single.add(topic.name());
            } else if (MinIsr.configured(topic.configs(), image) > fewest) {
                tight.add(topic.name());
            }
        }
        single.sort(null);
        tight.sort(null);
        return new Redundancy(single, tight);
    }
}
