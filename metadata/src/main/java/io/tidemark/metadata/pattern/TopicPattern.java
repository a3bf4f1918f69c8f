package io.tidemark.metadata.pattern;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Collection;
import java.util.Optional;

/**
 * A regular expression in RE2's syntax that is matched against whole topic names. RE2 takes time in
 * proportion to the name, but its program has no bound of its own: {@code
 * ((a{1,1000}){1,1000}){1,1000}} would be one of a billion steps. So the size is found before
 * anything is compiled.
 *
 * @see <a href="https://github.com/google/re2/wiki/Syntax">RE2's syntax</a>
 */
public final class TopicPattern {
    /** Longest pattern, in characters. */
    public static final int MAX_CHARS = 4_000;

    /** Most steps of a program; {@code [a-z]{1,249}} has 500. */
    public static final int MAX_STEPS = 2_000;

    /** Groups within groups; what is compiled is walked by recursion. */
    public static final int MAX_DEPTH = 100;

    /** Steps times characters of all names: half a second of a core, at worst. */
    public static final long MAX_WORK = 20_000_000;

    private final String text;
    private final int steps;
    private final Pattern pattern;

    private TopicPattern(String text, int steps, Pattern pattern) {
        this.text = text;
        this.steps = steps;
        this.pattern = pattern;
    }

    /** What a text turned out to be. */
    public sealed interface Parsed {}

    /** A pattern that can be used. */
    public record Valid(TopicPattern pattern) implements Parsed {}

    /** What a text seems to be before it is compiled. */
    public sealed interface Measured {}

    /**
     * Small enough to be compiled; whether it is a pattern at all turns out then.
     *
     * @param steps of its program, at most
     */
    public record Size(int steps) implements Measured {

        /**
         * How much it takes, at worst, to match names; see {@link #MAX_WORK}.
         *
         * @param chars of all of them, as {@link TopicPattern#chars} counts
         */
        public long work(long chars) {
            return steps * chars;
        }
    }

    /**
     * None, or none that is taken.
     *
     * @param reason for people, such as {@code missing closing ): `a(b`}; no full stop
     */
    public record Invalid(String reason) implements Parsed, Measured {}

    /** Finds the pattern's size without compiling it: reads the text once. */
    public static Measured measure(String text) {
        if (text.length() > MAX_CHARS) {
            return new Invalid(
                    "it has %,d characters, and at most %,d are taken"
                            .formatted(text.length(), MAX_CHARS));
        }
        return switch (PatternSize.of(text)) {
            case PatternSize.Steps(long steps) when steps > MAX_STEPS ->
                    new Invalid(
                            "it takes %,d steps when its repetitions are written out, and at most %,d are taken"
                                    .formatted(steps, MAX_STEPS));
            case PatternSize.Steps(long steps) -> new Size((int) steps);
            case PatternSize.TooDeep() ->
                    new Invalid("its groups are nested more than " + MAX_DEPTH + " deep");
            case PatternSize.TooOptional() ->
                    new Invalid(
                            "its counts such as {1,9} leave more than %,d repetitions open"
                                    .formatted(PatternSize.MAX_OPTIONAL));
            case PatternSize.BadCount(String count) ->
                    new Invalid(
                            "invalid repeat count: `%s`, at most %,d is taken"
                                    .formatted(count, PatternSize.MAX_REPEAT));
            case PatternSize.FoldsForeign() ->
                    new Invalid(
                            "it ignores case ((?i)) and has characters outside ASCII, or by their numbers, which no topic's name has");
        };
    }

    /** Compiles the pattern where its size allows it: some ms at worst. */
    public static Parsed parse(String text) {
        return switch (measure(text)) {
            case Invalid invalid -> invalid;
            case Size(int steps) -> compile(text, steps);
        };
    }

    private static Parsed compile(String text, int steps) {
        try {
            return new Valid(new TopicPattern(text, steps, Pattern.compile(text)));
        } catch (PatternSyntaxException e) {
            return new Invalid(e.getDescription() + ": `" + e.getPattern() + "`");
        }
    }

    /** Why the text is none that is taken; empty where it is. */
    public static Optional<String> problemWith(String text) {
        return parse(text) instanceof Invalid(String reason)
                ? Optional.of(reason)
                : Optional.empty();
    }

    /** Whether the whole name matches. */
    public boolean matches(String topic) {
        return pattern.matches(topic);
    }

    /** How long names are together, with the step that each ends with. */
    public static long chars(Collection<String> names) {
        long chars = 0;
        for (String name : names) {
            chars += name.length() + 1;
        }
        return chars;
    }

    /** How long its program is at most. */
    public int steps() {
        return steps;
    }

    @Override
    public String toString() {
        return text;
    }
}
