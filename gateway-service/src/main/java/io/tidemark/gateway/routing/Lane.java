package io.tidemark.gateway.routing;

/**
 * A connection of its own to each node, so that one kind of request never waits for another:
 * requests of one lane are answered in order.
 */
public record Lane(String name) {

    /**
     * Appends: many in flight.
     *
     * @param loop that they are sent from, which keeps the connection
     */
    public static Lane produce(int loop) {
        return new Lane("produce-" + loop);
    }

    /** Short questions: offsets, producer ids. */
    public static final Lane CONTROL = new Lane("control");

    /** Reads that answer at once. */
    public static final Lane FETCH = new Lane("fetch");

    /**
     * Long polls, which hold up whatever follows them on the same lane: one lane a reader.
     *
     * @param reader the reader's name, from a bounded set
     */
    public static Lane longPoll(String reader) {
        return new Lane("poll-" + reader);
    }
}
