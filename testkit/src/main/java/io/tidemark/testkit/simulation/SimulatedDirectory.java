package io.tidemark.testkit.simulation;

import io.tidemark.environment.Entropy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A directory's names as they are, as they are durable, and the changes in between. */
final class SimulatedDirectory {
    private final TreeMap<String, Object> names = new TreeMap<>();
    private final TreeMap<String, Object> durable = new TreeMap<>();
    private final List<Change> changes = new ArrayList<>();

    /** Names that go and the name that comes, at once; either may be empty. */
    private record Change(String removed, String added, Object node) {
        void apply(Map<String, Object> to) {
            to.remove(removed);
            if (!added.isEmpty()) {
                to.put(added, node);
            }
        }
    }

    /** Files ({@link SimulatedFile}) and directories by name. */
    TreeMap<String, Object> names() {
        return names;
    }

    void add(String name, Object node) {
        change(new Change("", name, node));
    }

    void remove(String name) {
        change(new Change(name, "", ""));
    }

    void rename(String from, String to) {
        Object node = names.get(from);
        if (node == null) {
            throw new IllegalStateException("No such name: " + from);
        }
        change(new Change(from, to, node));
    }

    private void change(Change change) {
        change.apply(names);
        changes.add(change);
    }

    void sync() {
        durable.clear();
        durable.putAll(names);
        changes.clear();
    }

    /** Loses power: any of the changes that were not synced survive, each as a whole. */
    void crash(Entropy entropy) {
        int odds = 1 + entropy.nextInt(4);
        for (Change change : changes) {
            if (entropy.nextInt(odds) == 0) {
                change.apply(durable);
            }
        }
        changes.clear();
        names.clear();
        names.putAll(durable);
        for (Object node : names.values()) {
            if (node instanceof SimulatedFile file) {
                file.crash(entropy);
            } else {
                ((SimulatedDirectory) node).crash(entropy);
            }
        }
    }

    SimulatedDirectory durableCopy() {
        SimulatedDirectory copy = new SimulatedDirectory();
        durable.forEach(
                (name, node) ->
                        copy.durable.put(
                                name,
                                node instanceof SimulatedFile file
                                        ? file.durableCopy()
                                        : ((SimulatedDirectory) node).durableCopy()));
        copy.names.putAll(copy.durable);
        return copy;
    }

    long bytes() {
        long bytes = 0;
        for (Object node : names.values()) {
            bytes +=
                    node instanceof SimulatedFile file
                            ? file.size()
                            : ((SimulatedDirectory) node).bytes();
        }
        return bytes;
    }
}
