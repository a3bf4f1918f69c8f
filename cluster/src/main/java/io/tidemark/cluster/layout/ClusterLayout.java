package io.tidemark.cluster.layout;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which processes a cluster has. Coordinators keep a quorum, so their number is fixed when the
 * cluster is made; nodes and gateways may be added.
 *
 * @param clusterId what its data belongs to
 * @param members coordinators, nodes, gateways; each by id
 * @param settings that every process is given besides its own, whenever it is started
 */
public record ClusterLayout(String clusterId, List<Member> members, Map<String, String> settings) {
    public static final int MAX_NODES = 9;

    private static final int QUORUM = 3;
    private static final int REPLICAS = 3;

    /**
     * @param settings null in what was kept before there were any
     */
    public ClusterLayout(
            String clusterId, List<Member> members, @Nullable Map<String, String> settings) {
        this.clusterId = clusterId;
        this.members = List.copyOf(members);
        this.settings =
                settings == null
                        ? Map.of()
                        : Collections.unmodifiableMap(new LinkedHashMap<>(settings));
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
        return new ClusterLayout(clusterId, List.of(), Map.of()).grownTo(size, addresses);
    }

    /** The same with more members; those there are stay as they are. */
    public ClusterLayout grownTo(Size size, Addresses addresses) {
        List<Member> all = new ArrayList<>();
        for (Service service : Service.values()) {
            List<Member> present = members(service);
            all.addAll(present);
            for (int id = present.size() + 1; id <= size.of(service); id++) {
                all.add(addresses.place(service, id));
            }
        }
        return new ClusterLayout(clusterId, all, settings);
    }

    /** The same with more settings; one without a value is kept no more. */
    public ClusterLayout with(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(settings);
        all.putAll(more);
        all.values().removeIf(String::isEmpty);
        return new ClusterLayout(clusterId, members, all);
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
        return Math.min(REPLICAS, members(Service.NODE).size());
    }

    /** In-sync replicas without which nothing is taken: one may be gone. */
    public int defaultMinInsyncReplicas() {
        return Math.max(1, defaultReplicationFactor() - 1);
    }

    /**
     * The configuration that makes a process this member, but for its data folder and {@link
     * #settings()}.
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
