package io.tidemark.gateway.produce.body;

/**
 * Told of what reading a body makes on the heap, before it is made; refuses by an {@link
 * io.tidemark.gateway.error.ApiErrorException}. A record of three bytes becomes a hundred times as
 * many.
 */
@FunctionalInterface
public interface Toll {

    /** A record on its way, its outcome included. */
    int RECORD_BYTES = 320;

    /** A header of one. */
    int HEADER_BYTES = 96;

    /** Takes nothing. */
    Toll NONE = bytes -> {};

    void pay(int bytes);
}
