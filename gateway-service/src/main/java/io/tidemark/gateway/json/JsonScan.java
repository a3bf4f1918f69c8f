package io.tidemark.gateway.json;

/**
 * Tells what bytes are: one JSON value (RFC 8259, in valid UTF-8), other text, or neither. Much
 * cheaper than parsing: nothing is built. One thread; made anew for each use.
 */
public final class JsonScan {

    /** Deeper values are text to us: the scan must not overflow its stack. */
    private static final int MAX_DEPTH = 256;

    private final byte[] bytes;
    private final int end;
    private int at;
    private boolean lineBreaks;

    private JsonScan(byte[] bytes, int end) {
        this.bytes = bytes;
        this.end = end;
    }

    /** What the bytes are. */
    public enum Kind {
        JSON,
        /** JSON with line breaks between its tokens. */
        JSON_LINES,
        /** Valid UTF-8. */
        TEXT,
        BINARY
    }

    /** One pass over the bytes, and one more for those outside ASCII. */
    public static Kind scan(byte[] bytes) {
        JsonScan scan = new JsonScan(bytes, bytes.length);
        boolean json = scan.document();
        if (!Utf8.isValid(bytes)) {
            return Kind.BINARY;
        }
        return !json ? Kind.TEXT : scan.lineBreaks ? Kind.JSON_LINES : Kind.JSON;
    }

    /**
     * Where the bytes up to {@code length} cease to be one JSON value in UTF-8; -1 where they are
     * one. A value that is nested too deeply ceases there.
     */
    public static int wrongAt(byte[] bytes, int length) {
        JsonScan scan = new JsonScan(bytes, length);
        if (!scan.document()) {
            return scan.at;
        }
        return Utf8.isValid(bytes, length) ? -1 : length;
    }

    private boolean document() {
        space();
        if (!value(0)) {
            return false;
        }
        space();
        return at == end;
    }

    private boolean value(int depth) {
        if (at == end || depth > MAX_DEPTH) {
            return false;
        }
        return switch (bytes[at]) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string();
            case 't' -> word("true");
            case 'f' -> word("false");
            case 'n' -> word("null");
            default -> number();
        };
    }

    private boolean object(int depth) {
        at++;
        space();
        if (take('}')) {
            return true;
        }
        do {
            space();
            if (at == end || bytes[at] != '"' || !string()) {
                return false;
            }
            space();
            if (!take(':')) {
                return false;
            }
            space();
            if (!value(depth + 1)) {
                return false;
            }
            space();
        } while (take(','));
        return take('}');
    }

    private boolean array(int depth) {
        at++;
        space();
        if (take(']')) {
            return true;
        }
        do {
            space();
            if (!value(depth + 1)) {
                return false;
            }
            space();
        } while (take(','));
        return take(']');
    }

    private boolean string() {
        at++;
        while (at < end) {
            byte next = bytes[at++];
            if (next == '"') {
                return true;
            }
            if (next >= 0 && next < 0x20 || next == '\\' && !escape()) {
                return false;
            }
        }
        return false;
    }

    private boolean escape() {
        if (at == end) {
            return false;
        }
        return switch (bytes[at++]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> true;
            case 'u' -> fourHexDigits();
            default -> false;
        };
    }

    private boolean fourHexDigits() {
        int stop = at + 4;
        while (at < stop && at < end && Character.digit(bytes[at], 16) >= 0) {
            at++;
        }
        return at == stop;
    }

    private boolean number() {
        take('-');
        if (!take('0') && !digits()) {
            return false;
        }
        if (take('.') && !digits()) {
            return false;
        }
        if (take('e') || take('E')) {
            if (!take('+')) {
                take('-');
            }
            return digits();
        }
        return true;
    }

    private boolean digits() {
        int start = at;
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        return at > start;
    }

    private boolean word(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (!take(word.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private boolean take(char expected) {
        if (at < end && bytes[at] == expected) {
            at++;
            return true;
        }
        return false;
    }

    private void space() {
        for (; at < end; at++) {
            switch (bytes[at]) {
                case ' ', '\t' -> {}
                case '\n', '\r' -> lineBreaks = true;
                default -> {
                    return;
                }
            }
        }
    }
}
