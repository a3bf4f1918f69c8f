package io.tidemark.cluster.command;

import io.tidemark.cluster.status.Paint;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Standard output: a line of progress that is written over where it is a terminal. */
final class Terminal {
    private static final String CLEAR = "\r\u001b[K";

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private final Paint paint = Paint.ofTerminal();
    private String shown = "";

    Paint paint() {
        return paint;
    }

    /** Says how far it is; without a terminal, only what has changed but for the time. */
    void progress(String text) {
        if (paint.coloured()) {
            out.print(CLEAR + text);
            out.flush();
        } else {
            String news = text.replaceFirst("^.*; ", "");
            if (!news.equals(shown)) {
                out.println(text);
                shown = news;
            }
        }
    }

    void say(String text) {
        out.print(paint.coloured() ? CLEAR + text + "\n" : text + "\n");
        out.flush();
    }
}
