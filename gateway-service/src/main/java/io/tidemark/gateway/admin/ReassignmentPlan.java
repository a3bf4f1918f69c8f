package io.tidemark.gateway.admin;

import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/**
 * Where replicas should be so that a set of brokers has all of them, in equal shares, by as few
 * moves as that takes: first whatever is elsewhere moves to the emptiest broker, then from the
 * fullest to the emptiest, then preferred leaders change places with their followers. Racks are
 * kept as different as they are. What is being reassigned already is left alone.
 */
final class ReassignmentPlan {
    private final Map<Integer, Share> shares = new TreeMap<>();
    private final List<Placed> partitions = new ArrayList<>();

    /** A partition that is to be elsewhere. */
    record Move(String topic, int index, List<Integer> now, List<Integer> target) {}

    /** What a broker has by the plan. */
    private static final class Share {
        final int id;
        final String rack;
        int replicas;
        int leaders;

        Share(NodeImage node) {
            id = node.id();
            rack = node.rack().orElse("");
        }
    }

    private record Placed(String topic, int index, List<Integer> now, List<Integer> target) {}

    private ReassignmentPlan(ClusterImage image, Collection<NodeImage> brokers) {
        brokers.forEach(node -> shares.put(node.id(), new Share(node)));
        image.topics().values().stream()
                .sorted(Comparator.comparing(TopicImage::name))
                .forEach(
                        topic ->
                                topic.partitions().stream()
                                        .filter(partition -> !partition.reassigning())
                                        .forEach(partition -> add(topic.name(), partition)));
    }

    private void add(String topic, PartitionImage partition) {
        partitions.add(
                new Placed(
                        topic,
                        partition.index(),
                        partition.replicas(),
                        new ArrayList<>(partition.replicas())));
    }

    /**
     * @param brokers who shall have the replicas; not empty
     * @return the partitions that have to change, by topic and index
     * @throws IllegalArgumentException where a partition has more replicas than there are brokers
     */
    static List<Move> of(ClusterImage image, Collection<NodeImage> brokers) {
        ReassignmentPlan plan = new ReassignmentPlan(image, brokers);
        plan.count();
        plan.partitions.forEach(plan::bringIn);
        while (plan.levelReplicas()) {}
        plan.partitions.forEach(plan::levelLeader);
        return plan.partitions.stream()
                .filter(placed -> !placed.now.equals(placed.target))
                .map(p -> new Move(p.topic, p.index, p.now, List.copyOf(p.target)))
                .toList();
    }

    private void count() {
        for (Placed placed : partitions) {
            if (placed.target.size() > shares.size()) {
                throw new IllegalArgumentException(
                        "%s-%d has %d replicas, for %d brokers"
                                .formatted(
                                        placed.topic,
                                        placed.index,
                                        placed.target.size(),
                                        shares.size()));
            }
            placed.target.forEach(id -> share(id).ifPresent(share -> share.replicas++));
            share(placed.target.getFirst()).ifPresent(share -> share.leaders++);
        }
    }

    private void bringIn(Placed placed) {
        for (int place = 0; place < placed.target.size(); place++) {
            if (share(placed.target.get(place)).isEmpty()) {
                List<String> racks = racks(placed, place);
                Share chosen =
                        shares.values().stream()
                                .filter(share -> !placed.target.contains(share.id))
                                .min(
                                        Comparator.<Share>comparingInt(
                                                        share -> racks.contains(share.rack) ? 1 : 0)
                                                .thenComparingInt(share -> share.replicas)
                                                .thenComparingInt(share -> share.id))
                                .orElseThrow();
                chosen.replicas++;
                chosen.leaders += place == 0 ? 1 : 0;
                placed.target.set(place, chosen.id);
            }
        }
    }

    /** Moves one replica from a broker that has too many; false where nothing can be better. */
    private boolean levelReplicas() {
        List<Share> byLoad = sorted(share -> share.replicas);
        for (int full = byLoad.size() - 1; full > 0; full--) {
            for (int empty = 0; empty < full; empty++) {
                Share from = byLoad.get(full);
                Share to = byLoad.get(empty);
                if (from.replicas - to.replicas > 1 && move(from, to)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean move(Share from, Share to) {
        for (Placed placed : partitions) {
            int place = placed.target.indexOf(from.id);
            if (place >= 0 && !placed.target.contains(to.id) && racksAllow(placed, place, to)) {
                placed.target.set(place, to.id);
                from.replicas--;
                to.replicas++;
                if (place == 0) {
                    from.leaders--;
                    to.leaders++;
                }
                return true;
            }
        }
        return false;
    }

    private boolean racksAllow(Placed placed, int place, Share to) {
        List<String> others = racks(placed, place);
        String present = share(placed.target.get(place)).map(share -> share.rack).orElse("");
        return !others.contains(to.rack) || others.contains(present);
    }

    /** The racks of the partition's other replicas. */
    private List<String> racks(Placed placed, int except) {
        List<String> racks = new ArrayList<>();
        for (int place = 0; place < placed.target.size(); place++) {
            if (place != except) {
                share(placed.target.get(place)).ifPresent(share -> racks.add(share.rack));
            }
        }
        return racks;
    }

    /** Has the replica lead whose broker leads least, where that is better. */
    private void levelLeader(Placed placed) {
        Share leader = Objects.requireNonNull(shares.get(placed.target.getFirst()));
        Share least =
                placed.target.stream()
                        .map(shares::get)
                        .min(Comparator.comparingInt(share -> share.leaders))
                        .orElseThrow();
        if (leader.leaders - least.leaders > 1) {
            int place = placed.target.indexOf(least.id);
            placed.target.set(0, least.id);
            placed.target.set(place, leader.id);
            leader.leaders--;
            least.leaders++;
        }
    }

    private Optional<Share> share(int id) {
        return Optional.ofNullable(shares.get(id));
    }

    private List<Share> sorted(ToIntFunction<Share> by) {
        return shares.values().stream()
                .sorted(Comparator.comparingInt(by))
                .collect(Collectors.toList());
    }
}
