package io.tidemark.gateway.stream;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * {@code $.a.b==literal}: whether the JSON value has that member with that value. Members only: no
 * wildcards, indexes or expressions, so the cost is one pass over the value.
 *
 * @param literal as compared: a number in its shortest form, {@code true}, {@code false}, {@code
 *     null}, or a string
 */
public record PathEquals(List<String> members, Literal literal) {

    private static final JsonFactory JSON = new JsonFactory();
    private static final int MAX_MEMBERS = 16;

    /** What is compared with. */
    sealed interface Literal {
        record Text(String text) implements Literal {}

        record Number(BigDecimal number) implements Literal {}

        record Word(JsonToken token) implements Literal {}
    }

    /** Reads {@code $.a.b==literal}; empty where it is not of that form. */
    static Optional<PathEquals> parse(String text) {
        int equals = text.indexOf("==");
        if (!text.startsWith("$.") || equals < 3) {
            return Optional.empty();
        }
        List<String> members = new ArrayList<>();
        for (String member : text.substring(2, equals).strip().split("\\.", -1)) {
            if (member.isEmpty() || member.contains("[") || member.contains("*")) {
                return Optional.empty();
            }
            members.add(member);
        }
        return members.size() > MAX_MEMBERS
                ? Optional.empty()
                : Optional.of(
                        new PathEquals(
                                List.copyOf(members), literal(text.substring(equals + 2).strip())));
    }

    private static Literal literal(String text) {
        switch (text) {
            case "true":
                return new Literal.Word(JsonToken.VALUE_TRUE);
            case "false":
                return new Literal.Word(JsonToken.VALUE_FALSE);
            case "null":
                return new Literal.Word(JsonToken.VALUE_NULL);
            default:
        }
        if (text.length() > 1
                && (text.startsWith("\"") && text.endsWith("\"")
                        || text.startsWith("'") && text.endsWith("'"))) {
            return new Literal.Text(text.substring(1, text.length() - 1));
        }
        if (text.length() < 40 && text.matches("-?\\d+(\\.\\d+)?([eE][+-]?\\d{1,3})?")) {
            return new Literal.Number(new BigDecimal(text));
        }
        return new Literal.Text(text);
    }

    boolean matches(byte[] value) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), value)) {
            parser.nextToken();
            for (String member : members) {
                if (!enter(parser, member)) {
                    return false;
                }
            }
            return equalsLiteral(parser);
        } catch (JacksonException notJson) {
            return false;
        }
    }

    /** Moves from an object's start to the value of one of its members. */
    private static boolean enter(JsonParser parser, String member) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            return false;
        }
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean found = parser.currentName().equals(member);
            parser.nextToken();
            if (found) {
                return true;
            }
            parser.skipChildren();
        }
        return false;
    }

    private boolean equalsLiteral(JsonParser parser) {
        JsonToken token = parser.currentToken();
        return switch (literal) {
            case Literal.Word(JsonToken word) -> token == word;
            case Literal.Text(String text) ->
                    token == JsonToken.VALUE_STRING && parser.getString().equals(text);
            case Literal.Number(BigDecimal number) ->
                    token != null
                            && token.isNumeric()
                            && parser.getStringLength() < 40
                            && parser.getDecimalValue().compareTo(number) == 0;
        };
    }
}
