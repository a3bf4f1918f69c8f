package io.tidemark.protocol.transport;

/**
 * Leave to make objects of what is decoded, asked for before they are made. The estimate counts
 * what lies on the heap, which may be fifty times as much as the bytes say.
 */
@FunctionalInterface
public interface DecodeAllowance {
    /** For bytes of our own nodes. */
    DecodeAllowance UNLIMITED = bytes -> Long.MAX_VALUE;

    /**
     * Asks for more.
     *
     * @param bytes the estimate of all objects so far and of those to be made next
     * @return how large the estimate may become before it is asked again, at least {@code bytes}
     * @throws RuntimeException where they may not be made
     */
    long raise(long bytes);

    /** Up to a bound, counted nowhere. */
    static DecodeAllowance upTo(long maxBytes) {
        return bytes -> {
            if (bytes > maxBytes) {
                throw new IllegalArgumentException(
                        "it decodes to more than %d bytes".formatted(maxBytes));
            }
            return maxBytes;
        };
    }
}
