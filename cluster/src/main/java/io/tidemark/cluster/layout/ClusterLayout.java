package io.tidemark.cluster.layout;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which processes a cluster has. Coordinators keep a quorum, so their number is fixed when the
 * cluster is made; nodes and gateways may be added.
 *
 * @param clusterId what its data belongs to
 * @param members coordinators, nodes, gateways; each by id
 * @param settings that every process is given besides its own, whenever it is started
 * @param overrides settings of single members, by name, which count before those of all
 * @param javaOptions options of the JVM of every process, besides the packaged ones
 */
public record ClusterLayout(
        String clusterId,
        List<Member> members,
        Map<String, String> settings,
        Map<String, Map<String, String>> overrides,
        List<String> javaOptions) {
    public static final int MAX_NODES = 9;

    private static final int QUORUM = 3;
    private static final int REPLICAS = 3;

    /**
     * @param settings null, as all after it, in what was kept before there were any
     */
    public ClusterLayout(
            String clusterId,
            List<Member> members,
            @Nullable Map<String, String> settings,
            @Nullable Map<String, Map<String, String>> overrides,
            @Nullable List<String> javaOptions) {
        this.clusterId = clusterId;
        this.members = List.copyOf(members);
        this.settings = settings == null ? Map.of() : ordered(settings);
        Map<String, Map<String, String>> single = new TreeMap<>();
        if (overrides != null) {
            overrides.forEach((name, own) -> single.put(name, ordered(own)));
        }
        single.values().removeIf(Map::isEmpty);
        this.overrides = Collections.unmodifiableMap(single);
        this.javaOptions = javaOptions == null ? List.of() : List.copyOf(javaOptions);
    }

    private static Map<String, String> ordered(Map<String, String> settings) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    }

    /** How many of each. */
    public record Size(int coordinators, int nodes, int gateways) {

        /** Three coordinators from three nodes on: with fewer there is no majority to gain. */
        public static Size ofNodes(int nodes, int gateways) {
            return new Size(nodes >= QUORUM ? QUORUM : 1, nodes, gateways);
        }

        int of(Service service) {
            return switch (service) {
                case COORDINATOR -> coordinators;
                case NODE -> nodes;
                case GATEWAY -> gateways;
            };
        }
    }

    /** Says where a member listens. */
    public interface Addresses {
        Member place(Service service, int id);
    }

    /** A cluster of that size. */
    public static ClusterLayout of(String clusterId, Size size, Addresses addresses) {
        return new ClusterLayout(clusterId, List.of(), null, null, null).grownTo(size, addresses);
    }

    /** The same with more members, of the lowest free ids; those there are stay as they are. */
    public ClusterLayout grownTo(Size size, Addresses addresses) {
        List<Member> all = new ArrayList<>();
        for (Service service : Service.values()) {
            List<Member> present = members(service);
            all.addAll(present);
            int missing = size.of(service) - present.size();
            for (int id = 1; missing > 0; id++) {
                if (member(service, id).isEmpty()) {
                    all.add(addresses.place(service, id));
                    missing--;
                }
            }
        }
        return new ClusterLayout(clusterId, all, settings, overrides, javaOptions);
    }

    /** The same without a member, and without what was set for it alone. */
    public ClusterLayout without(Member gone) {
        Map<String, Map<String, String>> others = new TreeMap<>(overrides);
        others.remove(gone.name());
        return new ClusterLayout(
                clusterId,
                members.stream().filter(member -> !member.equals(gone)).toList(),
                settings,
                others,
                javaOptions);
    }

    /** The same with more settings; one without a value is kept no more. */
    public ClusterLayout with(Map<String, String> more) {
        return new ClusterLayout(
                clusterId, members, merged(settings, more), overrides, javaOptions);
    }

    /** The same with more settings of one member alone; one without a value is kept no more. */
    public ClusterLayout with(Member member, Map<String, String> more) {
        Map<String, Map<String, String>> all = new TreeMap<>(overrides);
        all.merge(member.name(), more, ClusterLayout::merged);
        all.computeIfPresent(member.name(), (name, own) -> merged(own, Map.of()));
        return new ClusterLayout(clusterId, members, settings, all, javaOptions);
    }

    /** The same with other JVM options. */
    public ClusterLayout withJavaOptions(List<String> options) {
        return new ClusterLayout(clusterId, members, settings, overrides, options);
    }

    private static Map<String, String> merged(
            Map<String, String> present, Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(present);
        all.putAll(more);
        all.values().removeIf(String::isEmpty);
        return all;
    }

    /** What a member is given besides what makes it this member. */
    public Map<String, String> settingsGivenTo(Member member) {
        return merged(settings, overrides.getOrDefault(member.name(), Map.of()));
    }

    public List<Member> members(Service service) {
        return members.stream().filter(member -> member.service() == service).toList();
    }

    public Optional<Member> member(Service service, int id) {
        return members(service).stream().filter(member -> member.id() == id).findFirst();
    }

    public Size size() {
        return new Size(
                members(Service.COORDINATOR).size(),
                members(Service.NODE).size(),
                members(Service.GATEWAY).size());
    }

    /** Base URLs of all coordinators, comma separated, as the services want them. */
    public String coordinatorUrls() {
        return members(Service.COORDINATOR).stream()
                .map(Member::url)
                .collect(Collectors.joining(","));
    }

    /** For {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return members(Service.NODE).stream().map(Member::address).collect(Collectors.joining(","));
    }

    /** Replicas of a topic that does not say how many it wants. */
    public int defaultReplicationFactor() {
        return Math.clamp(members(Service.NODE).size(), 1, REPLICAS);
    }

    /** In-sync replicas without which nothing is taken: one may be gone. */
    public int defaultMinInsyncReplicas() {
        return Math.max(1, defaultReplicationFactor() - 1);
    }

    /**
     * The configuration that makes a process this member, but for its data folder and {@link
     * #settingsGivenTo}.
     */
    public Map<String, String> settings(Member member) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("server.address", member.host());
        settings.put("management.server.address", member.host());
        settings.put("management.server.port", Integer.toString(member.managementPort()));
        switch (member.service()) {
            case COORDINATOR -> {
                settings.put("server.port", Integer.toString(member.port()));
                settings.put("tidemark.coordinator.id", Integer.toString(member.id()));
                settings.put("tidemark.coordinator.cluster-id", clusterId);
                settings.put("tidemark.coordinator.kafka.host", member.host());
                settings.put(
                        "tidemark.coordinator.kafka.port", Integer.toString(member.groupPort()));
                settings.putAll(peers());
                settings.putAll(defaults());
            }
            case NODE -> {
                settings.put("server.port", Integer.toString(member.peerPort()));
                settings.put("tidemark.coordinators", coordinatorUrls());
                settings.put("tidemark.partition.node-id", Integer.toString(member.id()));
                settings.put("tidemark.partition.host", member.host());
                settings.put("tidemark.partition.port", Integer.toString(member.port()));
            }
            case GATEWAY -> {
                settings.put("server.port", Integer.toString(member.port()));
                settings.put("tidemark.coordinators", coordinatorUrls());
            }
        }
        return settings;
    }

    /** Coordinators take these with the first entry of their log, and never look at them again. */
    private Map<String, String> defaults() {
        return Map.of(
                "tidemark.coordinator.defaults[default.replication.factor]",
                Integer.toString(defaultReplicationFactor()),
                "tidemark.coordinator.defaults[min.insync.replicas]",
                Integer.toString(defaultMinInsyncReplicas()));
    }

    private Map<String, String> peers() {
        Map<String, String> peers = new LinkedHashMap<>();
        List<Member> coordinators = members(Service.COORDINATOR);
        for (int i = 0; i < coordinators.size(); i++) {
            Member peer = coordinators.get(i);
            String prefix = "tidemark.coordinator.peers[" + i + "].";
            peers.put(prefix + "id", Integer.toString(peer.id()));
            peers.put(prefix + "host", peer.host());
            peers.put(prefix + "port", Integer.toString(peer.peerPort()));
            peers.put(prefix + "url", peer.url());
        }
        return peers;
    }
}
