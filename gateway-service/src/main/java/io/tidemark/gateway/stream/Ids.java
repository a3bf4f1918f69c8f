package io.tidemark.gateway.stream;

/**
 * Writes the cursors of a stream's events from where one topic stands: those of the topic alone, or
 * those of a stream that is made of several.
 */
interface Ids {

    /**
     * Writes a cursor into {@link #text}.
     *
     * @param positions the next offset by partition of the topic
     */
    void write(long[] positions);

    /** Its first {@link #length} bytes are the cursor, until the next one is written. */
    byte[] text();

    int length();
}
