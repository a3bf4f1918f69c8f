package io.tidemark.gateway.stream;

import io.netty.buffer.ByteBuf;

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

    /** Whether the response is over with the topic; else it carries other topics, too. */
    default boolean endsWithTopic() {
        return true;
    }
}
