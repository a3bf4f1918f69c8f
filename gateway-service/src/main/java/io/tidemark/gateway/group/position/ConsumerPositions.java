package io.tidemark.gateway.group.position;

import io.tidemark.gateway.group.member.TopicPartition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where a consumer over HTTP stands in each of its partitions. An answer is not received because it
 * was written: positions move when it has left for good, and what was given counts as consumed when
 * the client asks again.
 *
 * <pre>
 *  unresolved --resolve--> position --begin, then end(true)--> position' --acknowledge--> consumed
 *                                  \--end(false): not received, given again
 * </pre>
 *
 * Commits take what is consumed. One thread.
 */
public final class ConsumerPositions {

    private static final long UNKNOWN = -1;

    private final TreeMap<TopicPartition, Entry> entries = new TreeMap<>();
    private Map<TopicPartition, Long> delivering = Map.of();
    private int rotation;

    private static final class Entry {
        long position = UNKNOWN;
        long consumed = UNKNOWN;
        long committed = UNKNOWN;
        boolean revoking;
    }

    /** Where to read a partition on. */
    public record Spot(TopicPartition partition, long offset) {}

    /** Takes a partition whose position is to be found. */
    public void add(TopicPartition partition) {
        entries.putIfAbsent(partition, new Entry());
    }

    /** Takes a partition at a position. */
    public void add(TopicPartition partition, long position) {
        add(partition);
        resolve(partition, position);
    }

    public void remove(Collection<TopicPartition> gone) {
        gone.forEach(entries::remove);
    }

    public void clear() {
        entries.clear();
        delivering = Map.of();
    }

    /** These are read no further. */
    public void revoke(Collection<TopicPartition> partitions) {
        for (TopicPartition each : partitions) {
            Entry entry = entries.get(each);
            if (entry != null) {
                entry.revoking = true;
            }
        }
    }

    public boolean has(TopicPartition partition) {
        return entries.containsKey(partition);
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /** All partitions, but for those that are being revoked. */
    public List<TopicPartition> kept() {
        return entries.entrySet().stream()
                .filter(each -> !each.getValue().revoking)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Those whose position is to be found. */
    public List<TopicPartition> unresolved() {
        return entries.entrySet().stream()
                .filter(each -> each.getValue().position == UNKNOWN && !each.getValue().revoking)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Sets a position that was found, unless there is one already. */
    public void resolve(TopicPartition partition, long position) {
        Entry entry = entries.get(partition);
        if (entry != null && entry.position == UNKNOWN) {
            entry.position = position;
            entry.consumed = position;
            entry.committed = UNKNOWN;
        }
    }

    /** Goes elsewhere, forwards or back. Passed over where the partition is not held. */
    public void seek(TopicPartition partition, long position) {
        Entry entry = entries.get(partition);
        if (entry != null) {
            entry.position = position;
            entry.consumed = position;
            delivering = without(partition);
        }
    }

    private Map<TopicPartition, Long> without(TopicPartition partition) {
        Map<TopicPartition, Long> rest = new TreeMap<>(delivering);
        rest.remove(partition);
        return rest;
    }

    /** What can be read, each time beginning with another partition. */
    public List<Spot> readable() {
        List<Spot> spots = new ArrayList<>(entries.size());
        entries.forEach(
                (partition, entry) -> {
                    if (entry.position != UNKNOWN && !entry.revoking) {
                        spots.add(new Spot(partition, entry.position));
                    }
                });
        if (spots.size() > 1) {
            rotation = (rotation + 1) % spots.size();
            java.util.Collections.rotate(spots, -rotation);
        }
        return spots;
    }

    /** Whether reading goes on just there. */
    public boolean isAt(Spot spot) {
        Entry entry = entries.get(spot.partition);
        return entry != null && !entry.revoking && entry.position == spot.offset;
    }

    /** Moves past what carries no record; passed over where the position is another by now. */
    public void skip(Spot from, long to) {
        Entry entry = entries.get(from.partition);
        if (entry != null && entry.position == from.offset) {
            boolean acknowledged = entry.consumed == entry.position;
            entry.position = to;
            entry.consumed = acknowledged ? to : entry.consumed;
        }
    }

    /** Whether the client is being sent something. */
    public boolean isDelivering() {
        return !delivering.isEmpty();
    }

    /**
     * An answer is about to be written.
     *
     * @param next where each partition in it goes on
     */
    public void begin(Map<TopicPartition, Long> next) {
        if (isDelivering()) {
            throw new IllegalStateException("an answer is being written already");
        }
        delivering = new TreeMap<>(next);
    }

    /** What is being written, and where it goes on. */
    public Map<TopicPartition, Long> delivering() {
        return delivering;
    }

    /**
     * The answer was written, or could not be.
     *
     * @param arrived whether as far as can be known the client has it
     */
    public void end(boolean arrived) {
        if (arrived) {
            delivering.forEach(
                    (partition, position) -> {
                        Entry entry = entries.get(partition);
                        if (entry != null) {
                            entry.position = position;
                        }
                    });
        }
        delivering = Map.of();
    }

    /** The client asks for something: it has finished with what it was given. */
    public void acknowledge() {
        entries.values().forEach(entry -> entry.consumed = entry.position);
    }

    /** Whether the client has finished with what it was given of these. */
    public boolean isAcknowledged(Collection<TopicPartition> partitions) {
        return partitions.stream()
                .allMatch(
                        each -> {
                            Entry entry = entries.get(each);
                            return entry == null
                                    || entry.consumed == entry.position
                                            && !delivering.containsKey(each);
                        });
    }

    /** What is consumed and not committed. */
    public SortedMap<TopicPartition, Long> uncommitted() {
        return uncommitted(entries.keySet());
    }

    /** What of these is consumed and not committed. */
    public SortedMap<TopicPartition, Long> uncommitted(Collection<TopicPartition> partitions) {
        SortedMap<TopicPartition, Long> offsets = new TreeMap<>();
        for (TopicPartition each : partitions) {
            Entry entry = entries.get(each);
            if (entry != null && entry.consumed != UNKNOWN && entry.consumed != entry.committed) {
                offsets.put(each, entry.consumed);
            }
        }
        return offsets;
    }

    /** The coordinator has taken a commit. */
    public void committed(TopicPartition partition, long offset) {
        Entry entry = entries.get(partition);
        if (entry != null) {
            entry.committed = offset;
        }
    }

    /** The position of each partition that has one. */
    public SortedMap<TopicPartition, Long> positions() {
        SortedMap<TopicPartition, Long> positions = new TreeMap<>();
        entries.forEach(
                (partition, entry) -> {
                    if (entry.position != UNKNOWN) {
                        positions.put(partition, entry.position);
                    }
                });
        return positions;
    }

    /** The next offset to read; null where the partition is not held, or not yet placed. */
    public @Nullable Long position(TopicPartition partition) {
        Entry entry = entries.get(partition);
        return entry == null || entry.position == UNKNOWN ? null : entry.position;
    }
}
