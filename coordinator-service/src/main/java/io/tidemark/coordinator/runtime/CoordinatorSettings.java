package io.tidemark.coordinator.runtime;

import io.tidemark.coordinator.session.NodeSessions;
import java.util.Optional;

/**
 * @param clusterId the id a new cluster gets; a random one where empty
 * @param commandTimeoutMs how long a command may take before its outcome counts as unknown
 */
public record CoordinatorSettings(
        NodeSessions.Timing sessions, Optional<String> clusterId, long commandTimeoutMs) {}
