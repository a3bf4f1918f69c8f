package io.tidemark.testkit.chaos;

import java.util.ArrayList;
import java.util.List;

/** Failures of a client: all are counted, some kept. Any thread. */
final class FailureLog {
    private static final int KEPT = 10;

    private final List<String> kept = new ArrayList<>();
    private long count;

    synchronized void add(String failure) {
        count++;
        if (kept.size() < KEPT) {
            kept.add(failure);
        }
    }

    synchronized List<String> kept() {
        return List.copyOf(kept);
    }

    synchronized long count() {
        return count;
    }
}
