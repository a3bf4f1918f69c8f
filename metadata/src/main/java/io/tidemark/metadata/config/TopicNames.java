package io.tidemark.metadata.config;

import java.util.Collection;
import java.util.Optional;

/**
 * The rules for topic names, Kafka's: 1 to 249 characters of {@code a-z A-Z 0-9 . _ -}, not "." or
 * "..". Names that differ only in '.' and '_' cannot live side by side.
 */
public final class TopicNames {
    private static final int MAX_LENGTH = 249;

    private TopicNames() {}

    /** Empty where the name is legal, else what is wrong, for people. */
    public static Optional<String> problemWith(String name) {
        if (name.isEmpty()) {
            return Optional.of("Topic name is empty: it must have 1 to 249 characters");
        }
        if (name.equals(".") || name.equals("..")) {
            return Optional.of("Topic name '" + name + "' is not allowed");
        }
        if (name.length() > MAX_LENGTH) {
            return Optional.of(
                    "Topic name has " + name.length() + " characters: at most 249 are allowed");
        }
        return name.chars()
                .filter(c -> !isLegal((char) c))
                .mapToObj(
                        c ->
                                "Topic name '"
                                        + printable(name)
                                        + "' contains "
                                        + describe((char) c)
                                        + ": only a-z, A-Z, 0-9, '.', '_' and '-' are allowed")
                .findFirst();
    }

    /** An existing name that this one collides with: the same but for '.' and '_'. */
    public static Optional<String> collision(String name, Collection<String> existing) {
        if (!canCollide(name)) {
            return Optional.empty();
        }
        String folded = folded(name);
        return existing.stream()
                .filter(other -> other.length() == name.length() && !other.equals(name))
                .filter(other -> folded(other).equals(folded))
                .sorted()
                .findFirst();
    }

    private static boolean canCollide(String name) {
        return name.indexOf('.') >= 0 || name.indexOf('_') >= 0;
    }

    private static String folded(String name) {
        return name.replace('.', '_');
    }

    private static boolean isLegal(char c) {
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c >= '0' && c <= '9'
                || c == '.'
                || c == '_'
                || c == '-';
    }

    /** Control characters must not reach a terminal or a log line. */
    private static String printable(String name) {
        return name.codePoints()
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static String describe(char c) {
        return c > ' ' && c < 127 ? "'" + c + "'" : "the character U+" + "%04X".formatted((int) c);
    }
}
