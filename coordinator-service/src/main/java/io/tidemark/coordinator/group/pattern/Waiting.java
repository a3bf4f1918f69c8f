package io.tidemark.coordinator.group.pattern;

import io.tidemark.metadata.pattern.TopicPattern;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Patterns that wait for their turn: what is to be compiled before what is to be matched, then what
 * takes least first. So nobody's large patterns keep small ones from being matched.
 */
final class Waiting {
    /** How many may wait where they take much; as many that take little. */
    static final int MAX_PATTERNS = 1_000;

    /** Of all that wait: some fifty seconds at worst. */
    static final long MAX_WORK = 100 * TopicPattern.MAX_WORK;

    /** Fifty milliseconds at worst. */
    private static final long LITTLE = TopicPattern.MAX_WORK / 10;

    private final PriorityQueue<Job> jobs =
            new PriorityQueue<>(
                    Comparator.comparing(Job::matches)
                            .thenComparingLong(Job::takes)
                            .thenComparingLong(Job::number));
    private long work;
    private long number;

    /**
     * @param matches whether it is to be matched, and not only read
     * @param work until it is matched
     */
    record Job(Known.Pattern pattern, boolean matches, long work, long number) {
        private long takes() {
            return matches ? work : pattern.steps();
        }
    }

    boolean hasRoomFor(long more) {
        return more <= LITTLE
                ? jobs.size() < 2 * MAX_PATTERNS
                : jobs.size() < MAX_PATTERNS && work + more <= MAX_WORK;
    }

    void add(Known.Pattern pattern, long takes) {
        jobs.add(new Job(pattern, pattern.isRead(), takes, number++));
        work += takes;
    }

    boolean isEmpty() {
        return jobs.isEmpty();
    }

    Job take() {
        Job next = jobs.remove();
        work -= next.work;
        return next;
    }

    int size() {
        return jobs.size();
    }

    void clear() {
        jobs.clear();
        work = 0;
    }
}
