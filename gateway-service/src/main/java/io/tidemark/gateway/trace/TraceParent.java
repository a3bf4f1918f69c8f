package io.tidemark.gateway.trace;

import org.jspecify.annotations.Nullable;

/**
 * A {@code traceparent} of version 00, as W3C's Trace Context has it: {@code 00-<32 hex digits>-<16
 * hex digits>-<2 hex digits>}.
 *
 * @param sampled whether the caller records the trace
 */
record TraceParent(String traceId, String spanId, boolean sampled) {
    static final String NAME = "traceparent";

    private static final int LENGTH = 55;
    private static final int TRACE = 3;
    private static final int SPAN = 36;
    private static final int FLAGS = 53;

    /** Null where the text is no valid one: then it is as if there were none. */
    static @Nullable TraceParent parse(@Nullable CharSequence text) {
        if (text == null
                || text.length() != LENGTH
                || text.charAt(0) != '0'
                || text.charAt(1) != '0'
                || text.charAt(TRACE - 1) != '-'
                || text.charAt(SPAN - 1) != '-'
                || text.charAt(FLAGS - 1) != '-'
                || !isId(text, TRACE, SPAN - 1)
                || !isId(text, SPAN, FLAGS - 1)
                || !isHex(text.charAt(FLAGS))
                || !isHex(text.charAt(FLAGS + 1))) {
            return null;
        }
        return new TraceParent(
                text.subSequence(TRACE, SPAN - 1).toString(),
                text.subSequence(SPAN, FLAGS - 1).toString(),
                (Character.digit(text.charAt(FLAGS + 1), 16) & 1) == 1);
    }

    /** Lower-case hex digits that are not all zero. */
    private static boolean isId(CharSequence text, int from, int to) {
        boolean zero = true;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (!isHex(c)) {
                return false;
            }
            zero &= c == '0';
        }
        return !zero;
    }

    private static boolean isHex(char c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'f';
    }

    /** As it goes into a header. */
    String text() {
        return "00-" + traceId + "-" + spanId + (sampled ? "-01" : "-00");
    }
}
