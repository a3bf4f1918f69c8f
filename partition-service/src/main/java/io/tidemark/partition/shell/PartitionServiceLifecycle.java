package io.tidemark.partition.shell;

import io.tidemark.partition.node.PartitionNode;
import java.io.UncheckedIOException;
import java.net.BindException;
import org.springframework.context.SmartLifecycle;

/** Starts the node after the coordinator and before the gateway, and stops it in between. */
public final class PartitionServiceLifecycle implements SmartLifecycle {
    /** The coordinator's phase is lower, the gateway's higher. */
    public static final int PHASE = 2_000;

    private final PartitionNode node;
    private volatile boolean running;

    PartitionServiceLifecycle(PartitionNode node) {
        this.node = node;
    }

    @Override
    public void start() {
        try {
            node.start();
            running = true;
        } catch (BindException e) {
            node.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            node.close();
            throw e;
        }
    }

    @Override
    public void stop() {
        running = false;
        node.close();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
