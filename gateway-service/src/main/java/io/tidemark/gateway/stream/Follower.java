package io.tidemark.gateway.stream;

import io.tidemark.gateway.consume.LogRecord;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One subscriber of a tail: what it wants, and where it stands. Belongs to the tail's thread.
 *
 * <p>Its place is one of
 *
 * <pre>
 *   CATCHING_UP   reads for itself from its own positions          join   ──► AT_TAIL
 *   AT_TAIL       gets the tail's frames from {@code next} on      detach ──► CATCHING_UP
 *   GONE          from either, when it ends, fails or disconnects
 * </pre>
 *
 * At the tail it needs no positions of its own while it takes every record: it stands where its
 * next frame begins. Whoever filters, or joined ahead of the tail, keeps its own there as well.
 */
final class Follower {

    /** Where it gets its records from. */
    enum Place {
        CATCHING_UP,
        AT_TAIL,
        GONE
    }

    /**
     * What a subscriber asked for.
     *
     * @param partitions the ones wanted; null for all, those to come included
     * @param limit ends after so many events; {@link Long#MAX_VALUE} for never
     * @param until ends before these offsets; null for never
     */
    record Wish(
            EventFormat format,
            Filter filter,
            @Nullable Set<Integer> partitions,
            long limit,
            long @Nullable [] until,
            long heartbeatMs) {}

    private static final long FRESH_CURSOR_MS = 2_000;

    /** How many records a follower may be given. On the tail's thread. */
    @FunctionalInterface
    interface Credit {

        /** For everyone who has no limit. */
        Credit ENDLESS = (partition, offset) -> true;

        /** Uses up one record's; false where there is none. */
        boolean use(int partition, long offset);
    }

    private final Wish wish;
    private final Credit credit;
    private final Outlet outlet;
    private final boolean plain;

    /** Null for: where its next frame begins. */
    private long @Nullable [] own;

    private long delivered;

    Place place = Place.CATCHING_UP;

    /** At the tail: number of the next frame. */
    long next;

    /** Its index among the tail's attached followers. */
    int slot = -1;

    /** A read of its own is under way. */
    boolean reading;

    /** Its last read came to the end of every partition. */
    boolean atEnd;

    /** Read, but not yet written: its outlet was not ready. */
    final Deque<Frame> backlog = new ArrayDeque<>();

    long backlogBytes;
    long lastWriteNanos;
    long lastReadyNanos;

    /** The next record waits for credit; its place is {@link Place#CATCHING_UP}. */
    boolean outOfCredit;

    private @Nullable Damage damage;

    /** The partitions without a leader that it was last told of. */
    SortedSet<Integer> toldLeaderless = Collections.emptySortedSet();

    /** It moved past records that it does not want, and was not told. */
    boolean movedSilently;

    /**
     * @param positions where to begin, {@link Positions#NONE} in partitions it does not want
     */
    Follower(Wish wish, Outlet outlet, long[] positions, long nowNanos) {
        this(wish, Credit.ENDLESS, outlet, positions, nowNanos);
    }

    /**
     * @param credit asked before each record; one with a limit needs a wish that names partitions
     */
    Follower(Wish wish, Credit credit, Outlet outlet, long[] positions, long nowNanos) {
        this.wish = wish;
        this.credit = credit;
        this.outlet = outlet;
        this.own = positions.clone();
        this.plain =
                wish.filter.takesAll()
                        && wish.partitions == null
                        && wish.limit == Long.MAX_VALUE
                        && wish.until == null;
        this.lastWriteNanos = nowNanos;
        this.lastReadyNanos = nowNanos;
    }

    EventFormat format() {
        return wish.format;
    }

    Outlet outlet() {
        return outlet;
    }

    /** How long it may go without a word: less where it has an old cursor. */
    long heartbeatMs() {
        return movedSilently ? Math.min(FRESH_CURSOR_MS, wish.heartbeatMs) : wish.heartbeatMs;
    }

    long delivered() {
        return delivered;
    }

    /** Whether the tail's shared bytes are exactly what it gets next. */
    boolean takesShared() {
        return own == null;
    }

    /** Whether it is told at once where it stands: not where a script asked for a few lines. */
    boolean wantsOpening() {
        return wish.format.media() == EventFormat.Media.SSE
                || wish.limit == Long.MAX_VALUE && wish.until == null;
    }

    boolean wants(int partition) {
        return wish.partitions == null || wish.partitions.contains(partition);
    }

    boolean wantsAllPartitions() {
        return wish.partitions == null;
    }

    /** Those of some partitions that it wants. */
    SortedSet<Integer> wanted(SortedSet<Integer> some) {
        Set<Integer> named = wish.partitions;
        if (named == null || some.isEmpty()) {
            return some;
        }
        SortedSet<Integer> wanted = new TreeSet<>(some);
        wanted.retainAll(named);
        return wanted;
    }

    /** Its own positions. Not to be changed or kept. */
    long[] positions() {
        long[] positions = own;
        if (positions == null) {
            throw new IllegalStateException("it stands where its next frame begins");
        }
        return positions;
    }

    /** Whether it lies nowhere behind {@code goal}, in what it wants. */
    boolean covers(long[] goal) {
        long[] positions = positions();
        for (int partition = 0; partition < goal.length; partition++) {
            if (wants(partition) && Positions.at(positions, partition) < goal[partition]) {
                return false;
            }
        }
        return true;
    }

    /** Stands at {@code positions} from now on. */
    void standAt(long[] positions) {
        own = positions.clone();
    }

    /** The tail stands at {@code positions}: own ones are dropped where they say the same. */
    void align(long[] positions) {
        if (plain && own != null && Positions.same(own, positions)) {
            own = null;
        }
    }

    /** Whether the tail's shared bytes would be what it gets next, did it stand there. */
    boolean couldShare(long[] positions) {
        return plain && (own == null || Positions.same(own, positions));
    }

    /** Counts what it got as part of a shared frame. */
    void took(int events) {
        delivered += events;
    }

    /** Moves past a record; true where the record is to be sent. */
    boolean take(LogRecord row) {
        int partition = row.partition();
        long[] positions = grown(partition);
        long at = positions[partition];
        if (at == Positions.NONE || row.nextOffset() <= at || row.offset() >= untilOf(partition)) {
            return false;
        }
        if (row.unreadable() == null && !wish.filter.matches(row)) {
            positions[partition] = row.nextOffset();
            return false;
        }
        if (!credit.use(partition, row.offset())) {
            outOfCredit = true;
            return false;
        }
        positions[partition] = row.nextOffset();
        delivered++;
        return true;
    }

    /** Whether it took a record on the way from {@code before} to where it stands. */
    boolean hasTaken(LogRecord row, long[] before) {
        int partition = row.partition();
        return row.offset() >= Positions.at(before, partition)
                && row.offset() < Positions.at(positions(), partition)
                && wants(partition)
                && row.unreadable() == null
                && wish.filter.matches(row);
    }

    /** Moves up to {@code end}, where it is behind that. */
    void pass(long[] end) {
        for (int partition = 0; partition < end.length; partition++) {
            long[] positions = grown(partition);
            if (positions[partition] != Positions.NONE) {
                long reached = Math.min(end[partition], untilOf(partition));
                positions[partition] = Math.max(positions[partition], reached);
            }
        }
    }

    /** Follows a jump; true where it concerns this follower. */
    boolean jump(Reset reset) {
        boolean concerned = false;
        for (Reset.Move move : reset.moves()) {
            long[] positions = grown(move.partition());
            long at = positions[move.partition()];
            boolean ahead = move.to() > move.from() ? at >= move.to() : at <= move.to();
            if (at != Positions.NONE && !ahead) {
                positions[move.partition()] = move.to();
                concerned = true;
            }
        }
        return concerned;
    }

    private long[] grown(int partition) {
        long[] positions = positions();
        if (partition >= positions.length) {
            int known = positions.length;
            positions = Arrays.copyOf(positions, partition + 1);
            for (int added = known; added <= partition; added++) {
                positions[added] = wants(added) ? 0 : Positions.NONE;
            }
            own = positions;
        }
        return positions;
    }

    private long untilOf(int partition) {
        long[] until = wish.until;
        return until == null ? Long.MAX_VALUE : partition < until.length ? until[partition] : 0;
    }

    /** What it could not read where it stands. */
    Damage damage(long patienceMs) {
        Damage known = damage;
        if (known == null) {
            known = new Damage(patienceMs);
            damage = known;
        }
        return known;
    }

    /** Whether it takes nothing more for now. */
    boolean stopped() {
        return outOfCredit || limitReached();
    }

    boolean limitReached() {
        return delivered >= wish.limit;
    }

    /** Whether it has all that it asked for. */
    boolean done() {
        if (limitReached()) {
            return true;
        }
        long[] until = wish.until;
        if (until == null) {
            return false;
        }
        long[] positions = positions();
        for (int partition = 0; partition < until.length; partition++) {
            long at = Positions.at(positions, partition);
            if (at != Positions.NONE && at < until[partition]) {
                return false;
            }
        }
        return true;
    }
}
