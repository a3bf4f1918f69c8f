package io.tidemark.cluster.status;

import io.tidemark.cluster.process.ProcessState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a cluster is, at one moment.
 *
 * @param healthy nothing is wrong; there may be notices
 * @param problems what is wrong, the worst first
 * @param partitions how many there are
 * @param unwell those that are not as they should be
 */
public record ClusterStatus(
        String clusterId,
        boolean healthy,
        List<Problem> problems,
        List<Coordinator> coordinators,
        List<Node> nodes,
        List<Gateway> gateways,
        int topics,
        int partitions,
        List<UnwellPartition> unwell) {

    public ClusterStatus {
        problems = List.copyOf(problems);
        coordinators = List.copyOf(coordinators);
        nodes = List.copyOf(nodes);
        gateways = List.copyOf(gateways);
        unwell = List.copyOf(unwell);
    }

    /**
     * @param what one sentence
     * @param advice what to do, where there is something
     */
    public record Problem(Severity severity, String what, Optional<String> advice) {}

    public enum Severity {
        /** Something cannot be read or written, or may be lost with the next failure. */
        CRITICAL,
        /** Less than it should be, and still at work. */
        WARNING,
        /** All is as it was set up, and that does not bear the loss of a node. */
        NOTICE
    }

    /** A process, as all kinds have it. */
    public record Running(ProcessState state, OptionalLong pid, String address, String uptime) {}

    /**
     * @param role leads, follows, or silent
     */
    public record Coordinator(
            int id, Running process, String role, OptionalLong epoch, OptionalLong version) {}

    /**
     * @param membership active, fenced, draining, or unregistered
     * @param behind replicas on it that are not in sync
     */
    public record Node(
            int id,
            Running process,
            String membership,
            Optional<String> rack,
            int leads,
            int replicas,
            int behind) {}

    public record Gateway(int id, Running process, String health) {}

    /**
     * A partition with fewer live or in-sync replicas than assigned.
     *
     * @param leader empty where it has none
     * @param writable whether acks=all is taken: a leader, and at least min.insync.replicas in sync
     * @param lag records that each replica which is not in sync is behind the leader, by node id;
     *     absent where a side does not answer
     */
    public record UnwellPartition(
            String topic,
            int partition,
            Optional<Integer> leader,
            int leaderEpoch,
            List<Integer> replicas,
            List<Integer> isr,
            List<Integer> elr,
            int minInsyncReplicas,
            boolean writable,
            Map<Integer, Long> lag) {}
}
