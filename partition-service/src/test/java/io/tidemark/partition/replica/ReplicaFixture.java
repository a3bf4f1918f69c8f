package io.tidemark.partition.replica;

import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.partition.replica.Replica.Ready;
import io.tidemark.partition.replica.Replica.Transition;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A replica in a cluster of nodes that are all there, and what it is told. */
abstract class ReplicaFixture {
    static final int SELF = 1;
    static final long LAG = 10_000;
    static final Replica.Rules RULES = new Replica.Rules(1, LAG);

    final Cluster nodes = new Cluster();
    final Replica replica = new Replica(SELF, 10, 0, RULES);
    long now = 1;

    Transition apply(PartitionImage image) {
        Transition transition = replica.apply(image, true, now);
        replica.ready();
        return transition;
    }

    boolean fetched(int node, long offset) {
        replica.fetched(fetch(node, offset), now);
        return moved();
    }

    boolean moved() {
        return moved(replica);
    }

    static boolean moved(Replica one) {
        return one.ready() == Ready.HIGH_WATERMARK_MOVED;
    }

    static ReplicaFetch fetch(int node, long offset) {
        return new ReplicaFetch(node, 100 + node, true, offset, -1);
    }

    Optional<IsrProposal> propose(int justFetched) {
        return replica.propose(nodes, justFetched, now);
    }

    Optional<Set<Integer>> proposal(int justFetched) {
        return propose(justFetched).map(ReplicaFixture::ids);
    }

    static Set<Integer> ids(IsrProposal proposal) {
        Set<Integer> ids = new HashSet<>();
        proposal.isr().forEach(member -> ids.add(member.nodeId()));
        return ids;
    }

    static PartitionImage led(int leader, int epoch, Integer... isr) {
        Set<Integer> replicas = new HashSet<>(List.of(isr));
        replicas.add(SELF);
        if (leader >= 0) {
            replicas.add(leader);
        }
        return led(List.copyOf(replicas), leader, epoch, isr);
    }

    static PartitionImage led(List<Integer> replicas, int leader, int epoch, Integer... isr) {
        return new PartitionImage(0, leader, epoch, 10 * epoch, replicas, List.of(isr));
    }

    /** The same, decided later. */
    static PartitionImage next(PartitionImage image) {
        return new PartitionImage(
                image.index(),
                image.leader(),
                image.leaderEpoch(),
                image.partitionEpoch() + 1,
                image.replicas(),
                image.isr());
    }

    /** All nodes are there, with epoch 100 + id. */
    static final class Cluster implements Nodes {
        final Map<Integer, Long> epochs = new HashMap<>();
        final Set<Integer> leaving = new HashSet<>();

        @Override
        public long epoch(int node) {
            return epochs.getOrDefault(node, 100L + node);
        }

        @Override
        public boolean present(int node) {
            return true;
        }

        @Override
        public boolean live(int node) {
            return !leaving.contains(node);
        }
    }
}
