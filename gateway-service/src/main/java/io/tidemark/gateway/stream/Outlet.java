package io.tidemark.gateway.stream;

import io.netty.buffer.ByteBuf;

/**
 * A follower's way out: a socket, or its model in the simulation. Called on the tail's thread. When
 * it is ready again after it was not, it has {@link Tail#resume} called; when it breaks, {@link
 * Tail#leave}.
 */
interface Outlet {

    /** Whether it takes more now: what was written and not yet sent is below its bound. */
    boolean ready();

    /** Sends a whole number of events; takes over the buffer. */
    void write(ByteBuf events);

    /** Ends the response after what was written. */
    void end();

    /** Breaks the connection. */
    void abort();
}
