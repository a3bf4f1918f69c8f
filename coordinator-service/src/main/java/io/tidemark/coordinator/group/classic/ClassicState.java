package io.tidemark.coordinator.group.classic;

/**
 * Where a classic group stands.
 *
 * <pre>
 * State                | what it waits for                 | next
 * ---------------------+-----------------------------------+------------------------------------------
 * EMPTY                | somebody to join                  | PREPARING_REBALANCE: a member joins
 * PREPARING_REBALANCE  | all members to join (again), or   | COMPLETING_REBALANCE: all have joined, or
 *                      | the longest rebalance timeout     |   those that had not are out
 *                      |                                   | EMPTY: nobody is left
 * COMPLETING_REBALANCE | the leader's assignments, and     | STABLE: they are durable
 *                      | that they are durable             | PREPARING_REBALANCE: a member comes, goes,
 *                      |                                   |   changes, or does not sync in time
 * STABLE               | nothing                           | PREPARING_REBALANCE: a member comes, goes
 *                      |                                   |   or changes, the leader joins again
 * DEAD                 | nothing, for ever                 |
 * </pre>
 *
 * Every state but DEAD also leads to DEAD: this coordinator leads no more, or the group now speaks
 * another protocol.
 */
enum ClassicState {
    EMPTY("Empty"),
    PREPARING_REBALANCE("PreparingRebalance"),
    COMPLETING_REBALANCE("CompletingRebalance"),
    STABLE("Stable"),
    DEAD("Dead");

    private final String shown;

    ClassicState(String shown) {
        this.shown = shown;
    }

    /** As Kafka's tools show it. */
    String shown() {
        return shown;
    }

    boolean leadsTo(ClassicState next) {
        return switch (next) {
            case EMPTY, COMPLETING_REBALANCE -> this == PREPARING_REBALANCE;
            case PREPARING_REBALANCE ->
                    this == EMPTY || this == COMPLETING_REBALANCE || this == STABLE;
            case STABLE -> this == COMPLETING_REBALANCE;
            case DEAD -> this != DEAD;
        };
    }
}
