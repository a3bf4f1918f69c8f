package io.tidemark.coordinator.group.consumer;

import io.tidemark.coordinator.group.Deadline;
import io.tidemark.environment.Clock;
import io.tidemark.environment.Timers;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** One deadline for each of a group's members. */
final class MemberTimers {
    private final Clock clock;
    private final Timers timers;
    private final Consumer<String> expired;
    private final Map<String, Deadline> deadlines = new HashMap<>();

    /**
     * @param expired takes the id of a member whose deadline has passed; it has none after
     */
    MemberTimers(Clock clock, Timers timers, Consumer<String> expired) {
        this.clock = clock;
        this.timers = timers;
        this.expired = expired;
    }

    /** The deadline is {@code delayMs} from now, whatever it was. */
    void set(String memberId, long delayMs) {
        Deadline deadline = deadlines.get(memberId);
        if (deadline == null) {
            deadline = new Deadline(clock, timers, () -> hasPassed(memberId));
            deadlines.put(memberId, deadline);
        }
        deadline.set(delayMs);
    }

    private void hasPassed(String memberId) {
        deadlines.remove(memberId);
        expired.accept(memberId);
    }

    /** How many members have a deadline. */
    int size() {
        return deadlines.size();
    }

    boolean isSet(String memberId) {
        return deadlines.containsKey(memberId);
    }

    /** The member has no deadline. */
    void clear(String memberId) {
        Deadline deadline = deadlines.remove(memberId);
        if (deadline != null) {
            deadline.end();
        }
    }

    void clearAll() {
        deadlines.values().forEach(Deadline::end);
        deadlines.clear();
    }
}
