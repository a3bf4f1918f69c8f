package io.tidemark.coordinator.group.consumer;

import io.tidemark.coordinator.group.assignor.PartitionSet;
import java.util.List;
import java.util.Random;

/** A member of a simulated group, by whatever protocol. */
abstract class SimulatedClient {
    String id;
    PartitionSet owned = PartitionSet.none();
    boolean alive = true;
    boolean paused;

    SimulatedClient(String id) {
        this.id = id;
    }

    /** Sends what is due, unless an answer is outstanding. The answer may get lost. */
    abstract void send(TestGroup group, Random random, boolean faults);

    /** Takes the answer, where there is one by now. */
    abstract void receive();

    abstract void subscribe(List<String> topics);

    abstract void leave(TestGroup group, boolean forGood);

    /** The process ends without a word. */
    void die() {
        alive = false;
        owned = PartitionSet.none();
    }

    /** While a member is out of touch its session may end, and others get what it thinks it has. */
    void pause() {
        paused = true;
    }

    void resume() {
        paused = false;
    }
}
