package io.tidemark.testkit.history;

import io.tidemark.testkit.history.Anomaly.Entry;
import io.tidemark.testkit.history.Operation.Poll;
import io.tidemark.testkit.history.Operation.Seek;
import io.tidemark.testkit.history.Operation.Send;
import io.tidemark.testkit.history.Outcome.Acknowledged;
import io.tidemark.testkit.history.Outcome.Refused;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one partition: which values stand at which offsets according to acknowledgements
 * and readers together, and what each process did in which order.
 */
final class PartitionHistory {

    private final Partition partition;
    private final List<Operation> operations;
    private final List<Send> sends = new ArrayList<>();
    private final List<Poll> polls = new ArrayList<>();
    private final Map<Long, Send> sendOf = new HashMap<>();
    private final Set<Long> polledValues = new HashSet<>();
    private final TreeMap<Long, TreeSet<Long>> valuesAt = new TreeMap<>();
    private final SortedMap<Long, TreeSet<Long>> offsetsOf = new TreeMap<>();
    private long lastPolledOffset = -1;

    PartitionHistory(Partition partition, List<Operation> operations) {
        this.partition = partition;
        this.operations = operations;
        for (Operation operation : operations) {
            switch (operation) {
                case Send send -> learn(send);
                case Poll poll -> learn(poll);
                case Seek ignored -> {}
            }
        }
    }

    List<Anomaly> anomalies() {
        List<Anomaly> found = new ArrayList<>();
        findMissing(found::add);
        findDuplicates(found::add);
        findInconsistentOffsets(found::add);
        findUnwantedReads(found::add);
        findSendsOutOfOrder(found::add);
        findPollsOutOfOrder(found::add);
        return found;
    }

    private void learn(Send send) {
        if (sendOf.put(send.value(), send) != null) {
            throw new IllegalArgumentException(
                    "the history sends " + send.value() + " twice to " + partition);
        }
        sends.add(send);
        if (send.outcome() instanceof Acknowledged(long offset)) {
            place(offset, send.value());
        }
    }

    private void learn(Poll poll) {
        polls.add(poll);
        polledValues.add(poll.value());
        lastPolledOffset = Math.max(lastPolledOffset, poll.offset());
        place(poll.offset(), poll.value());
    }

    private void place(long offset, long value) {
        valuesAt.computeIfAbsent(offset, ignored -> new TreeSet<>()).add(value);
        offsetsOf.computeIfAbsent(value, ignored -> new TreeSet<>()).add(offset);
    }

    private void findMissing(Consumer<Anomaly> found) {
        for (Send send : sends) {
            if (send.outcome() instanceof Acknowledged(long offset)
                    && !polledValues.contains(send.value())) {
                found.accept(
                        offset < lastPolledOffset
                                ? new Anomaly.LostWrite(
                                        partition, offset, send.value(), lastPolledOffset)
                                : new Anomaly.Unseen(partition, offset, send.value()));
            }
        }
    }

    private void findDuplicates(Consumer<Anomaly> found) {
        offsetsOf.forEach(
                (value, offsets) -> {
                    if (offsets.size() > 1) {
                        found.accept(new Anomaly.Duplicate(partition, value, offsets));
                    }
                });
    }

    private void findInconsistentOffsets(Consumer<Anomaly> found) {
        valuesAt.forEach(
                (offset, values) -> {
                    if (values.size() > 1) {
                        found.accept(new Anomaly.InconsistentOffset(partition, offset, values));
                    }
                });
    }

    private void findUnwantedReads(Consumer<Anomaly> found) {
        Set<Entry> reported = new HashSet<>();
        for (Poll poll : polls) {
            Send send = sendOf.get(poll.value());
            Entry entry = new Entry(poll.offset(), poll.value());
            if (send == null && reported.add(entry)) {
                found.accept(new Anomaly.Phantom(partition, poll.offset(), poll.value()));
            } else if (send != null && send.outcome() instanceof Refused && reported.add(entry)) {
                found.accept(new Anomaly.RefusedRead(partition, poll.offset(), poll.value()));
            }
        }
    }

    /** Covers sends of unknown outcome too, where a reader showed what became of them. */
    private void findSendsOutOfOrder(Consumer<Anomaly> found) {
        Map<Integer, Entry> latest = new HashMap<>();
        for (Send send : sends) {
            Entry entry = placeOf(send);
            if (entry == null) {
                continue;
            }
            Entry earlier = latest.put(send.process(), entry);
            if (earlier != null && earlier.offset() >= entry.offset()) {
                found.accept(
                        new Anomaly.NonMonotonicSend(partition, send.process(), earlier, entry));
            }
        }
    }

    private @Nullable Entry placeOf(Send send) {
        if (send.outcome() instanceof Acknowledged(long offset)) {
            return new Entry(offset, send.value());
        }
        SortedSet<Long> offsets = offsetsOf.get(send.value());
        return offsets == null ? null : new Entry(offsets.first(), send.value());
    }

    private void findPollsOutOfOrder(Consumer<Anomaly> found) {
        Map<Integer, Entry> latest = new HashMap<>();
        for (Operation operation : operations) {
            switch (operation) {
                case Seek seek -> latest.remove(seek.process());
                case Poll poll -> {
                    Entry entry = new Entry(poll.offset(), poll.value());
                    Entry earlier = latest.put(poll.process(), entry);
                    if (earlier != null) {
                        compare(poll.process(), earlier, entry, found);
                    }
                }
                case Send ignored -> {}
            }
        }
    }

    private void compare(int process, Entry earlier, Entry later, Consumer<Anomaly> found) {
        if (later.offset() <= earlier.offset()) {
            found.accept(new Anomaly.NonMonotonicPoll(partition, process, earlier, later));
            return;
        }
        Long between = valuesAt.higherKey(earlier.offset());
        if (between != null && between < later.offset()) {
            found.accept(new Anomaly.SkippedPoll(partition, process, earlier, later, between));
        }
    }
}
