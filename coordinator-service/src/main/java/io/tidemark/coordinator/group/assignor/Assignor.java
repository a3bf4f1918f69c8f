package io.tidemark.coordinator.group.assignor;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.apache.kafka.common.Uuid;

/**
 * Distributes the partitions of subscribed topics over a group's members. A pure function: the same
 * input gives the same assignment, whatever the order of its maps.
 */
public interface Assignor {

    /** As clients ask for it. */
    String name();

    /**
     * Gives every partition of a topic that somebody subscribes to, to exactly one of its
     * subscribers.
     *
     * @return by member id; every member is in it
     */
    Map<String, PartitionSet> assign(Input input);

    /**
     * What there is to distribute.
     *
     * @param members by member id
     * @param topics every topic that a member subscribes to, by id
     */
    record Input(SortedMap<String, Member> members, SortedMap<Uuid, Topic> topics) {}

    /**
     * A member.
     *
     * @param topics ids of the existing topics it subscribes to
     * @param assigned what it was meant to have so far
     */
    record Member(
            Optional<String> instanceId,
            Optional<String> rack,
            Set<Uuid> topics,
            PartitionSet assigned) {}

    /**
     * A topic.
     *
     * @param partitions how many
     * @param racks of each partition's replicas, by its index; empty where no rack matters
     */
    record Topic(String name, int partitions, List<Set<String>> racks) {

        /** Whether a replica of the partition stands in the rack. */
        boolean isIn(int partition, String rack) {
            return partition < racks.size() && racks.get(partition).contains(rack);
        }
    }
}
