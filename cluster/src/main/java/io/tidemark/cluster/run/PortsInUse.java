package io.tidemark.cluster.run;

import io.tidemark.cluster.layout.Member;
import io.tidemark.cluster.layout.Service;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tries all ports before anything is started: half a cluster is worse than a clear word. */
final class PortsInUse {

    private PortsInUse() {}

    /**
     * @return one line for each port that cannot be bound
     */
    static List<String> of(List<Member> members) {
        List<String> taken = new ArrayList<>();
        for (Member member : members) {
            portsOf(member)
                    .forEach(
                            (purpose, port) -> {
                                if (!isFree(member.host(), port)) {
                                    taken.add(
                                            "%s:%d, for %s of %s"
                                                    .formatted(
                                                            member.host(),
                                                            port,
                                                            purpose,
                                                            member.name()));
                                }
                            });
        }
        return taken;
    }

    private static Map<String, Integer> portsOf(Member member) {
        Map<String, Integer> ports = new LinkedHashMap<>();
        ports.put(member.service() == Service.NODE ? "the Kafka protocol" : "HTTP", member.port());
        if (member.peerPort() != 0) {
            ports.put(
                    member.service() == Service.NODE ? "internal HTTP" : "Raft", member.peerPort());
        }
        if (member.groupPort() != 0) {
            ports.put("groups", member.groupPort());
        }
        ports.put("health and metrics", member.managementPort());
        return ports;
    }

    private static boolean isFree(String host, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
