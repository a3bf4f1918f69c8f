package io.tidemark.coordinator.group.consumer;

import io.tidemark.coordinator.group.assignor.Assignor;
import io.tidemark.coordinator.group.assignor.PartitionSet;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.metadata.pattern.TopicPattern;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
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
 */
record Subscribed(SortedMap<Uuid, Assignor.Topic> topics, Map<String, Set<Uuid>> byMember) {
    private static final long PRIME = 0x100000001b3L;

    private record Wanted(List<String> names, String regex) {}

    /** Looks all subscriptions up; equal ones are looked up once. */
    static Subscribed resolve(Collection<Member> members, ClusterImage image) {
        boolean racks =
                members.stream().anyMatch(member -> member.subscription().rackId().isPresent());
        Map<Wanted, Set<Uuid>> known = new HashMap<>();
        Map<String, Set<Uuid>> byMember = new HashMap<>();
        SortedMap<Uuid, Assignor.Topic> topics = new TreeMap<>();
        for (Member member : members) {
            Wanted wanted =
                    new Wanted(member.subscription().topics(), member.subscription().regex());
            Set<Uuid> ids = known.computeIfAbsent(wanted, w -> find(w, image));
            byMember.put(member.id(), ids);
        }
        for (Set<Uuid> ids : known.values()) {
            for (Uuid id : ids) {
                image.topic(id).ifPresent(topic -> topics.put(id, described(topic, image, racks)));
            }
        }
        return new Subscribed(topics, byMember);
    }

    private static Set<Uuid> find(Wanted wanted, ClusterImage image) {
        Set<Uuid> ids = new HashSet<>();
        for (String name : wanted.names()) {
            image.topic(name).ifPresent(topic -> ids.add(topic.id()));
        }
        // A stored one that is not taken today matches nothing: its member is told so.
        if (!wanted.regex().isEmpty()
                && TopicPattern.parse(wanted.regex())
                        instanceof TopicPattern.Valid(TopicPattern pattern)) {
            image.topics()
                    .forEach(
                            (name, topic) -> {
                                if (pattern.matches(name)) {
                                    ids.add(topic.id());
                                }
                            });
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
