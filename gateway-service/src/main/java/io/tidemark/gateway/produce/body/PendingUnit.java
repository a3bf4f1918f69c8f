package io.tidemark.gateway.produce.body;

import java.util.Arrays;

/** The beginning of a unit whose end has not come. */
final class PendingUnit {
    private static final byte[] NONE = {};

    private byte[] bytes = NONE;
    private int length;

    int length() {
        return length;
    }

    void append(byte[] chunk, int from, int count) {
        if (length + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + count, 2 * bytes.length));
        }
        System.arraycopy(chunk, from, bytes, length, count);
        length += count;
    }

    /** Hands out what was kept, where it is more than white space, and begins anew. */
    void emit(Splitter.UnitConsumer units) {
        if (!isBlank(bytes, 0, length)) {
            units.accept(bytes, 0, length);
        }
        bytes = NONE;
        length = 0;
    }

    static boolean isBlank(byte[] bytes, int from, int length) {
        for (int i = from; i < from + length; i++) {
            if (!isSpace(bytes[i])) {
                return false;
            }
        }
        return true;
    }

    static boolean isSpace(byte b) {
        return b == ' ' || b == '\t' || b == '\n' || b == '\r';
    }
}
