package io.tidemark.gateway.consume;

import io.tidemark.gateway.error.ApiError;

/**
 * Why the log's records at some offsets are not given: in place of their key and value.
 *
 * @param reason for programs
 * @param error for people, with the code of REST answers
 * @param nextOffset behind what cannot be read
 */
public record Unreadable(String reason, ApiError error, long nextOffset) {

    private static final int TOO_LARGE_CODE = 41302;

    /** A batch that decompresses to more than a reader takes. */
    static Unreadable tooLarge(int partition, long offset, long nextOffset, int maxBytes) {
        String place =
                nextOffset == offset + 1
                        ? "Offset " + offset
                        : "Offsets " + offset + " to " + (nextOffset - 1);
        return new Unreadable(
                "record_too_large",
                new ApiError(
                        413,
                        TOO_LARGE_CODE,
                        "%s of partition %d: a batch that decompresses to more than %d bytes is not read over HTTP (tidemark.gateway.max-decompressed-size)."
                                .formatted(place, partition, maxBytes)),
                nextOffset);
    }
}
