package io.tidemark.cluster.status;

import io.tidemark.cluster.layout.ClusterLayout;
import io.tidemark.cluster.layout.Member;
import io.tidemark.cluster.layout.Service;
import io.tidemark.cluster.process.ProcessState;
import io.tidemark.cluster.status.ClusterStatus.Coordinator;
import io.tidemark.cluster.status.ClusterStatus.Gateway;
import io.tidemark.cluster.status.ClusterStatus.Node;
import io.tidemark.cluster.status.ClusterStatus.Running;
import io.tidemark.cluster.status.ClusterStatus.Severity;
import io.tidemark.cluster.status.ClusterStatus.UnwellPartition;
import io.tidemark.metadata.config.EffectiveConfigs;
import io.tidemark.metadata.config.TopicConfigs;
import io.tidemark.metadata.control.CoordinatorStatus;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Puts together what members and the leading coordinator say. */
public final class StatusAssembly {
    private final ClusterLayout layout;
    private final Map<Member, Observation> observations = new HashMap<>();
    private final ClusterImage image;
    private final boolean led;
    private final Map<String, Map<Integer, Long>> endOffsets = new HashMap<>();

    /**
     * @param image as the leading coordinator has it; empty where nobody leads
     */
    public StatusAssembly(
            ClusterLayout layout, List<Observation> observations, Optional<ClusterImage> image) {
        this.layout = layout;
        this.image = image.orElseGet(ClusterImage::empty);
        this.led = image.isPresent();
        for (Observation observation : observations) {
            this.observations.put(observation.member(), observation);
            observation.replicas().ifPresent(reports -> learn(observation.member(), reports));
        }
    }

    private void learn(Member node, List<Observation.ReplicaReport> reports) {
        for (Observation.ReplicaReport report : reports) {
            endOffsets
                    .computeIfAbsent(key(report.topic(), report.partition()), k -> new HashMap<>())
                    .put(node.id(), report.logEndOffset());
        }
    }

    private static String key(String topic, int partition) {
        return topic + "-" + partition;
    }

    /** The whole. */
    public ClusterStatus assemble() {
        List<UnwellPartition> unwell = unwell();
        List<ClusterStatus.Problem> problems =
                new Problems(layout, observations, image, led, unwell).found();
        return new ClusterStatus(
                led ? image.clusterId() : layout.clusterId(),
                problems.stream().allMatch(each -> each.severity() == Severity.NOTICE),
                problems,
                layout.members(Service.COORDINATOR).stream().map(this::coordinator).toList(),
                layout.members(Service.NODE).stream().map(this::node).toList(),
                layout.members(Service.GATEWAY).stream().map(this::gateway).toList(),
                image.topics().size(),
                image.topics().values().stream().mapToInt(t -> t.partitions().size()).sum(),
                unwell);
    }

    private Observation observed(Member member) {
        Observation observation = observations.get(member);
        if (observation == null) {
            throw new IllegalArgumentException("nothing was observed of " + member.name());
        }
        return observation;
    }

    private Running running(Member member) {
        Observation observed = observed(member);
        return new Running(
                observed.state(),
                observed.pid(),
                member.address(),
                observed.uptime().map(StatusAssembly::words).orElse(""));
    }

    /** {@code 4 s}, {@code 12 min}, {@code 3 h 10 min}, {@code 2 d 4 h}. */
    static String words(Duration uptime) {
        if (uptime.toMinutes() < 1) {
            return uptime.toSeconds() + " s";
        }
        if (uptime.toHours() < 1) {
            return uptime.toMinutes() + " min";
        }
        return uptime.toDays() < 1
                ? uptime.toHours() + " h " + uptime.toMinutesPart() + " min"
                : uptime.toDays() + " d " + uptime.toHoursPart() + " h";
    }

    private Coordinator coordinator(Member member) {
        Optional<CoordinatorStatus> says = observed(member).coordinator();
        String role =
                says.map(
                                status ->
                                        status.leading()
                                                ? "leads"
                                                : status.leader().isPresent()
                                                        ? "follows"
                                                        : "knows no leader")
                        .orElse("silent");
        return new Coordinator(
                member.id(),
                running(member),
                role,
                says.map(s -> OptionalLong.of(s.epoch())).orElse(OptionalLong.empty()),
                says.map(s -> OptionalLong.of(s.version())).orElse(OptionalLong.empty()));
    }

    private Node node(Member member) {
        int id = member.id();
        int leads = 0;
        int replicas = 0;
        int behind = 0;
        for (TopicImage topic : image.topics().values()) {
            for (PartitionImage partition : topic.partitions()) {
                leads += partition.leader() == id ? 1 : 0;
                if (partition.replicas().contains(id)) {
                    replicas++;
                    behind += partition.isr().contains(id) ? 0 : 1;
                }
            }
        }
        Optional<NodeImage> registered = image.node(id);
        return new Node(
                id,
                running(member),
                led ? registered.map(StatusAssembly::membership).orElse("unregistered") : "unknown",
                registered.flatMap(NodeImage::rack),
                leads,
                replicas,
                behind);
    }

    private static String membership(NodeImage node) {
        if (node.fenced()) {
            return "fenced";
        }
        return node.draining() ? "draining" : "active";
    }

    private Gateway gateway(Member member) {
        Observation observed = observed(member);
        String health =
                observed.state() != ProcessState.UP
                        ? ""
                        : observed.health().map(Observation.Health::status).orElse("silent");
        return new Gateway(member.id(), running(member), health);
    }

    private List<UnwellPartition> unwell() {
        List<UnwellPartition> found = new ArrayList<>();
        for (TopicImage topic : image.topics().values()) {
            int minIsr = minInsyncReplicas(topic);
            for (PartitionImage partition : topic.partitions()) {
                boolean leaderless = partition.leader() == PartitionImage.NO_LEADER;
                if (leaderless || partition.isr().size() < partition.replicas().size()) {
                    found.add(unwell(topic, partition, minIsr));
                }
            }
        }
        found.sort(
                Comparator.comparing((UnwellPartition p) -> p.leader().isPresent())
                        .thenComparing(UnwellPartition::writable)
                        .thenComparing(UnwellPartition::topic)
                        .thenComparing(UnwellPartition::partition));
        return found;
    }

    private int minInsyncReplicas(TopicImage topic) {
        return EffectiveConfigs.ofTopic(image, topic, 0, Map.of())
                .getInt(TopicConfigs.MIN_INSYNC_REPLICAS);
    }

    private UnwellPartition unwell(TopicImage topic, PartitionImage partition, int minIsr) {
        boolean hasLeader = partition.leader() != PartitionImage.NO_LEADER;
        return new UnwellPartition(
                topic.name(),
                partition.index(),
                hasLeader ? Optional.of(partition.leader()) : Optional.empty(),
                partition.leaderEpoch(),
                partition.replicas(),
                partition.isr(),
                partition.elr(),
                minIsr,
                hasLeader && partition.isr().size() >= minIsr,
                lag(topic.name(), partition));
    }

    private Map<Integer, Long> lag(String topic, PartitionImage partition) {
        Map<Integer, Long> ends = endOffsets.getOrDefault(key(topic, partition.index()), Map.of());
        Long leaderEnd = ends.get(partition.leader());
        Map<Integer, Long> lag = new TreeMap<>();
        for (int replica : partition.replicas()) {
            Long end = ends.get(replica);
            if (leaderEnd != null && end != null && !partition.isr().contains(replica)) {
                lag.put(replica, Math.max(0, leaderEnd - end));
            }
        }
        return lag;
    }
}
