package io.tidemark.testkit.simulation.cluster;

import io.tidemark.partition.serving.Loop;
import io.tidemark.testkit.simulation.SimulatedProcess;

/** A node's only loop: the thread of the simulation is always on it. */
record NodeLoop(SimulatedProcess process) implements Loop {

    @Override
    public void execute(Runnable task) {
        task.run();
    }

    @Override
    public void afterThisPass(Runnable task) {
        process.afterNanos(0, task);
    }

    @Override
    public boolean inLoop() {
        return true;
    }

    @Override
    public Timer schedule(long delayMs, Runnable task) {
        return process.schedule(delayMs, task);
    }
}
