package io.tidemark.coordinator.group.consumer;

import io.tidemark.coordinator.group.assignor.PartitionSet;
import io.tidemark.environment.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Which of a group's members were told partitions and have not said since that they hold them.
 * Known only to the coordinator that told them: it decides how soon they are asked to come back,
 * and nothing else. For the groups' thread.
 */
final class Acknowledgements {
    private final Clock clock;
    private final Map<String, Long> sinceNanos = new HashMap<>();

    Acknowledgements(Clock clock) {
        this.clock = clock;
    }

    /** The member hears now of all partitions that it has. */
    void tell(Member member) {
        if (member.assigned().isEmpty()) {
            forget(member.id());
        } else {
            sinceNanos.put(member.id(), clock.nanos());
        }
    }

    /**
     * @param held what the member says it holds; empty where it says nothing
     */
    void hear(Member member, Optional<PartitionSet> held) {
        held.filter(partitions -> partitions.containsAll(member.assigned()))
                .ifPresent(all -> forget(member.id()));
    }

    void forget(String memberId) {
        sinceNanos.remove(memberId);
    }

    void clear() {
        sinceNanos.clear();
    }

    /** How long the member's word has been waited for, in ms; empty where it is not. */
    Optional<Long> awaitedMs(Member member) {
        return Optional.ofNullable(sinceNanos.get(member.id()))
                .map(since -> TimeUnit.NANOSECONDS.toMillis(clock.nanos() - since));
    }
}
