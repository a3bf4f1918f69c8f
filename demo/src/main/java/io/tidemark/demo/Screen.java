package io.tidemark.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What the demo shows: bars that move on a terminal, a line now and then elsewhere. The main thread
 * only.
 */
final class Screen {

    private static final int BAR_WIDTH = 32;
    private static final String PARTS = " ▏▎▍▌▋▊▉█";
    private static final Duration PLAIN_INTERVAL = Duration.ofSeconds(2);

    private final PrintStream out;
    private final boolean terminal;
    private int barsDrawn;
    private long lastPlainNanos = System.nanoTime();

    /**
     * @param terminal whether the output understands ANSI sequences
     */
    Screen(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** A progress bar. */
    record Bar(String name, int done, int total, double ratePerSecond, String note) {

        private String rate() {
            return String.format(Locale.ROOT, "%,8.0f/s", ratePerSecond);
        }

        private String eta() {
            if (done >= total) {
                return "done";
            }
            if (ratePerSecond < 1) {
                return "";
            }
            return String.format(Locale.ROOT, "%.0f s left", (total - done) / ratePerSecond);
        }

        private String drawing() {
            int eighths = (int) (8L * BAR_WIDTH * done / Math.max(1, total));
            StringBuilder bar = new StringBuilder(PARTS.substring(8).repeat(eighths / 8));
            if (bar.length() < BAR_WIDTH) {
                bar.append(PARTS.charAt(eighths % 8));
            }
            return bar.append(" ".repeat(BAR_WIDTH - bar.length())).toString();
        }
    }

    /** Draws the bars in the place of those drawn before. */
    void bars(List<Bar> bars) {
        if (!terminal) {
            if (System.nanoTime() - lastPlainNanos >= PLAIN_INTERVAL.toNanos()) {
                bars.forEach(this::plain);
                lastPlainNanos = System.nanoTime();
            }
            return;
        }
        wipe();
        for (Bar bar : bars) {
            out.printf(
                    Locale.ROOT,
                    "  %-9s \u001b[36m%s\u001b[0m %3d%% %,9d %s  \u001b[2m%s %s\u001b[0m%n",
                    bar.name(),
                    bar.drawing(),
                    100L * bar.done() / Math.max(1, bar.total()),
                    bar.done(),
                    bar.rate(),
                    bar.eta(),
                    bar.note());
        }
        out.flush();
        barsDrawn = bars.size();
    }

    /** Leaves the bars standing as they are. */
    void keepBars(List<Bar> bars) {
        if (terminal) {
            bars(bars);
            barsDrawn = 0;
        } else {
            bars.forEach(this::plain);
        }
    }

    private void plain(Bar bar) {
        out.printf(
                Locale.ROOT,
                "  %-9s %3d %% %,9d records %s %s %s%n",
                bar.name(),
                100L * bar.done() / Math.max(1, bar.total()),
                bar.done(),
                bar.rate(),
                bar.eta(),
                bar.note());
    }

    private void wipe() {
        if (barsDrawn > 0) {
            out.printf("\u001b[%dA\u001b[J", barsDrawn);
        }
        barsDrawn = 0;
    }

    /** A line above the bars. */
    void say(String line) {
        wipe();
        out.println(line);
    }

    void good(String line) {
        say(coloured("32", "✔ ") + line);
    }

    void bad(String line) {
        say(coloured("31", "✘ ") + line);
    }

    void heading(String line) {
        say(coloured("1", line));
    }

    private String coloured(String colour, String text) {
        return terminal ? "\u001b[" + colour + "m" + text + "\u001b[0m" : text;
    }
}
