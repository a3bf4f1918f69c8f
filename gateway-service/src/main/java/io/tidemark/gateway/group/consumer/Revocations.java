package io.tidemark.gateway.group.consumer;

import io.netty.util.concurrent.EventExecutor;
import io.tidemark.gateway.group.member.TopicPartition;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Partitions that the group wants back, and that wait for the client to be done with what it was
 * given of them. Belongs to the instance's loop.
 */
final class Revocations {

    private final EventExecutor loop;
    private final long graceMs;
    private final Consumer<Revocation> giveBack;
    private final List<Revocation> waiting = new ArrayList<>();

    /**
     * @param done tells the group that they are given up
     */
    record Revocation(SortedSet<TopicPartition> partitions, Runnable done) {}

    /**
     * @param graceMs they are given back after it, whatever the client does
     */
    Revocations(EventExecutor loop, long graceMs, Consumer<Revocation> giveBack) {
        this.loop = loop;
        this.graceMs = graceMs;
        this.giveBack = giveBack;
    }

    void await(Revocation revocation) {
        waiting.add(revocation);
        loop.schedule(
                () -> {
                    if (waiting.remove(revocation)) {
                        giveBack.accept(revocation);
                    }
                },
                graceMs,
                TimeUnit.MILLISECONDS);
    }

    /** The client is done with everything it was given. */
    void giveAllBack() {
        List<Revocation> all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(giveBack);
    }

    /** They are the instance's no more: the group waits for nothing. */
    void end() {
        waiting.forEach(each -> each.done.run());
        waiting.clear();
    }

    /** The group has taken partitions away. */
    void lost(SortedSet<TopicPartition> partitions) {
        waiting.removeIf(each -> partitions.containsAll(each.partitions));
    }
}
