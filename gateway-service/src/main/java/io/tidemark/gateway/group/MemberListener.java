package io.tidemark.gateway.group;

import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.group.member.TopicPartition;
import java.util.SortedSet;

/** The owner of a {@link GroupMember}; called on the member's loop. Must be quick. */
public interface MemberListener {

    /** These partitions are the member's from now on: read them from what is committed. */
    void assigned(SortedSet<TopicPartition> partitions);

    /**
     * The coordinator wants these back, and gives them to another member after {@code done}. Until
     * then they are the member's, and commits of them are taken.
     *
     * @param done to be run once, on any thread, when the owner has finished with them
     */
    void revoking(SortedSet<TopicPartition> partitions, Runnable done);

    /**
     * These went without being asked for (the member was fenced, or has left): other members may
     * read them already, and commits of them are refused. A fenced member joins anew by itself.
     */
    void lost(SortedSet<TopicPartition> partitions);

    /** The coordinator has given another epoch; what resumes the member needs it. */
    default void epochChanged(int epoch) {}

    /** The coordinator refuses the member for good; it is in no group any more. */
    void refused(ApiError error);

    /** The member has left the group. */
    default void left() {}
}
