package io.tidemark.coordinator.group.classic;

/** What clients say, as it may stand in a log: on one line, and not too long. */
final class LogText {
    private static final int MAX = 255;

    private LogText() {}

    static String of(String said) {
        String text = said.length() > MAX ? said.substring(0, MAX) + "…" : said;
        return text.replaceAll("\\p{Cntrl}", " ");
    }
}
