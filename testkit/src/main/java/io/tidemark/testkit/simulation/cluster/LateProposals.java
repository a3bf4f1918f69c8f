package io.tidemark.testkit.simulation.cluster;

import io.tidemark.environment.SeededEntropy;
import io.tidemark.metadata.command.Command;
import io.tidemark.testkit.simulation.SimulatedNetwork.Reply;
import io.tidemark.testkit.simulation.cluster.CoordinatorMember.Answer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds proposals of in-sync sets up where they have arrived, for seconds: they wait in some buffer
 * while the leader gives up and sends them again, and are served in the end, whatever has become of
 * it and its followers.
 */
final class LateProposals {
    private static final long NANOS_PER_MS = 1_000_000;
    private static final int LEAST_MS = 1_000;
    private static final int SPREAD_MS = 4_000;

    private @Nullable SeededEntropy chance;
    private Consumer<Command.AlterIsr> onHeldUp = proposal -> {};
    private Command.@Nullable AlterIsr last;
    private int way;

    /**
     * Begins to hold up what comes.
     *
     * @param heldUp told of a proposal that is not served for a while
     */
    void begin(SeededEntropy entropy, Consumer<Command.AlterIsr> heldUp) {
        if (chance == null) {
            chance = entropy;
            onHeldUp = heldUp;
        }
    }

    void end() {
        chance = null;
    }

    /** A command has reached a coordinator: it is served now, later, or both. */
    void arrived(Command command, CoordinatorMember at, Reply<Answer> reply) {
        if (!(command instanceof Command.AlterIsr proposal) || chance == null) {
            at.submit(command, reply);
            return;
        }
        if (!proposal.equals(last)) {
            last = proposal; // sent again, it fares as before
            way = chance.nextInt(3);
            if (way == 2) {
                onHeldUp.accept(proposal);
            }
        }
        if (way > 0) {
            long ms = LEAST_MS + chance.nextInt(SPREAD_MS);
            at.afterNanos(ms * NANOS_PER_MS, () -> at.submit(command, reply));
        }
        if (way < 2) {
            at.submit(command, reply);
        }
    }
}
