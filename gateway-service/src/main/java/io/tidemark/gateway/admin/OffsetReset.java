package io.tidemark.gateway.admin;

import java.util.OptionalLong;

/** Where a reset puts a group in one partition. Pure. */
sealed interface OffsetReset {

    /** To the first record that is still there. */
    record Earliest() implements OffsetReset {}

    /** To the end: nothing that is there now is read. */
    record Latest() implements OffsetReset {}

    /** To this offset, or to the nearest that the log has. */
    record Offset(long offset) implements OffsetReset {}

    /** To the first record that is not older. */
    record Time(long timestampMs) implements OffsetReset {}

    /** By so many offsets, back where negative. */
    record Shift(long by) implements OffsetReset {}

    /**
     * What the log has.
     *
     * @param byTime the first offset at the time asked for; -1 where all records are older, or no
     *     time was asked for
     */
    record Bounds(long start, long end, long byTime) {}

    /**
     * What becomes of one partition.
     *
     * @param after empty where nothing is changed
     * @param why for people
     */
    record Outcome(OptionalLong after, String why) {}

    /**
     * Decides.
     *
     * @param before what is committed; empty where nothing is
     */
    default Outcome decide(OptionalLong before, Bounds bounds) {
        return switch (this) {
            case Earliest() -> to(bounds.start, "the log's start");
            case Latest() -> to(bounds.end, "the log's end");
            case Offset(long offset) -> within(offset, bounds, "as asked for");
            case Time(long timestampMs) ->
                    bounds.byTime < 0
                            ? to(bounds.end, "the log's end: all records are older")
                            : to(bounds.byTime, "the first record that is not older");
            case Shift(long by) ->
                    before.isEmpty()
                            ? new Outcome(
                                    OptionalLong.empty(),
                                    "unchanged: nothing is committed that could be shifted")
                            : within(
                                    shifted(before.getAsLong(), by),
                                    bounds,
                                    "%+d from what was committed".formatted(by));
        };
    }

    private static long shifted(long from, long by) {
        long sum = from + by;
        boolean overflow = ((from ^ sum) & (by ^ sum)) < 0;
        return overflow ? (by < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : sum;
    }

    private static Outcome within(long offset, Bounds bounds, String why) {
        if (offset < bounds.start) {
            return to(bounds.start, "the log's start: %d lies before it".formatted(offset));
        }
        if (offset > bounds.end) {
            return to(bounds.end, "the log's end: %d lies beyond it".formatted(offset));
        }
        return to(offset, why);
    }

    private static Outcome to(long offset, String why) {
        return new Outcome(OptionalLong.of(offset), why);
    }
}
