package io.tidemark.coordinator.group;

/** Sees what groups log. On the groups' thread; must not block. */
@FunctionalInterface
public interface GroupObserver {
    GroupObserver NONE = (changes, bytes, tookNanos) -> {};

    /**
     * An entry is durable.
     *
     * @param changes in it
     * @param bytes of it
     * @param tookNanos from its proposal
     */
    void logged(int changes, int bytes, long tookNanos);

    /**
     * Members are to consume other partitions than before.
     *
     * @param type {@code classic} or {@code consumer}
     */
    default void rebalanced(String type) {}
}
