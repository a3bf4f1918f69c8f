package io.tidemark.coordinator.group.table;

import io.tidemark.coordinator.group.ClassicProtocol;
import io.tidemark.coordinator.group.ConsumerProtocol;
import io.tidemark.coordinator.group.GroupWorld;
import io.tidemark.coordinator.group.Membership;
import io.tidemark.metadata.image.Delta;
import io.tidemark.protocol.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The groups of a coordinator, for as long as it leads. Errors of requests are values in the
 * responses, and a stage never fails but for a bug. Called on the groups' thread; stages complete
 * there.
 *
 * <pre>
 *  made -- load --> open -- close --> closed: nothing may be asked any more
 * </pre>
 */
public final class Groups {
    private static final Logger LOG = LoggerFactory.getLogger(Groups.class);

    private final GroupTable table;
    private final MemberRequests members;
    private final OffsetRequests offsets;
    private final GroupAdmin admin;
    private final Housekeeping housekeeping;

    public Groups(GroupWorld world, ClassicProtocol classic, ConsumerProtocol consumer) {
        this.table = new GroupTable(world, classic, consumer);
        this.members = new MemberRequests(table);
        this.offsets = new OffsetRequests(table);
        this.admin = new GroupAdmin(table);
        this.housekeeping = new Housekeeping(table);
    }

    /** Begins with the groups that the state has; once, before anything else. */
    public void load() {
        table.load();
        housekeeping.start();
    }

    /** Ends all groups here: members that wait are told, timers end. */
    public void close(ErrorCode told) {
        housekeeping.stop();
        table.world().patterns().close();
        table.all().forEach(group -> group.close(told));
        table.clear();
    }

    /**
     * The metadata has changed.
     *
     * @param deltas what changed; empty where that is not known
     */
    public void metadataChanged(List<Delta> deltas) {
        boolean deleted =
                deltas.isEmpty() || deltas.stream().anyMatch(Delta.TopicDeleted.class::isInstance);
        if (deleted) {
            housekeeping.forgetDeletedTopics();
        }
        if (deltas.isEmpty() || deltas.stream().anyMatch(Groups::concernsTopics)) {
            table.memberships().forEach(Groups::tellTopicsChanged);
        }
    }

    /** A group that fails because of a bug does not keep it from the others. */
    private static void tellTopicsChanged(Membership members) {
        try {
            members.topicsChanged();
        } catch (RuntimeException e) {
            LOG.error(
                    "A {} group could not be told that topics have changed",
                    members.groupType(),
                    e);
        }
    }

    private static boolean concernsTopics(Delta delta) {
        return delta instanceof Delta.TopicCreated
                || delta instanceof Delta.TopicDeleted
                || delta instanceof Delta.PartitionsAdded;
    }

    /** How many groups are in which state, by the type and the state: {@code classic/Stable}. */
    public Map<String, Integer> countByState() {
        Map<String, Integer> counts = new TreeMap<>();
        table.all()
                .forEach(
                        group -> counts.merge(group.type() + "/" + group.state(), 1, Integer::sum));
        return counts;
    }

    /** What members ask. */
    public MemberRequests members() {
        return members;
    }

    /** What is asked about offsets. */
    public OffsetRequests offsets() {
        return offsets;
    }

    /** What administrators ask. */
    public GroupAdmin admin() {
        return admin;
    }
}
