package io.tidemark.gateway.edge;

import io.tidemark.gateway.error.ApiError;

/**
 * The header of a gzip member, byte by byte; none of what it says matters here.
 *
 * <pre>
 * 1f 8b 08 flags time×4 extra os [length×2 extra…] [name… 0] [comment… 0] [crc×2]
 * </pre>
 */
final class GzipHeader {

    private static final byte[] MAGIC = {0x1f, (byte) 0x8b, 8};
    private static final int FIXED_BYTES = 10;
    private static final int FLAGS_AT = 3;
    private static final int CHECKSUM = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xe0;

    private int taken;
    private int flags;
    private int lengthBytes;
    private int extraBytes;
    private int checksumBytes;

    /** Whether the header is whole with this byte. */
    boolean take(byte next) {
        if (taken < FIXED_BYTES) {
            fixed(next);
        } else {
            variable(next);
        }
        taken++;
        return taken >= FIXED_BYTES && (flags & (EXTRA | NAME | COMMENT | CHECKSUM)) == 0;
    }

    private void fixed(byte next) {
        boolean wrong = taken < MAGIC.length && next != MAGIC[taken];
        if (taken == FLAGS_AT) {
            flags = next & 0xff;
            wrong = (flags & RESERVED) != 0;
        }
        if (wrong) {
            throw ApiError.badRequest("The body is not gzip: it does not begin as such.")
                    .exception();
        }
    }

    /** What is done is taken off the flags. */
    private void variable(byte next) {
        if ((flags & EXTRA) != 0) {
            if (lengthBytes < 2) {
                extraBytes |= (next & 0xff) << (8 * lengthBytes++);
            } else {
                extraBytes--;
            }
            if (lengthBytes == 2 && extraBytes == 0) {
                flags &= ~EXTRA;
            }
        } else if ((flags & NAME) != 0) {
            flags &= next == 0 ? ~NAME : ~0;
        } else if ((flags & COMMENT) != 0) {
            flags &= next == 0 ? ~COMMENT : ~0;
        } else if (++checksumBytes == 2) {
            flags &= ~CHECKSUM;
        }
    }
}
