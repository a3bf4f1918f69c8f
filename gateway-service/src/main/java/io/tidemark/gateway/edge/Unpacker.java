package io.tidemark.gateway.edge;

/**
 * Makes packed bytes plain ones, a piece at a time, so that few bytes cannot become many at once.
 * One thread at a time.
 */
interface Unpacker extends AutoCloseable {

    /** Takes more packed bytes, when {@link #read} has given all that were in those before. */
    void feed(byte[] packed);

    /**
     * Writes plain bytes and says how many; 0 where more packed ones are needed.
     *
     * @throws io.tidemark.gateway.error.ApiErrorException where the bytes are not packed so
     */
    int read(byte[] plain);

    /**
     * There are no more packed bytes.
     *
     * @throws io.tidemark.gateway.error.ApiErrorException where there should be
     */
    void end();

    /** Gives back what is held outside the heap. */
    @Override
    void close();
}
