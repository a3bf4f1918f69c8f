package io.tidemark.metadata.control;

import java.util.Optional;

/**
 * How a coordinator sees itself.
 *
 * @param leader id of the leading coordinator, where one is known
 * @param epoch Raft's term
 * @param stateHash of the image at {@code version}, in hexadecimal: equal on all coordinators at
 *     equal versions
 */
public record CoordinatorStatus(
        String id,
        boolean leading,
        Optional<String> leader,
        long epoch,
        String clusterId,
        long version,
        String stateHash,
        int nodes,
        int topics) {}
