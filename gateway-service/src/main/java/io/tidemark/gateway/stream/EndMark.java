package io.tidemark.gateway.stream;

/**
 * What the last id of a stream carries that has all that it asked for: a browser's {@code
 * EventSource} reconnects whenever a stream ends, and is told by 204 that there is no more. An id
 * with the mark is a cursor like any other in {@code cursor=} and {@code from=}.
 */
public final class EndMark {

    /** Behind the cursor. */
    public static final String TEXT = ".end";

    private EndMark() {}

    /** Whether a {@code Last-Event-ID} is that of a stream's end. */
    public static boolean isOn(String id) {
        return id.endsWith(TEXT);
    }

    /** The id without the mark. */
    static String strip(String id) {
        return isOn(id) ? id.substring(0, id.length() - TEXT.length()) : id;
    }
}
