package io.tidemark.gateway.json;

/**
 * Tells what bytes are: one JSON value (RFC 8259, in valid UTF-8), other text, or neither. Much
 * cheaper than parsing: nothing is built. One thread; made anew for each use.
 */
public final class JsonScan {

    /** Deeper values are text to us: the scan must not overflow its stack. */
    private static final int MAX_DEPTH = 256;

    private final byte[] bytes;
    private int at;
    private boolean lineBreaks;

    private JsonScan(byte[] bytes) {
        this.bytes = bytes;
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
        JsonScan scan = new JsonScan(bytes);
        boolean json = scan.document();
        if (!Utf8.isValid(bytes)) {
            return Kind.BINARY;
        }
        return !json ? Kind.TEXT : scan.lineBreaks ? Kind.JSON_LINES : Kind.JSON;
    }

    private boolean document() {
        space();
        if (!value(0)) {
            return false;
        }
        space();
        return at == bytes.length;
    }

    private boolean value(int depth) {
        if (at == bytes.length || depth > MAX_DEPTH) {
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
            if (at == bytes.length || bytes[at] != '"' || !string()) {
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
        while (at < bytes.length) {
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
        if (at == bytes.length) {
            return false;
        }
        return switch (bytes[at++]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> true;
            case 'u' -> fourHexDigits();
            default -> false;
        };
    }

    private boolean fourHexDigits() {
        int end = at + 4;
        while (at < end && at < bytes.length && Character.digit(bytes[at], 16) >= 0) {
            at++;
        }
        return at == end;
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
        while (at < bytes.length && bytes[at] >= '0' && bytes[at] <= '9') {
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
        if (at < bytes.length && bytes[at] == expected) {
            at++;
            return true;
        }
        return false;
    }

    private void space() {
        for (; at < bytes.length; at++) {
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
