package io.tidemark.protocol.server;

import io.tidemark.protocol.transport.DecodeAllowance;

/**
 * What is known of a request besides its body.
 *
 * <p>Byte buffers and records inside the request are slices of its frame, which lives until the
 * handler's stage completes or {@link #releaseFrame} is called, whichever is first.
 */
public interface RequestContext {

    short apiVersion();

    /** The client's own name; empty where it gave none. */
    String clientId();

    Connection connection();

    /** Leave to make objects of further bytes that the request holds; on the event loop. */
    default DecodeAllowance decodeAllowance() {
        return DecodeAllowance.UNLIMITED;
    }

    /**
     * Gives back the request's frame early (its bytes count against the budget of bytes in flight).
     * Any thread, once; later calls do nothing.
     */
    void releaseFrame();
}
