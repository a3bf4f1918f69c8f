package io.tidemark.cluster.status;

import io.tidemark.cluster.layout.Member;
import io.tidemark.cluster.process.LastWords;
import io.tidemark.cluster.process.ProcessState;
import io.tidemark.metadata.control.CoordinatorStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one member shows of itself.
 *
 * @param uptime of the process that runs
 * @param lastWords where none runs
 * @param joined whether a node's folder was a member's
 * @param health what its health page answers; empty where it does not
 * @param coordinator how a coordinator sees itself; empty where it is none, or does not answer
 * @param replicas what a node stores; empty where it is none, or does not answer
 */
public record Observation(
        Member member,
        ProcessState state,
        OptionalLong pid,
        Optional<Duration> uptime,
        LastWords lastWords,
        boolean joined,
        Optional<Health> health,
        Optional<CoordinatorStatus> coordinator,
        Optional<List<ReplicaReport>> replicas) {

    /**
     * @param status UP, DEGRADED, DOWN, …
     * @param complaints what is wrong, a sentence each
     */
    public record Health(String status, List<String> complaints) {
        public Health {
            complaints = List.copyOf(complaints);
        }
    }

    /** A replica on a node, as the node itself reports it. */
    public record ReplicaReport(
            String topic, int partition, boolean leading, long logEndOffset, long highWatermark) {}
}
