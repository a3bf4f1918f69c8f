package io.tidemark.protocol.record;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Checks the lengths that snappy bytes claim before they are decompressed: the decoder allocates
 * what is claimed (CVE-2023-43642), even where so few bytes cannot hold it. Two forms are in use:
 * one raw block (librdkafka), and snappy-java's stream of blocks:
 *
 * <pre>
 *  8 bytes  magic 0x82 'S' 'N' 'A' 'P' 'P' 'Y' 0
 *  4 bytes  version
 *  4 bytes  compatible version
 *  each:    4 bytes length, raw block
 * </pre>
 *
 * A raw block begins with its uncompressed length as an unsigned varint.
 */
final class SnappyFraming {
    private static final long MAGIC = 0x82534e4150505900L;
    private static final int HEADER_BYTES = 16;

    /** Three bytes become 64 at most. */
    private static final int MAX_RATIO = 22;

    private SnappyFraming() {}

    /** What is wrong with the bytes from position to limit; null where they may be decompressed. */
    static Decompression.@Nullable Outcome problem(ByteBuffer bytes, int maxBytes) {
        int at = bytes.position();
        int limit = bytes.limit();
        if (limit - at < HEADER_BYTES || bytes.getLong(at) != MAGIC) {
            long claimed = claimedLength(bytes, at, limit);
            if (claimed > (limit - at) * (long) MAX_RATIO) {
                return failed("a block claims more than it can hold");
            }
            return claimed <= maxBytes ? null : tooLong(maxBytes);
        }
        long total = 0;
        at += HEADER_BYTES;
        while (at < limit) {
            if (limit - at < Integer.BYTES) {
                return failed("a block's length is cut off");
            }
            int length = bytes.getInt(at);
            at += Integer.BYTES;
            if (length < 0 || length > limit - at) {
                return failed("a block is longer than the batch");
            }
            long claimed = claimedLength(bytes, at, at + length);
            if (claimed > length * (long) MAX_RATIO) {
                return failed("a block claims more than it can hold");
            }
            total += claimed;
            if (total > maxBytes) {
                return tooLong(maxBytes);
            }
            at += length;
        }
        return null;
    }

    private static long claimedLength(ByteBuffer bytes, int position, int limit) {
        long length = 0;
        for (int at = position, shift = 0; at < limit && shift < 35; at++, shift += 7) {
            byte b = bytes.get(at);
            length |= (b & 0x7fL) << shift;
            if (b >= 0) {
                return length;
            }
        }
        return Long.MAX_VALUE >> 1; // no end: never allocate for it
    }

    private static Decompression.Outcome tooLong(int maxBytes) {
        return new Decompression.Outcome.TooLarge("snappy: decompresses to more than " + maxBytes);
    }

    private static Decompression.Outcome failed(String problem) {
        return new Decompression.Outcome.Failed("snappy: " + problem);
    }
}
