package io.tidemark.gateway.group;

import io.netty.util.concurrent.EventExecutor;
import io.tidemark.environment.Clock;
import io.tidemark.environment.Entropy;
import io.tidemark.gateway.group.member.GroupMembership;
import io.tidemark.gateway.group.member.Subscription;
import io.tidemark.gateway.group.member.TopicPartition;
import io.tidemark.gateway.routing.ClusterView;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.Delta;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.Uuid;

/**
 * Makes members of groups, and tells those that live of new metadata. Safe for any thread, but what
 * it makes belongs to a loop.
 */
public final class GroupMembers {

    private final GroupLink link;
    private final GroupOffsets offsets;
    private final ClusterView view;
    private final Clock clock;
    private final Entropy entropy;
    private final Duration rebalanceTimeout;
    private final Set<GroupMember> living = ConcurrentHashMap.newKeySet();

    /**
     * @param rebalanceTimeout how long an owner may take to give partitions back
     */
    public GroupMembers(
            GroupLink link,
            GroupOffsets offsets,
            ClusterView view,
            Clock clock,
            Entropy entropy,
            Duration rebalanceTimeout) {
        this.link = link;
        this.offsets = offsets;
        this.view = view;
        this.clock = clock;
        this.entropy = entropy;
        this.rebalanceTimeout = rebalanceTimeout;
        view.onChange(this::onImage);
    }

    /** An id that no other member has. */
    public String newMemberId() {
        Uuid id = new Uuid(entropy.nextLong(), entropy.nextLong());
        String text = id.toString();
        // Ids that begin with a dash read as options on a command line.
        return text.startsWith("-") ? newMemberId() : text;
    }

    /**
     * A member in no group yet: {@link GroupMember#subscribe} makes it join.
     *
     * @param loop of the gateway, where everything of this member happens
     */
    public GroupMember create(
            String group, String memberId, EventExecutor loop, MemberListener listener) {
        return new GroupMember(
                this,
                group,
                loop,
                new GroupMembership(group, memberId, (int) rebalanceTimeout.toMillis(), entropy),
                listener);
    }

    /**
     * A member that another gateway has begun. Called on {@code loop}. What it owned there it owns
     * here without being told of it again; what has changed meanwhile is told.
     *
     * @param epoch the last one that was known there; 0 joins anew under the same id
     */
    public GroupMember resume(
            String group,
            String memberId,
            Subscription subscription,
            int epoch,
            Collection<TopicPartition> owned,
            EventExecutor loop,
            MemberListener listener) {
        GroupMember member = create(group, memberId, loop, listener);
        member.resume(subscription, epoch, owned);
        return member;
    }

    private void onImage(ClusterImage image, List<Delta> deltas) {
        boolean topics =
                deltas.isEmpty()
                        || deltas.stream()
                                .anyMatch(
                                        each ->
                                                each instanceof Delta.TopicCreated
                                                        || each instanceof Delta.TopicDeleted);
        if (topics) {
            living.forEach(each -> each.loop().execute(each::topicsChanged));
        }
    }

    void remember(GroupMember member) {
        living.add(member);
    }

    void forget(GroupMember member) {
        living.remove(member);
    }

    /** How many are in groups, or on their way in or out. */
    public int living() {
        return living.size();
    }

    GroupLink link() {
        return link;
    }

    GroupOffsets offsets() {
        return offsets;
    }

    ClusterView view() {
        return view;
    }

    Clock clock() {
        return clock;
    }
}
