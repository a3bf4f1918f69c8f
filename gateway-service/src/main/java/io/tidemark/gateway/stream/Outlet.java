package io.tidemark.gateway.stream;

import io.netty.buffer.ByteBuf;
import io.tidemark.gateway.error.ApiError;
import org.jspecify.annotations.Nullable;

/**
 * A follower's way out: a socket, or its model in the simulation. Called on the tail's thread. When
 * it is ready again after it was not, it has {@link Tail#resume} called; when it breaks, {@link
 * Tail#leave}.
 */
interface Outlet {

    /**
     * Whether it takes more now. Once it has said no, it says so until it has {@link Tail#resume}
     * called: a follower that was refused is not taken for one that reads.
     */
    boolean ready();

    /** Sends a whole number of events; takes over the buffer. */
    void write(ByteBuf events);

    /** Ends the response after what was written. */
    void end();

    /** Breaks the connection. */
    void abort();

    /**
     * A follower that does not end the response cannot go on, and has left its tail.
     *
     * @param error to be told
     */
    default void failed(ApiError error) {
        throw new IllegalStateException("this one ends with its topic");
    }

    /**
     * Cursors other than the topic's own. What is written with one goes to the socket before the
     * next is written for the same stream, so both are done while {@link #monitor} is held.
     */
    default @Nullable Ids ids() {
        return null;
    }

    /** What the threads of a stream over several topics write under. */
    default Object monitor() {
        return this;
    }

    /**
     * A follower that does not end the response has all that it asked for, and has left its tail.
     */
    default void done() {
        throw new IllegalStateException("this one ends with its topic");
    }

    /** Whether the response is over with the topic; else it carries other topics, too. */
    default boolean endsWithTopic() {
        return true;
    }
}
