package io.tidemark.testkit.history;

/**
 * The text that stands for a value in a record: the value and a filling that follows from it, so
 * that damage anywhere in it shows.
 */
public final class Payload {
    private static final int FILLING_LENGTH = 100;

    private Payload() {}

    /** The text of a value, at least 0. */
    public static String of(long value) {
        StringBuilder text = new StringBuilder().append(value).append(':');
        long state = value;
        for (int i = 0; i < FILLING_LENGTH; i++) {
            state = state * 6_364_136_223_846_793_005L + 1_442_695_040_888_963_407L;
            text.append((char) ('a' + Math.floorMod(state >> 33, 26)));
        }
        return text.toString();
    }

    /**
     * The value of a text that is whole.
     *
     * @throws AssertionError where it is not
     */
    public static long valueIn(String text) {
        int colon = text.indexOf(':');
        if (colon > 0 && text.chars().limit(colon).allMatch(Character::isDigit)) {
            long value = Long.parseLong(text.substring(0, colon));
            if (text.equals(of(value))) {
                return value;
            }
        }
        throw new AssertionError("damaged record served as good: " + text);
    }
}
