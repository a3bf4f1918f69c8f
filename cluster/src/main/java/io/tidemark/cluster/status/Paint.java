package io.tidemark.cluster.status;

import org.jspecify.annotations.Nullable;

/** Colours where somebody looks, nothing where a program reads. */
public record Paint(boolean coloured) {

    /** By whether standard output is a terminal that shows colours. */
    public static Paint ofTerminal() {
        @Nullable String term = System.getenv("TERM");
        return new Paint(
                System.console() != null
                        && System.console().isTerminal()
                        && System.getenv("NO_COLOR") == null
                        && term != null
                        && !term.equals("dumb"));
    }

    public String bold(String text) {
        return wrap("1", text);
    }

    public String dim(String text) {
        return wrap("2", text);
    }

    public String red(String text) {
        return wrap("31", text);
    }

    public String green(String text) {
        return wrap("32", text);
    }

    public String yellow(String text) {
        return wrap("33", text);
    }

    private String wrap(String code, String text) {
        return coloured && !text.isEmpty() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
