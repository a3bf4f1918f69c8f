package io.tidemark.demo;

/** How fast something grows, from its start until it is complete. The main thread only. */
final class Rate {

    private long startNanos;
    private long endNanos;
    private int count;
    private boolean complete;

    void start() {
        startNanos = System.nanoTime();
        endNanos = startNanos;
    }

    /** Notes the count of this moment; the clock stops when it is complete. */
    void reached(int newCount, int total) {
        if (!complete) {
            count = newCount;
            endNanos = System.nanoTime();
            complete = newCount >= total;
        }
    }

    double seconds() {
        return (endNanos - startNanos) / 1e9;
    }

    double perSecond() {
        return count / Math.max(1e-3, seconds());
    }
}
