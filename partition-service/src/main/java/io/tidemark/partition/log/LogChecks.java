package io.tidemark.partition.log;

import java.io.IOException;
import java.util.Optional;

/** Looks for damage in one log: round and round, where a reader is, and where something failed. */
final class LogChecks {
    /** What one read looks at, at most; a batch that is larger is looked at as a whole. */
    private static final int READ_AHEAD_BYTES = 1 << 20;

    private final LogState log;
    private final Scrubber rounds;
    private final Scrubber readers;
    private int told;

    LogChecks(LogState log) {
        this.log = log;
        this.rounds = new Scrubber(log);
        this.readers = new Scrubber(log);
    }

    /** The next bytes of a round; see {@link PartitionLog#scrub}. */
    long scrub(int budgetBytes) throws IOException {
        return rounds.scrub(budgetBytes);
    }

    /** See {@link PartitionLog#verify}. */
    boolean verify(long offset, int budgetBytes) throws IOException {
        int known = log.quarantine.additions();
        try {
            readers.verify(offset, budgetBytes);
        } catch (DamagedSegmentException e) {
            examine(e);
        }
        return log.quarantine.additions() != known;
    }

    /**
     * How far a reader may be served from a batch's position on: what was not looked at since the
     * segment was opened is looked at now, a part of it at least. Less than a batch where the first
     * one is damaged; that is quarantined then.
     *
     * @param wantedTo no reader wants more for now
     */
    int checkedTo(LogSegment segment, int from, int wantedTo) throws IOException {
        long nowNanos = log.clock.nanos();
        int good = segment.checked().goodTo(from, segment.sizeBytes(), nowNanos);
        if (good >= wantedTo) {
            return wantedTo;
        }
        readers.verify(segment, good, Math.min(wantedTo - good, READ_AHEAD_BYTES));
        return Math.min(wantedTo, segment.checked().goodTo(from, segment.sizeBytes(), nowNanos));
    }

    /**
     * Runs a search; what it stumbles over is examined, and answered by what {@code damaged} says.
     */
    <T> T examined(Search<T> search, Search<T> damaged) throws IOException {
        try {
            return search.run();
        } catch (DamagedSegmentException e) {
            examine(e);
            return damaged.run();
        } finally {
            mendIndexes();
        }
    }

    /** A look into the log. */
    @FunctionalInterface
    interface Search<T> {
        T run() throws IOException;
    }

    /** Measures and quarantines what a search or a reader stumbled over. */
    private void examine(DamagedSegmentException e) throws IOException {
        LogSegment segment = log.segments.withBase(e.baseOffset());
        if (segment != null) {
            readers.check(segment);
        }
    }

    /** See {@link PartitionLog#damageFound}. */
    boolean damageFound() throws IOException {
        log.requireUsable();
        if (log.activeSuspect) {
            log.activeSuspect = false;
            LogSegment active = log.segments.active();
            readers.check(active);
        }
        boolean news = log.quarantine.additions() != told;
        told = log.quarantine.additions();
        return news;
    }

    /** Builds the indexes of a segment anew where a search found that they name what is not so. */
    private void mendIndexes() throws IOException {
        Optional<LogSegment> suspect = log.search.takeSuspect();
        if (suspect.isEmpty() || log.segments.withBase(suspect.get().baseOffset()) == null) {
            return;
        }
        LogSegment segment = suspect.get();
        readers.check(segment);
        try {
            log.search.reindex(segment, segment.sizeBytes(), log.config.indexIntervalBytes());
        } catch (IOException e) {
            log.fail(e);
            throw e;
        }
        log.namesChanged = true;
    }
}
