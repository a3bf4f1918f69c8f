package io.tidemark.metadata.pattern;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * How long the program of a regular expression becomes at most, found by reading its text once. RE2
 * writes repetitions out: {@code x{2,4}} becomes {@code xx(x(x)?)?}, and so does what {@code x}
 * contains. Where a text is no regular expression the result means nothing; RE2 refuses it.
 */
final class PatternSize {
    /** The most that RE2 takes. */
    static final int MAX_REPEAT = 1_000;

    /** Each of them is one in the one before, which RE2 walks by recursion. */
    static final int MAX_OPTIONAL = 500;

    /** RE2's own two instructions, and a group's for the whole match. */
    private static final long FRAME_STEPS = 4;

    private static final long CAPTURE_STEPS = 2;

    /** One step, but one of some hundred ranges: what takes time is to make it. */
    private static final long PROPERTY_STEPS = 30;

    private static final char MAX_ASCII = 127;

    private final String text;
    private final ArrayDeque<Level> open = new ArrayDeque<>();
    private Level level = new Level(0);
    private int at;
    private int optional;
    private boolean ignoresCase;
    private boolean foreign;

    sealed interface Result {}

    record Steps(long steps) implements Result {}

    record TooDeep() implements Result {}

    record TooOptional() implements Result {}

    record BadCount(String count) implements Result {}

    /**
     * Letters are folded that no topic has. RE2/J does so one by one, and for some (U+1C80 to
     * U+1C88) for ever.
     */
    record FoldsForeign() implements Result {}

    /** A group that is being read. */
    private static final class Level {
        private final long ownSteps;
        private long steps;
        private long last;

        Level(long ownSteps) {
            this.ownSteps = ownSteps;
        }

        void add(long more) {
            steps = capped(steps + more);
            last = more;
        }

        /** The last element becomes another one. */
        void replaceLast(long by) {
            steps = capped(steps - last + by);
            last = by;
        }

        /** Characters that mean themselves: the last of them is the last element. */
        void addLiterals(int count) {
            if (count > 0) {
                add(count);
                last = 1;
            }
        }
    }

    private record Count(int min, int max, int end) {}

    private PatternSize(String text) {
        this.text = text;
    }

    /** Sums are capped, so that no nesting overflows them. */
    private static long capped(long steps) {
        return Math.min(steps, Integer.MAX_VALUE);
    }

    static Result of(String text) {
        return new PatternSize(text).read();
    }

    private Result read() {
        while (at < text.length()) {
            char c = text.charAt(at++);
            switch (c) {
                case '(' -> {
                    if (open.size() == TopicPattern.MAX_DEPTH) {
                        return new TooDeep();
                    }
                    open();
                }
                case ')' -> close();
                case '[' -> level.add(skipClass());
                case '\\' -> escape();
                case '?', '+' -> level.replaceLast(level.last + 1);
                case '*' -> level.replaceLast(level.last + 2);
                case '|' -> level.add(2);
                case '{' -> {
                    Count count = count();
                    if (count == null) {
                        level.add(1);
                    } else if (count.min > MAX_REPEAT || count.max > MAX_REPEAT) {
                        return new BadCount(text.substring(at - 1, count.end));
                    } else {
                        repeat(count);
                    }
                    if (optional > MAX_OPTIONAL) {
                        return new TooOptional();
                    }
                }
                default -> {
                    meet(c);
                    level.add(1);
                }
            }
        }
        if (ignoresCase && foreign) {
            return new FoldsForeign();
        }
        while (!open.isEmpty()) {
            close();
        }
        return new Steps(capped(level.steps + FRAME_STEPS));
    }

    private void open() {
        if (text.startsWith("?P<", at) || text.startsWith("?<", at)) {
            int end = text.indexOf('>', at);
            at = end < 0 ? text.length() : end + 1;
            push(CAPTURE_STEPS);
        } else if (text.startsWith("?", at)) {
            int end = at + 1;
            while (end < text.length() && text.charAt(end) != ':' && text.charAt(end) != ')') {
                ignoresCase |= text.charAt(end) == 'i';
                end++;
            }
            at = Math.min(end + 1, text.length());
            // Flags alone are no element: what repeats them repeats what stands before.
            if (end < text.length() && text.charAt(end) == ':') {
                push(0);
            }
        } else {
            push(CAPTURE_STEPS);
        }
    }

    private void meet(char c) {
        foreign |= c > MAX_ASCII;
    }

    /** Which one an escape means by its number is not looked at. */
    private void meetEscaped(char c) {
        foreign |= c > MAX_ASCII || c == 'x' || (c >= '0' && c <= '9');
    }

    private void push(long ownSteps) {
        open.push(level);
        level = new Level(ownSteps);
    }

    private void close() {
        if (open.isEmpty()) {
            return; // RE2 refuses it
        }
        long inner = Math.max(1, level.steps) + level.ownSteps; // nothing takes a step, too
        level = open.pop();
        level.add(capped(inner));
    }

    /** Behind a backslash. */
    private void escape() {
        if (at == text.length()) {
            return;
        }
        char c = text.charAt(at++);
        meetEscaped(c);
        switch (c) {
            case 'Q' -> quoted();
            case 'E' -> {} // ends nothing
            case 'p', 'P' -> {
                skipName();
                at += text.charAt(at - 1) == '}' ? 0 : 1;
                level.add(PROPERTY_STEPS);
            }
            case 'x' -> {
                skipName();
                level.add(1);
            }
            default -> level.add(1);
        }
    }

    /** As far as the next {@code \E}, or the end, characters mean themselves. */
    private void quoted() {
        int end = text.indexOf("\\E", at);
        int until = end < 0 ? text.length() : end;
        level.addLiterals(until - at);
        text.substring(at, until).chars().forEach(c -> meet((char) c));
        at = end < 0 ? until : end + 2;
    }

    /** What is in braces belongs to the escape: {@code \p{Greek}}, {@code \x{10FFFF}}. */
    private void skipName() {
        if (at < text.length() && text.charAt(at) == '{') {
            int end = text.indexOf('}', at);
            at = end < 0 ? text.length() : end + 1;
        }
    }

    /** A class is one step, but for its properties. A bracket that comes first is a member. */
    private long skipClass() {
        long steps = 1;
        if (at < text.length() && text.charAt(at) == '^') {
            at++;
        }
        boolean first = true;
        while (at < text.length() && (first || text.charAt(at) != ']')) {
            first = false;
            if (text.startsWith("[:", at) && text.indexOf(":]", at + 2) > 0) {
                at = text.indexOf(":]", at + 2) + 2;
            } else if (text.charAt(at) == '\\') {
                if (at + 1 < text.length()) {
                    meetEscaped(text.charAt(at + 1));
                }
                steps +=
                        text.startsWith("p", at + 1) || text.startsWith("P", at + 1)
                                ? PROPERTY_STEPS
                                : 0;
                at = Math.min(at + 2, text.length());
            } else {
                meet(text.charAt(at++));
            }
        }
        at = Math.min(at + 1, text.length());
        return steps;
    }

    /** Behind an opening brace: what {@code n}, {@code n,} or {@code n,m} say; else null. */
    private @Nullable Count count() {
        int comma = digits(at);
        if (comma == at || comma == text.length()) {
            return null;
        }
        int min = number(at, comma);
        if (text.charAt(comma) == '}') {
            return new Count(min, min, comma + 1);
        }
        if (text.charAt(comma) != ',') {
            return null;
        }
        int end = digits(comma + 1);
        if (end == text.length() || text.charAt(end) != '}') {
            return null;
        }
        return new Count(min, end == comma + 1 ? -1 : number(comma + 1, end), end + 1);
    }

    private int digits(int from) {
        int end = from;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        return end;
    }

    private int number(int from, int to) {
        return to - from > 6 ? Integer.MAX_VALUE : Integer.parseInt(text, from, to, 10);
    }

    private void repeat(Count count) {
        at = count.end;
        long once = level.last;
        int beyond = Math.max(0, count.max - count.min);
        optional += beyond;
        long times = count.min * once + beyond * (once + 1);
        // {n,} ends in a loop, and {0} leaves nothing but a place.
        level.replaceLast(capped(times + (count.max < 0 ? once + 2 : 0) + 1));
    }
}
