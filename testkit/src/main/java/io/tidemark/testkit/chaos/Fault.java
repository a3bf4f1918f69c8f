package io.tidemark.testkit.chaos;

import java.time.Duration;
import java.util.Set;

/**
 * A fault, drawn and ready.
 *
 * @param what whom it hits
 * @param nodes nodes that it takes from clients or peers
 * @param hits processes that are killed or frozen, or cuts that are made
 * @param hold how long it lasts
 * @param untilWritten whether it lasts longer, until every partition is written again
 */
record Fault(
        FaultKind kind,
        String what,
        Set<Integer> nodes,
        int hits,
        Action inject,
        Duration hold,
        boolean untilWritten,
        Action heal) {

    Fault {
        nodes = Set.copyOf(nodes);
    }

    /** A step against the cluster. */
    @FunctionalInterface
    interface Action {
        void run() throws InterruptedException;
    }
}
