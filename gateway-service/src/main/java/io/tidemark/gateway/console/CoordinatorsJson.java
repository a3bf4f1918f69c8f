package io.tidemark.gateway.console;

import io.tidemark.metadata.control.CoordinatorStatus;
import io.tidemark.metadata.control.CoordinatorStatus.Reign;
import io.tidemark.metadata.control.QuorumStatus;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The coordinators: what the leading one says of all, and each of itself. */
final class CoordinatorsJson {

    private CoordinatorsJson() {}

    /**
     * @param told by those that answered
     */
    static ObjectNode added(
            ObjectNode overview, QuorumStatus quorum, List<CoordinatorStatus> told) {
        ObjectNode json =
                overview.putObject("quorum")
                        .put("leader_id", quorum.leaderId())
                        .put("epoch", quorum.epoch())
                        .put("committed_index", quorum.committedIndex());
        ArrayNode members = json.putArray("members");
        for (QuorumStatus.Member each : quorum.members()) {
            Optional<CoordinatorStatus> own =
                    told.stream().filter(status -> status.id().equals(each.id())).findFirst();
            ObjectNode member =
                    members.addObject()
                            .put("id", each.id())
                            .put("host", each.host())
                            .put("port", each.port())
                            .put("last_index", each.lastIndex())
                            .put("silent_ms", each.silentMs())
                            .put("answers", own.isPresent())
                            .putNull("snapshot");
            own.flatMap(CoordinatorStatus::snapshot)
                    .ifPresent(
                            it ->
                                    member.putObject("snapshot")
                                            .put("index", it.index())
                                            .put("taken_at_ms", it.takenAtMs())
                                            .put("size_bytes", it.sizeBytes()));
        }
        ArrayNode reigns = json.putArray("leaders");
        longestMemory(told)
                .reversed()
                .forEach(
                        each ->
                                reigns.addObject()
                                        .put("id", each.leader())
                                        .put("epoch", each.epoch())
                                        .put("since_ms", each.sinceMs()));
        return overview;
    }

    /** Each remembers since it was started: the one that was so first knows most. */
    private static List<Reign> longestMemory(List<CoordinatorStatus> told) {
        return told.stream()
                .map(CoordinatorStatus::reigns)
                .filter(reigns -> !reigns.isEmpty())
                .min(Comparator.comparingLong(reigns -> reigns.getFirst().sinceMs()))
                .orElse(List.of());
    }
}
