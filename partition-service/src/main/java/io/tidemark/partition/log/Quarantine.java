package io.tidemark.partition.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The places of a log that were found damaged after they had been durable. They are never served
 * and never cut off; what lies below and above stays readable. {@code quarantine-checkpoint} keeps
 * them over restarts, a {@link CheckpointFile} of
 *
 * <pre>
 *  fromOffset toOffset segmentBaseOffset fromPosition toPosition
 * </pre>
 */
final class Quarantine {
    private static final String FILE = "quarantine-checkpoint";
    private static final int FIELDS = 5;

    private final LogFolder folder;
    private final List<Range> ranges = new ArrayList<>();
    private int additions;

    /**
     * Offsets that cannot be read, and the bytes of a segment that are passed over for them.
     *
     * @param toOffset exclusive
     * @param toPosition exclusive; equal to {@code fromPosition} where bytes are missing
     */
    record Range(
            long fromOffset,
            long toOffset,
            long segmentBaseOffset,
            int fromPosition,
            int toPosition) {}

    private Quarantine(LogFolder folder) {
        this.folder = folder;
    }

    /** What cannot be read counts as nothing: it is found again when it is scanned again. */
    static Quarantine load(LogFolder folder) throws IOException {
        Quarantine quarantine = new Quarantine(folder);
        for (String[] entry :
                CheckpointFile.read(folder.disk(), folder.path(FILE), FIELDS).orElse(List.of())) {
            try {
                quarantine.ranges.add(
                        new Range(
                                Long.parseLong(entry[0]),
                                Long.parseLong(entry[1]),
                                Long.parseLong(entry[2]),
                                Integer.parseInt(entry[3]),
                                Integer.parseInt(entry[4])));
            } catch (NumberFormatException e) {
                quarantine.ranges.clear();
                break;
            }
        }
        return quarantine;
    }

    boolean isEmpty() {
        return ranges.isEmpty();
    }

    /** Adds a range, durably. One that is known already changes nothing. */
    void add(Range range) throws IOException {
        if (ranges.contains(range)) {
            return;
        }
        ranges.removeIf(known -> within(known, range));
        ranges.add(range);
        additions++;
        ranges.sort(Comparator.comparingLong(Range::fromOffset));
        save();
    }

    /** How often damage was found since the log was opened. */
    int additions() {
        return additions;
    }

    private static boolean within(Range inner, Range outer) {
        return inner.fromOffset() >= outer.fromOffset() && inner.toOffset() <= outer.toOffset();
    }

    /** Forgets what lies outside of {@code [startOffset, endOffset)}. */
    void retain(long startOffset, long endOffset) throws IOException {
        if (ranges.removeIf(r -> r.toOffset() <= startOffset || r.fromOffset() >= endOffset)) {
            save();
        }
    }

    /**
     * The beginning of a range holds again what it held; durably.
     *
     * @param toOffset where it is still damaged from; the whole range is mended at its end
     * @param toPosition where that lies
     */
    void mended(Range range, long toOffset, int toPosition) throws IOException {
        ranges.remove(range);
        if (toOffset < range.toOffset()) {
            ranges.addFirst(
                    new Range(
                            toOffset,
                            range.toOffset(),
                            range.segmentBaseOffset(),
                            toPosition,
                            range.toPosition()));
        }
        save();
    }

    private void save() throws IOException {
        List<String> lines =
                ranges.stream()
                        .map(
                                r ->
                                        "%d %d %d %d %d"
                                                .formatted(
                                                        r.fromOffset(),
                                                        r.toOffset(),
                                                        r.segmentBaseOffset(),
                                                        r.fromPosition(),
                                                        r.toPosition()))
                        .toList();
        TextFile.replace(folder.disk(), folder.path(FILE), CheckpointFile.format(lines));
        folder.disk().syncDirectory(folder.name());
    }

    /** The range that holds an offset; null where it is readable. */
    @Nullable Range covering(long offset) {
        for (Range range : ranges) {
            if (offset >= range.fromOffset() && offset < range.toOffset()) {
                return range;
            }
        }
        return null;
    }

    /** Whether any of the offsets {@code [from, to)} cannot be read. */
    boolean touches(long from, long to) {
        for (Range range : ranges) {
            if (range.fromOffset() < to && range.toOffset() > from) {
                return true;
            }
        }
        return false;
    }

    /** The first offset from {@code offset} on that lies in no range. */
    long readableFrom(long offset) {
        long from = offset;
        for (Range range : ranges) {
            if (from >= range.fromOffset() && from < range.toOffset()) {
                from = range.toOffset();
            }
        }
        return from;
    }

    /** The lowest range; empty where there is none. */
    Optional<Range> first() {
        return ranges.stream().findFirst();
    }

    /** Where the first range begins; empty where there is none. */
    OptionalLong firstOffset() {
        return ranges.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(ranges.getFirst().fromOffset());
    }

    /** The range whose bytes begin at a position, where it has any; null where there is none. */
    @Nullable Range beginningAt(long segmentBaseOffset, long position) {
        for (Range range : ranges) {
            if (range.segmentBaseOffset() == segmentBaseOffset
                    && range.fromPosition() == position
                    && range.toPosition() > position) {
                return range;
            }
        }
        return null;
    }

    /** The first position at or after {@code position} that must not be read, or {@code end}. */
    int readableTo(long segmentBaseOffset, int position, int end) {
        int to = end;
        for (Range range : ranges) {
            if (range.segmentBaseOffset() == segmentBaseOffset
                    && range.toPosition() > range.fromPosition()
                    && range.fromPosition() >= position) {
                to = Math.min(to, range.fromPosition());
            }
        }
        return to;
    }

    List<String> describe() {
        return ranges.stream()
                .map(
                        r ->
                                "offsets %d to %d of %s, segment %s bytes %d to %d"
                                        .formatted(
                                                r.fromOffset(),
                                                r.toOffset() - 1,
                                                folder.name(),
                                                LogFolder.fileName(
                                                        r.segmentBaseOffset(), LogFolder.LOG),
                                                r.fromPosition(),
                                                r.toPosition()))
                .toList();
    }
}
