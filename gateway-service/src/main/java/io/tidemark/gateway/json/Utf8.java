package io.tidemark.gateway.json;

/**
 * Well-formed UTF-8 as the Unicode standard's table 3-7 has it: no surrogates, nothing overlong.
 */
public final class Utf8 {

    private Utf8() {}

    /** Whether all of it is. */
    public static boolean isValid(byte[] bytes) {
        return isValid(bytes, bytes.length);
    }

    /** Whether all of it up to {@code end} is. */
    static boolean isValid(byte[] bytes, int end) {
        int at = 0;
        while (at < end) {
            int first = bytes[at];
            if (first >= 0) {
                at++;
                continue;
            }
            int length = sequence(bytes, at, end, first & 0xFF);
            if (length == 0) {
                return false;
            }
            at += length;
        }
        return true;
    }

    /** The length of the sequence at {@code at}; 0 where there is no valid one. */
    private static int sequence(byte[] bytes, int at, int end, int first) {
        if (first < 0xC2 || first > 0xF4) {
            return 0;
        }
        int length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        if (end - at < length) {
            return 0;
        }
        int second = bytes[at + 1] & 0xFF;
        int low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        int high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        if (second < low || second > high) {
            return 0;
        }
        for (int i = 2; i < length; i++) {
            if ((bytes[at + i] & 0xC0) != 0x80) {
                return 0;
            }
        }
        return length;
    }
}
