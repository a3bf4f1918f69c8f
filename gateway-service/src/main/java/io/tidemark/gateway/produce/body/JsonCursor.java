package io.tidemark.gateway.produce.body;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.error.ApiErrorException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/**
 * Walks over the JSON text in a byte array, knows where values stand in it, and names the place of
 * whatever is wrong. Every failure is an {@link ApiErrorException}.
 */
final class JsonCursor implements AutoCloseable {

    /** Deeper values are refused: nobody means them, and readers recurse over them. */
    private static final int MAX_DEPTH = 500;

    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(MAX_DEPTH)
                                    .maxStringLength(Integer.MAX_VALUE)
                                    .maxNameLength(Integer.MAX_VALUE)
                                    .maxNumberLength(Integer.MAX_VALUE)
                                    .build())
                    .build();

    private final Toll toll;
    private final byte[] bytes;
    private final int from;
    private final ByteBuf body;
    private final JsonParser parser;

    /**
     * @param bytes not changed while the cursor or a slice of it is in use
     */
    JsonCursor(byte[] bytes, int from, int length) {
        this(bytes, from, length, Toll.NONE);
    }

    /**
     * @param bytes not changed while the cursor or a slice of it is in use
     * @param toll told of what is made of them
     */
    JsonCursor(byte[] bytes, int from, int length, Toll toll) {
        if (length > 1 && (bytes[from] == 0 || bytes[from + 1] == 0)) {
            // UTF-16 and UTF-32, which the parser would take but no slice could be cut from.
            throw ApiError.invalidJson("The body is not JSON in UTF-8.").exception();
        }
        this.toll = toll;
        this.bytes = bytes;
        this.from = from;
        this.body = Unpooled.wrappedBuffer(bytes);
        this.parser = FACTORY.createParser(ObjectReadContext.empty(), bytes, from, length);
    }

    /** Something is about to be made of what is read. */
    void pay(int heapBytes) {
        toll.pay(heapBytes);
    }

    /** The next token; null at the end of the text. */
    @Nullable JsonToken next() {
        try {
            return parser.nextToken();
        } catch (JacksonException e) {
            throw invalid(e);
        }
    }

    /** Fails unless the current token begins an object. */
    void expectObject() {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw wrong("must be an object");
        }
    }

    /** Fails unless nothing but white space follows. */
    void expectEnd() {
        if (next() != null) {
            throw wrong("is followed by something else");
        }
    }

    /** The name of the property that the cursor is at or in. */
    String name() {
        String name = parser.currentName();
        return name == null ? "" : name;
    }

    /**
     * Notes that a property of an object has come, and fails where it had come before: the second
     * one would replace the first.
     *
     * @param seen those that have come, a bit each
     * @param property its bit; names for the same thing share one
     * @return {@code seen} with this one
     */
    int once(int seen, int property) {
        if ((seen & property) != 0) {
            throw wrong("comes twice");
        }
        return seen | property;
    }

    /** Passes over the value that begins at the current token, and says where it was. */
    RawValue raw() {
        try {
            JsonToken token = parser.currentToken();
            int start = from + (int) parser.currentTokenLocation().getByteOffset();
            parser.skipChildren();
            parser.finishToken();
            int end = from + (int) parser.currentLocation().getByteOffset();
            return new RawValue(token, start, end);
        } catch (JacksonException e) {
            throw invalid(e);
        }
    }

    /** Moves to the value's first token, then {@link #raw()}. */
    RawValue nextRaw() {
        next();
        return raw();
    }

    /** The value of the current token, which must be an integer that fits. */
    long integer(long min, long max, String what) {
        JsonToken token = parser.currentToken();
        if (token != JsonToken.VALUE_NUMBER_INT) {
            throw wrong("must be an integer");
        }
        try {
            long value = parser.getLongValue();
            if (value >= min && value <= max) {
                return value;
            }
        } catch (JacksonException e) {
            // Beyond 64 bits: out of range like the others.
        }
        throw wrong("is not " + what);
    }

    /** The value of the current token, which must be a string. */
    String string() {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw wrong("must be a string");
        }
        try {
            return parser.getString();
        } catch (JacksonException e) {
            throw invalid(e);
        }
    }

    /** The bytes of a value as they stand. */
    ByteBuf slice(RawValue value) {
        return body.slice(value.start(), value.end() - value.start());
    }

    /** The bytes of a JSON string's text: a slice where nothing in it is escaped. */
    ByteBuf text(RawValue value) {
        int start = value.start() + 1;
        int end = value.end() - 1;
        for (int i = start; i < end; i++) {
            if (bytes[i] == '\\') {
                return Unpooled.wrappedBuffer(unescape(value).getBytes(StandardCharsets.UTF_8));
            }
        }
        return body.slice(start, end - start);
    }

    private String unescape(RawValue value) {
        try (JsonParser one =
                FACTORY.createParser(
                        ObjectReadContext.empty(),
                        bytes,
                        value.start(),
                        value.end() - value.start())) {
            one.nextToken();
            return one.getString();
        }
    }

    /**
     * The bytes that a JSON string of base64 stands for.
     *
     * @param path names the value in an error
     */
    ByteBuf base64(RawValue value, String path) {
        ByteBuf text = text(value);
        try {
            return Unpooled.wrappedBuffer(Base64.getDecoder().decode(text.nioBuffer()));
        } catch (IllegalArgumentException e) {
            throw at(path, "is not valid base64: " + e.getMessage(), value.start());
        }
    }

    /** An error at the current token. */
    ApiErrorException wrong(String message) {
        TokenStreamLocation place = parser.currentTokenLocation();
        return ApiError.invalidPayload(path() + " " + message + place(place)).exception();
    }

    /** An error at a value that was passed. */
    ApiErrorException at(String path, String message, int offset) {
        int line = 1;
        int column = 1;
        for (int i = from; i < offset; i++) {
            column++;
            if (bytes[i] == '\n') {
                line++;
                column = 1;
            }
        }
        return ApiError.invalidPayload(
                        path + " " + message + " (line " + line + ", column " + column + ").")
                .exception();
    }

    private ApiErrorException invalid(JacksonException e) {
        TokenStreamLocation place = e.getLocation();
        String message = e.getOriginalMessage();
        int cut = message.indexOf('\n');
        return ApiError.invalidJson(
                        "Invalid JSON at "
                                + path()
                                + ": "
                                + (cut < 0 ? message : message.substring(0, cut))
                                + place(place == null ? parser.currentLocation() : place))
                .exception();
    }

    private static String place(TokenStreamLocation place) {
        return " (line " + place.getLineNr() + ", column " + place.getColumnNr() + ").";
    }

    /** Where the cursor is, as {@code records[3].value}. */
    String path() {
        Deque<String> steps = new ArrayDeque<>();
        for (TokenStreamContext c = parser.streamReadContext();
                c != null && !c.inRoot();
                c = c.getParent()) {
            String name = c.currentName();
            if (c.inArray()) {
                steps.addFirst("[" + c.getCurrentIndex() + "]");
            } else if (name != null) {
                steps.addFirst("." + name);
            }
        }
        String path = String.join("", steps);
        return path.isEmpty() ? "the body" : path.startsWith(".") ? path.substring(1) : path;
    }

    @Override
    public void close() {
        parser.close();
    }
}
