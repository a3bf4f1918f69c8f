package io.tidemark.cluster.run;

import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Has others take over what a node leads, when it is its turn. Blocks its caller. */
public final class NodeDrain {
    private static final long PAUSE_MS = 250;
    private static final Duration ELECTION = Duration.ofSeconds(10);

    private final ClusterControl control;
    private final Consumer<String> progress;

    /**
     * @param progress told what is waited for
     */
    public NodeDrain(ClusterControl control, Consumer<String> progress) {
        this.control = control;
        this.progress = progress;
    }

    /** What came of it. */
    public sealed interface Outcome {

        /**
         * @param kept partitions it still leads, of which no other node that runs has a replica
         */
        record HandedOver(int kept) implements Outcome {}

        /** It drains, but in time nobody took over all that others have replicas of. */
        record StillLeads(int partitions) implements Outcome {}

        /** It was not its turn in time, or never can be; nothing has changed. */
        record Refused(String why) implements Outcome {}
    }

    /**
     * @param inTurn whether to wait until no other node drains, and every partition can spare it
     * @throws InterruptedException where this thread is interrupted; the node then takes part as
     *     before
     * @throws IllegalStateException where no coordinator answers, or the node is not registered
     */
    public Outcome run(int node, boolean inTurn, Duration wait) throws InterruptedException {
        boolean drained = find(node).draining();
        try {
            return handOver(node, inTurn, wait);
        } catch (InterruptedException | RuntimeException e) {
            if (!drained) {
                takeBack(node);
            }
            throw e;
        }
    }

    private Outcome handOver(int node, boolean inTurn, Duration wait) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + wait.toNanos();
        for (; ; ) {
            NodeImage known = find(node);
            CommandResult result =
                    control.submit(
                            inTurn
                                    ? new Command.DrainInTurn(known.id(), known.epoch())
                                    : new Command.DrainNode(known.id(), known.epoch(), true));
            boolean late = System.nanoTime() > deadlineNanos;
            switch (result) {
                case CommandResult.Drained drained when hasHandedOver(node, drained) -> {
                    return new Outcome.HandedOver(drained.leading());
                }
                case CommandResult.Drained drained when late -> {
                    return new Outcome.StillLeads(drained.leading());
                }
                case CommandResult.Drained drained ->
                        progress.accept(
                                "waiting; others take over what node %d leads".formatted(node));
                case CommandResult.Rejected rejected when late || !inTurn -> {
                    return new Outcome.Refused(rejected.message());
                }
                case CommandResult.Rejected rejected ->
                        progress.accept("waiting; " + rejected.message());
                default -> throw new IllegalStateException("unexpected answer " + result);
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        }
    }

    /** The node takes part again. */
    public CommandResult undo(int node) throws InterruptedException {
        NodeImage known = find(node);
        return control.submit(new Command.DrainNode(known.id(), known.epoch(), false));
    }

    /**
     * The node takes part again, as far as that can be: for whoever drained it and is about to fail
     * or end, also by an interrupt.
     *
     * @return whether it does
     */
    boolean takeBack(int node) {
        boolean interrupted = Thread.interrupted();
        try {
            return !(find(node).draining() && undo(node) instanceof CommandResult.Rejected);
        } catch (IllegalStateException e) {
            return false; // nobody can be asked: status tells that it drains
        } catch (InterruptedException e) {
            interrupted = true;
            return false;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean hasHandedOver(int node, CommandResult.Drained drained) {
        return drained.leading() == 0
                || control.image()
                        .filter(image -> image.version() >= drained.version())
                        .filter(image -> image.leadsForOthers(node) == 0)
                        .isPresent();
    }

    private NodeImage find(int node) throws InterruptedException {
        ClusterImage image =
                control.awaitImage(ELECTION)
                        .orElseThrow(() -> new IllegalStateException("No coordinator answers."));
        return image.node(node)
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "There is no node %d; there are %s."
                                                .formatted(node, image.nodes().keySet())));
    }
}
