package io.tidemark.metadata.config;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** What a value must satisfy beyond its type. */
public sealed interface ConfigRule {

    /** Any value of the type. */
    record Any() implements ConfigRule {}

    /** A number within {@code [min, max]}. */
    record Range(double min, double max) implements ConfigRule {}

    /**
     * One of the listed values; for lists, each element is one of them, and there is at least one.
     */
    record OneOf(List<String> allowed) implements ConfigRule {}

    /** Replicas by partition and node, such as {@code 0:1,0:2}, or {@code *} for all. */
    record Replicas() implements ConfigRule {
        private static final Pattern ONE = Pattern.compile("\\d{1,9}:\\d{1,9}");

        private static boolean accepts(List<String> replicas) {
            return replicas.equals(List.of("*"))
                    || replicas.stream().allMatch(replica -> ONE.matcher(replica).matches());
        }
    }

    /**
     * A setting that Kafka knows and this broker does not act upon: only Kafka's default is
     * accepted, so that nobody relies on what does not happen.
     *
     * @param reason follows "only ... is supported: "
     */
    record DefaultOnly(String defaultValue, String reason) implements ConfigRule {}

    /** Whether a value, known to be of the type, satisfies the rule. */
    default boolean accepts(ConfigType type, String value) {
        String text = value.strip();
        return switch (this) {
            case Any any -> true;
            case Range range -> {
                double number = Double.parseDouble(text);
                yield number >= range.min && number <= range.max;
            }
            case OneOf oneOf ->
                    type == ConfigType.LIST
                            ? oneOf.allowed.containsAll(elements(text)) && !elements(text).isEmpty()
                            : oneOf.allowed.contains(text);
            case Replicas replicas -> Replicas.accepts(elements(text));
            case DefaultOnly only -> text.equalsIgnoreCase(only.defaultValue);
        };
    }

    /** What is allowed, to be read after "must be" or "only". */
    default String describe(ConfigType type) {
        return switch (this) {
            case Any any -> type.description();
            case Range range when range.max >= Integer.MAX_VALUE ->
                    type.description() + " of at least " + plain(range.min);
            case Range range ->
                    type.description() + " from " + plain(range.min) + " to " + plain(range.max);
            case OneOf oneOf when type == ConfigType.LIST ->
                    "a comma-separated list of " + String.join(", ", oneOf.allowed);
            case OneOf oneOf when oneOf.allowed.size() == 1 -> oneOf.allowed.getFirst();
            case OneOf oneOf -> "one of " + String.join(", ", oneOf.allowed);
            case Replicas replicas -> "* or a comma-separated list of partition:node";
            case DefaultOnly only -> "'" + only.defaultValue + "': " + only.reason;
        };
    }

    /** The elements of a list value, blanks and empty elements dropped. */
    static List<String> elements(String list) {
        return Arrays.stream(list.split(",", -1))
                .map(String::strip)
                .filter(element -> !element.isEmpty())
                .toList();
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }
}
