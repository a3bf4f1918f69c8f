package io.tidemark.coordinator.group.assignor;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Gives each subscriber of a topic a range of its partitions, in the order of instance ids, then of
 * member ids: topics with as many partitions and the same subscribers go together, partition by
 * partition. The first get one more where a topic's partitions do not divide evenly.
 */
final class RangeAssignor implements Assignor {

    @Override
    public String name() {
        return "range";
    }

    @Override
    public Map<String, PartitionSet> assign(Input input) {
        Seats seats = new Seats(staticFirst(input), input.topics());
        for (int topic = 0; topic < seats.topics(); topic++) {
            int[] subscribers = seats.subscribers(topic);
            int partitions = subscribers.length == 0 ? 0 : seats.partitions(topic);
            for (int i = 0; i < partitions; i++) {
                seats.seat(topic, i, subscribers[rangeOf(i, partitions, subscribers.length)]);
            }
        }
        return seats.toAssignment();
    }

    /** So that a static member that comes back under another id gets the same range. */
    private static Map<String, Member> staticFirst(Input input) {
        Map<String, Member> ordered = new LinkedHashMap<>();
        input.members().entrySet().stream()
                .filter(entry -> entry.getValue().instanceId().isPresent())
                .sorted((a, b) -> instanceId(a).compareTo(instanceId(b)))
                .forEach(entry -> ordered.put(entry.getKey(), entry.getValue()));
        input.members().forEach(ordered::putIfAbsent);
        return ordered;
    }

    private static String instanceId(Map.Entry<String, Member> entry) {
        return entry.getValue().instanceId().orElse("");
    }

    /** Whose range partition {@code i} is in: the first {@code partitions % members} are longer. */
    private static int rangeOf(int i, int partitions, int members) {
        int shorter = partitions / members;
        int longer = partitions % members;
        int inLonger = longer * (shorter + 1);
        return i < inLonger ? i / (shorter + 1) : longer + (i - inLonger) / shorter;
    }
}
