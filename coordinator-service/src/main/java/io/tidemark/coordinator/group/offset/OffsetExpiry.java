package io.tidemark.coordinator.group.offset;

import io.tidemark.coordinator.group.GroupChange.Offset;
import io.tidemark.coordinator.group.GroupChange.TopicPartition;
import io.tidemark.coordinator.group.GroupOffsets;
import io.tidemark.coordinator.group.Membership;
import io.tidemark.metadata.image.ClusterImage;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.Uuid;

/**
 * Which offsets nobody will want any more. The time of retention counts
 *
 * <ul>
 *   <li>in a group without a membership, from the commit;
 *   <li>in one that all members have left, from the last of them or the commit, whichever is later;
 *   <li>in one with members, from the commit, for topics that none of them consumes.
 * </ul>
 *
 * <p>An offset whose commit named a time of its own (up to version 4) expires then, wherever the
 * others would begin to count.
 *
 * @see <a href="https://cwiki.apache.org/confluence/x/FKcWBQ">KIP-211: expiry of offsets</a>
 */
public final class OffsetExpiry {
    private static final long STILL_WANTED = Long.MAX_VALUE;

    private OffsetExpiry() {}

    /**
     * @param nowMs wall clock
     */
    public static List<TopicPartition> expired(
            GroupOffsets offsets, Optional<Membership> membership, long nowMs, long retentionMs) {
        return offsets.where(offset -> isExpired(offset, membership, nowMs, retentionMs));
    }

    private static boolean isExpired(
            Offset offset, Optional<Membership> membership, long nowMs, long retentionMs) {
        long sinceMs = since(offset, membership);
        if (sinceMs == STILL_WANTED) {
            return false;
        }
        return offset.expireMs().isPresent()
                ? nowMs >= offset.expireMs().getAsLong()
                : nowMs - sinceMs >= retentionMs;
    }

    private static long since(Offset offset, Optional<Membership> membership) {
        if (membership.isEmpty()) {
            return offset.commitMs();
        }
        Membership members = membership.get();
        if (members.isEmpty()) {
            return Math.max(members.sinceMs(), offset.commitMs());
        }
        return members.isSubscribedTo(offset.topic()) ? STILL_WANTED : offset.commitMs();
    }

    /** Offsets of topics that are gone, or were deleted and created anew. */
    public static List<TopicPartition> orphaned(GroupOffsets offsets, ClusterImage image) {
        return offsets.where(offset -> isOrphaned(offset, image));
    }

    /** Whether the topic's incarnation that an offset belongs to is gone. */
    public static boolean isOrphaned(Offset offset, ClusterImage image) {
        return offset.topicId().equals(Uuid.ZERO_UUID)
                ? image.topic(offset.topic()).isEmpty()
                : image.topic(offset.topicId()).isEmpty();
    }
}
