package io.tidemark.coordinator.group.assignor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;

/** An assignment in the making: members and topics by their place in an order, and who has what. */
final class Seats {
    static final int NOBODY = -1;

    private final List<String> ids = new ArrayList<>();
    private final List<Assignor.Member> members = new ArrayList<>();
    private final List<Uuid> topicIds = new ArrayList<>();
    private final List<Assignor.Topic> topics = new ArrayList<>();
    private final int[][] subscribers;
    private final int[][] owners;
    private final int[] loads;

    /**
     * @param ordered members in the order that decides where nothing else does
     */
    Seats(Map<String, Assignor.Member> ordered, Map<Uuid, Assignor.Topic> topics) {
        ordered.forEach(
                (id, member) -> {
                    ids.add(id);
                    members.add(member);
                });
        Map<Uuid, Integer> places = new HashMap<>();
        topics.forEach(
                (id, topic) -> {
                    places.put(id, topicIds.size());
                    topicIds.add(id);
                    this.topics.add(topic);
                });
        subscribers = subscribers(places);
        loads = new int[members.size()];
        owners = new int[topics.size()][];
        for (int topic = 0; topic < owners.length; topic++) {
            owners[topic] = new int[partitions(topic)];
            Arrays.fill(owners[topic], NOBODY);
        }
    }

    private int[][] subscribers(Map<Uuid, Integer> places) {
        List<List<Integer>> lists = new ArrayList<>();
        topics.forEach(topic -> lists.add(new ArrayList<>()));
        for (int member = 0; member < members.size(); member++) {
            for (Uuid id : members.get(member).topics()) {
                Integer place = places.get(id);
                if (place != null) {
                    lists.get(place).add(member);
                }
            }
        }
        return lists.stream()
                .map(list -> list.stream().mapToInt(Integer::intValue).toArray())
                .toArray(int[][]::new);
    }

    /** Seats everybody where they sat before, as far as they still subscribe. */
    void keepAssigned() {
        for (int topic = 0; topic < owners.length; topic++) {
            for (int member : subscribers[topic]) {
                PartitionSet before = members.get(member).assigned();
                if (!before.topics().contains(topicIds.get(topic))) {
                    continue;
                }
                for (int partition = 0; partition < owners[topic].length; partition++) {
                    if (owners[topic][partition] == NOBODY
                            && before.contains(topicIds.get(topic), partition)) {
                        seat(topic, partition, member);
                    }
                }
            }
        }
    }

    /** Gives a partition to a member or, with {@link #NOBODY}, takes it away. */
    void seat(int topic, int partition, int member) {
        int before = owners[topic][partition];
        if (before != NOBODY) {
            loads[before]--;
        }
        if (member != NOBODY) {
            loads[member]++;
        }
        owners[topic][partition] = member;
    }

    int members() {
        return members.size();
    }

    int topics() {
        return topics.size();
    }

    int partitions(int topic) {
        return topics.get(topic).partitions();
    }

    /** Of all topics. */
    int partitions() {
        return topics.stream().mapToInt(Assignor.Topic::partitions).sum();
    }

    int owner(int topic, int partition) {
        return owners[topic][partition];
    }

    /** Partitions that the member has. */
    int load(int member) {
        return loads[member];
    }

    /** Places of the members that subscribe to the topic, ascending. */
    int[] subscribers(int topic) {
        return subscribers[topic];
    }

    /** Whether a replica of the partition stands in the member's rack. */
    boolean isNear(int topic, int partition, int member) {
        return members.get(member)
                .rack()
                .filter(rack -> topics.get(topic).isIn(partition, rack))
                .isPresent();
    }

    /** Whether some member has a rack and some partition's replicas have, too. */
    boolean racksMatter() {
        return members.stream().anyMatch(member -> member.rack().isPresent())
                && topics.stream().anyMatch(topic -> !topic.racks().isEmpty());
    }

    Map<String, PartitionSet> toAssignment() {
        List<PartitionSet.Builder> builders = new ArrayList<>();
        ids.forEach(id -> builders.add(new PartitionSet.Builder()));
        for (int topic = 0; topic < owners.length; topic++) {
            for (int partition = 0; partition < owners[topic].length; partition++) {
                if (owners[topic][partition] != NOBODY) {
                    builders.get(owners[topic][partition]).add(topicIds.get(topic), partition);
                }
            }
        }
        Map<String, PartitionSet> assignment = new LinkedHashMap<>();
        for (int member = 0; member < ids.size(); member++) {
            assignment.put(ids.get(member), builders.get(member).build());
        }
        return assignment;
    }
}
