package io.tidemark.testkit.simulation.cluster;

import static io.tidemark.testkit.simulation.cluster.Violation.unless;

import io.tidemark.coordinator.metadata.MetadataState.Applied;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.Delta;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.PartitionImage;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at every change of the metadata, once where the first coordinator applies it. */
final class MetadataChecks implements SimulatedQuorum.Observer {
    private static final Logger log = LoggerFactory.getLogger(MetadataChecks.class);

    private final Cluster cluster;
    private final Ledger[] ledgers;
    private final Flapping flapping = new Flapping();
    private ClusterImage newest = ClusterImage.empty();
    private long[] hashes = new long[256];
    private long highest;

    MetadataChecks(Cluster cluster, Ledger[] ledgers) {
        this.cluster = cluster;
        this.ledgers = ledgers;
    }

    /** The newest image that any coordinator has. */
    ClusterImage newest() {
        return newest;
    }

    @Override
    public void applied(CoordinatorMember member, long index, Applied change) {
        int at = Math.toIntExact(index);
        if (at >= hashes.length) {
            hashes = Arrays.copyOf(hashes, at * 2);
        }
        long hash = change.after().stateHash();
        if (index <= highest) {
            unless(
                    hashes[at] == hash,
                    Invariant.ONE_METADATA,
                    "%s has another image at version %d than the one before it had",
                    member,
                    index);
            return;
        }
        highest = index;
        hashes[at] = hash;
        newest = change.after();
        cluster.schedule().note(hash);
        for (Delta delta : change.deltas()) {
            if (delta instanceof Delta.PartitionChanged(var topicId, PartitionImage now)) {
                PartitionImage before =
                        change.before().partition(topicId, now.index()).orElseThrow();
                check(before, now, change.after());
            }
        }
    }

    private void check(PartitionImage before, PartitionImage now, ClusterImage image) {
        log.debug(
                "{} ms: version {}, {} committed: {}",
                cluster.schedule().nowNanos() / 1_000_000,
                image.version(),
                ledgers[now.index()].end(),
                now);
        unless(
                now.partitionEpoch() > before.partitionEpoch()
                        && now.leaderEpoch()
                                >= before.leaderEpoch() + (now.leader() == before.leader() ? 0 : 1),
                Invariant.METADATA_MOVES_FORWARD,
                "%s follows %s",
                now,
                before);
        unless(
                now.replicas().containsAll(now.isr())
                        && now.replicas().containsAll(now.elr())
                        && Collections.disjoint(now.isr(), now.elr()),
                Invariant.IN_SYNC_IS_ASSIGNED,
                "%s",
                now);
        if (now.leader() != PartitionImage.NO_LEADER && now.leader() != before.leader()) {
            unless(
                    now.isr().contains(now.leader())
                            && image.node(now.leader()).filter(n -> !n.fenced()).isPresent(),
                    Invariant.METADATA_MOVES_FORWARD,
                    "node %d was elected in %s from %s",
                    now.leader(),
                    now,
                    before);
        }
        for (int id : before.isr()) {
            if (!now.isr().contains(id)) {
                flapping.left(id, now, cluster.schedule().nowNanos());
                if (!now.elr().contains(id)) {
                    cluster.replicas().takenOut(id, now.index());
                }
            }
        }
        checkElectable(now, image);
        cluster.losses().decided(now, image);
    }

    /** More was committed in a partition. */
    void committed(int partition) {
        PartitionImage image = partition(partition);
        if (image != null) {
            checkElectable(image, newest);
        }
    }

    /** Whether there is a later leader epoch than this one. */
    boolean supersedes(int partition, int leaderEpoch) {
        PartitionImage image = partition(partition);
        return image != null && image.leaderEpoch() > leaderEpoch;
    }

    @Nullable PartitionImage partition(int partition) {
        return newest.topic(Cluster.TOPIC)
                .flatMap(topic -> topic.partition(partition))
                .orElse(null);
    }

    private void checkElectable(PartitionImage partition, ClusterImage image) {
        checkComplete(partition, partition.isr(), image);
        checkComplete(partition, partition.elr(), image);
    }

    private void checkComplete(PartitionImage partition, List<Integer> ids, ClusterImage image) {
        long committed = ledgers[partition.index()].end();
        for (int i = 0; i < ids.size(); i++) {
            int id = ids.get(i);
            long synced = cluster.replicas().syncedEnd(id, partition.index());
            if (synced < committed
                    && !cluster.node(id).damaged() // it does not lead before it is mended
                    && !lossUnknown(id, image)
                    && !cluster.replicas().replaced(id, partition.index())) {
                throw new Violation(
                        Invariant.ELECTABLE_IS_COMPLETE,
                        "node %d may be elected in %s; it has synced %d of %d"
                                .formatted(id, partition, synced, committed));
            }
        }
    }

    /** Whether a node has lost records, and had no chance yet to say so. */
    private boolean lossUnknown(int id, ClusterImage image) {
        NodeImage registered = image.node(id).orElse(null);
        return registered != null && cluster.node(id).lossIsNews(registered);
    }
}
