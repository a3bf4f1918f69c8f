package io.tidemark.coordinator.group.consumer;

import io.tidemark.coordinator.group.assignor.Assignor;
import io.tidemark.coordinator.group.assignor.PartitionSet;
import io.tidemark.coordinator.group.pattern.Matches;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.kafka.common.Uuid;

/**
 * The topics that members subscribe to, as the metadata has them.
 *
 * @param byMember ids of existing topics, by member id
 * @param complete whether it is known what all patterns match
 */
record Subscribed(
        SortedMap<Uuid, Assignor.Topic> topics, Map<String, Set<Uuid>> byMember, boolean complete) {
    private static final long PRIME = 0x100000001b3L;

    private static final Matches NOTHING = new Matches.Current(List.of());

    private record Wanted(List<String> names, String regex) {}

    /**
     * Looks all subscriptions up; equal ones are looked up once. A member whose pattern was never
     * matched wants the topics that it has.
     */
    static Subscribed resolve(
            Collection<Member> members,
            ClusterImage image,
            Function<String, Matches> matching,
            Function<String, PartitionSet> assignedSoFar) {
        boolean racks =
                members.stream().anyMatch(member -> member.subscription().rackId().isPresent());
        Map<String, Matches> matches = new HashMap<>();
        Map<Wanted, Set<Uuid>> known = new HashMap<>();
        Map<String, Set<Uuid>> byMember = new HashMap<>();
        SortedMap<Uuid, Assignor.Topic> topics = new TreeMap<>();
        for (Member member : members) {
            Subscription wants = member.subscription();
            Matches matched =
                    wants.regex().isEmpty()
                            ? NOTHING
                            : matches.computeIfAbsent(wants.regex(), matching);
            Set<Uuid> ids =
                    matched instanceof Matches.Unknown
                            ? find(wants.topics(), assignedSoFar.apply(member.id()).topics(), image)
                            : known.computeIfAbsent(
                                    new Wanted(wants.topics(), wants.regex()),
                                    wanted -> find(wanted.names(), ids(matched), image));
            byMember.put(member.id(), ids);
        }
        for (Set<Uuid> ids : distinct(byMember.values())) {
            for (Uuid id : ids) {
                topics.computeIfAbsent(
                        id, topic -> described(image.topic(topic).orElseThrow(), image, racks));
            }
        }
        return new Subscribed(
                topics,
                byMember,
                matches.values().stream().allMatch(Matches.Current.class::isInstance));
    }

    /** Each object once: to compare them would take longer than to go through them. */
    private static Set<Set<Uuid>> distinct(Collection<Set<Uuid>> sets) {
        Set<Set<Uuid>> distinct = Collections.newSetFromMap(new IdentityHashMap<>());
        distinct.addAll(sets);
        return distinct;
    }

    private static Collection<Uuid> ids(Matches matches) {
        return switch (matches) {
            case Matches.Current(List<Uuid> topics) -> topics;
            case Matches.Stale(List<Uuid> topics) -> topics;
            case Matches.Unknown() -> List.of();
        };
    }

    private static Set<Uuid> find(
            List<String> names, Collection<Uuid> matched, ClusterImage image) {
        Set<Uuid> ids = new HashSet<>();
        for (String name : names) {
            image.topic(name).ifPresent(topic -> ids.add(topic.id()));
        }
        for (Uuid id : matched) {
            image.topic(id).ifPresent(topic -> ids.add(id));
        }
        return ids;
    }

    private static Assignor.Topic described(TopicImage topic, ClusterImage image, boolean racks) {
        return new Assignor.Topic(
                topic.name(),
                topic.partitions().size(),
                racks
                        ? topic.partitions().stream()
                                .map(partition -> racksOf(partition, image))
                                .toList()
                        : List.of());
    }

    private static Set<String> racksOf(PartitionImage partition, ClusterImage image) {
        Set<String> racks = new TreeSet<>();
        for (int replica : partition.replicas()) {
            image.node(replica).flatMap(NodeImage::rack).ifPresent(racks::add);
        }
        return racks;
    }

    /** Equal for equal topics, in any process; almost surely another where something differs. */
    long hash() {
        long hash = PRIME;
        for (Map.Entry<Uuid, Assignor.Topic> topic : topics.entrySet()) {
            hash = mix(hash, topic.getKey().getMostSignificantBits());
            hash = mix(hash, topic.getKey().getLeastSignificantBits());
            hash = mix(hash, topic.getValue().partitions());
            hash = mix(hash, topic.getValue().racks().hashCode());
        }
        return hash;
    }

    private static long mix(long hash, long value) {
        long mixed = (hash ^ value) * PRIME;
        return mixed ^ (mixed >>> 32);
    }

    /** What an assignor needs to know. */
    Assignor.Input toInput(
            Collection<Member> members, Function<String, PartitionSet> assignedSoFar) {
        SortedMap<String, Assignor.Member> input = new TreeMap<>();
        for (Member member : members) {
            input.put(
                    member.id(),
                    new Assignor.Member(
                            member.subscription().instanceId(),
                            member.subscription().rackId(),
                            byMember.getOrDefault(member.id(), Set.of()),
                            assignedSoFar.apply(member.id())));
        }
        return new Assignor.Input(input, topics);
    }
}
