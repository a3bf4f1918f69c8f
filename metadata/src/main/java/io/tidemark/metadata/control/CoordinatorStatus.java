package io.tidemark.metadata.control;

import java.util.List;
import java.util.Optional;

/**
 * How a coordinator sees itself.
 *
 * @param leader id of the leading coordinator, where one is known
 * @param epoch Raft's term
 * @param stateHash of the image at {@code version}, in hexadecimal: equal on all coordinators at
 *     equal versions
 * @param snapshot the newest one on its disk, where there is one
 * @param reigns who has led since its process started, as far as it was told; the newest last, and
 *     bounded
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
        int topics,
        Optional<Snapshot> snapshot,
        List<Reign> reigns) {

    public CoordinatorStatus {
        reigns = List.copyOf(reigns);
    }

    /**
     * @param index the last log entry in it
     * @param takenAtMs wall clock
     */
    public record Snapshot(long index, long takenAtMs, long sizeBytes) {}

    /**
     * @param sinceMs when this coordinator learned of it, by its clock
     */
    public record Reign(String leader, long epoch, long sinceMs) {}
}
