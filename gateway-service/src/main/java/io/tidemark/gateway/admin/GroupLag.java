package io.tidemark.gateway.admin;

import io.tidemark.gateway.group.describe.GroupDescription.Member;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How far a group is behind in one partition.
 *
 * @param currentOffset the next one to read, as committed; {@link #NONE} where nothing is
 */
record GroupLag(
        String topic,
        int partition,
        Optional<Member> owner,
        long currentOffset,
        long logEndOffset) {

    /** Nothing is committed, so that it is not known where the group stands. */
    static final long NONE = -1;

    /** Furthest behind first, then by name. */
    static final Comparator<GroupLag> ORDER =
            Comparator.comparingLong(GroupLag::lag)
                    .reversed()
                    .thenComparing(GroupLag::topic)
                    .thenComparingInt(GroupLag::partition);

    /** Records to read; {@link #NONE} where that is not known. */
    long lag() {
        return currentOffset == NONE ? NONE : Math.max(0, logEndOffset - currentOffset);
    }

    static long total(List<GroupLag> lags) {
        return lags.stream().mapToLong(each -> Math.max(0, each.lag())).sum();
    }

    /** The one furthest behind, of those that are known. */
    static Optional<GroupLag> furthest(List<GroupLag> lags) {
        return lags.stream().filter(each -> each.currentOffset != NONE).min(ORDER);
    }
}
