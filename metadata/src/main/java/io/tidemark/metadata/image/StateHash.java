package io.tidemark.metadata.image;

import java.util.Collection;
import java.util.Map;
import org.apache.kafka.common.Uuid;

/**
 * Hashes an image's content with 64 bits. Maps contribute the sum of their entries' hashes, so that
 * the order of iteration does not matter; lists contribute their elements in order.
 */
final class StateHash {
    private long hash = 0x9E3779B97F4A7C15L;

    private StateHash() {}

    static long of(ClusterImage image) {
        StateHash state = new StateHash();
        state.add(image.clusterId());
        state.add(image.version());
        state.add(image.nextProducerId());
        state.add(image.nodes().size());
        image.nodes().values().forEach(node -> state.add(hashOf(node)));
        state.add(image.topics().size());
        state.add(image.topics().values().stream().mapToLong(StateHash::hashOf).sum());
        state.add(
                image.nodeConfigs().entrySet().stream()
                        .mapToLong(entry -> pair(entry.getKey(), hashOf(entry.getValue())))
                        .sum());
        return state.hash;
    }

    private static long hashOf(NodeImage node) {
        StateHash state = new StateHash();
        state.add(node.id());
        state.add(node.epoch());
        state.add(node.incarnation());
        for (NodeImage.Listener listener : node.listeners()) {
            state.add(listener.name());
            state.add(listener.host());
            state.add(listener.port());
        }
        state.add(node.rack().orElse(""));
        node.logDirs().forEach(state::add);
        state.add(node.fenced() ? 1 : 0);
        state.add(node.draining() ? 1 : 0);
        return state.hash;
    }

    private static long hashOf(TopicImage topic) {
        StateHash state = new StateHash();
        state.add(topic.id());
        state.add(topic.name());
        state.add(topic.createdVersion());
        state.add(hashOf(topic.configs()));
        for (PartitionImage partition : topic.partitions()) {
            state.add(partition.index());
            state.add(partition.leader());
            state.add(partition.leaderEpoch());
            state.add(partition.partitionEpoch());
            state.add(partition.replicas());
            state.add(partition.isr());
            state.add(partition.elr());
            state.add(partition.adding());
            state.add(partition.removing());
        }
        return state.hash;
    }

    private static long hashOf(Map<String, String> configs) {
        return configs.entrySet().stream()
                .mapToLong(
                        entry -> {
                            StateHash value = new StateHash();
                            value.add(entry.getValue());
                            return pair(entry.getKey(), value.hash);
                        })
                .sum();
    }

    private static long pair(String key, long valueHash) {
        StateHash state = new StateHash();
        state.add(key);
        state.add(valueHash);
        return state.hash;
    }

    private void add(Collection<Integer> ids) {
        add(ids.size());
        ids.forEach(this::add);
    }

    private void add(Uuid id) {
        add(id.getMostSignificantBits());
        add(id.getLeastSignificantBits());
    }

    private void add(String text) {
        add(text.length());
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001B3L;
        }
        add(0L);
    }

    private void add(int value) {
        add((long) value);
    }

    /** SplitMix64's finalizer; the multiplication keeps hash and value from changing places. */
    private void add(long value) {
        long mixed = hash * 0xD1342543DE82EF95L + value + 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        hash = mixed ^ (mixed >>> 31);
    }
}
