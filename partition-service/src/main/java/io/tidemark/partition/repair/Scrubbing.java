package io.tidemark.partition.repair;

import io.tidemark.partition.log.PartitionLog;
import io.tidemark.partition.serving.Partition;
import io.tidemark.partition.serving.PartitionRegistry;
import java.io.IOException;
import java.util.Collections;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Reads what lies on disk again, little by little and round and round, so that bits that changed
 * are found before a reader needs them. The timer thread hands one step at a time to the loop that
 * owns the partition.
 */
public final class Scrubbing {
    /** Short, so that each step is small beside what a loop does meanwhile. */
    public static final long INTERVAL_MS = 250;

    private final PartitionRegistry registry;
    private final int stepBytes;
    private Iterator<Partition> round = Collections.emptyIterator();
    private @Nullable Partition current;
    private volatile boolean stepping;
    private volatile boolean done = true;

    /**
     * @param bytesPerSecond over the whole node, at least 1
     */
    public Scrubbing(PartitionRegistry registry, long bytesPerSecond) {
        this.registry = registry;
        this.stepBytes =
                (int) Math.clamp(bytesPerSecond * INTERVAL_MS / 1000, 1, Integer.MAX_VALUE);
    }

    /** Begins the next step, unless the last still runs. On the timer thread. */
    public void step() {
        if (stepping) {
            return;
        }
        if (done) {
            if (!round.hasNext()) {
                round = registry.all().toList().iterator();
            }
            current = round.hasNext() ? round.next() : null;
        }
        Partition partition = current;
        if (partition != null) {
            stepping = true;
            partition.loop().execute(() -> scrub(partition));
        }
    }

    /** On the partition's loop. */
    private void scrub(Partition partition) {
        done = true;
        try {
            if (partition.stored().online()) {
                PartitionLog scrubbed = partition.log();
                int known = scrubbed.corruption().size();
                done = scrubbed.scrub(stepBytes) == 0;
                if (scrubbed.corruption().size() > known) {
                    partition.damaged();
                }
            }
        } catch (IOException e) {
            partition.failed(e);
        } finally {
            stepping = false;
        }
    }
}
