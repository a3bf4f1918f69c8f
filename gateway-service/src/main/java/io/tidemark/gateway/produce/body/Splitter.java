package io.tidemark.gateway.produce.body;

/**
 * Cuts a stream of bytes into units that are parsed on their own. Fed chunk by chunk; keeps the
 * beginning of a unit until its end comes. One thread at a time.
 */
public interface Splitter {

    /** Receives the units. */
    @FunctionalInterface
    interface UnitConsumer {
        /**
         * A unit without its separators, never empty or blank.
         *
         * @param bytes not changed afterwards
         */
        void accept(byte[] bytes, int from, int length);
    }

    /** What became of a chunk. */
    enum Progress {
        GOING_ON,
        /** The unit under way is longer than allowed: its end, and so the next unit, is unknown. */
        TOO_LONG
    }

    /**
     * Takes a chunk.
     *
     * @param chunk not changed afterwards, as units may be slices of it
     */
    Progress feed(byte[] chunk, UnitConsumer units);

    /** Takes the end of the stream: what is left is the last unit. */
    void end(UnitConsumer units);

    /** Bytes of the unit under way that are kept. */
    int pendingBytes();
}
