package io.tidemark.gateway.produce.body;

/** How keys and values stand in a v2 body. */
public enum EmbeddedFormat {
    /** Strings of base64. */
    BINARY,
    /** Any JSON value, stored as the bytes that stand in the body. */
    JSON,
    /** Strings, stored as their text in UTF-8. */
    TEXT
}
