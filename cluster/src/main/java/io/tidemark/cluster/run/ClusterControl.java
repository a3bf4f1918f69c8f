package io.tidemark.cluster.run;

import io.tidemark.cluster.layout.ClusterFolder;
import io.tidemark.cluster.layout.ClusterLayout;
import io.tidemark.cluster.status.Probe;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.control.HttpControlPlane;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What commands ask of the coordinators: to look, and to decide. Calls block their caller. */
public final class ClusterControl implements AutoCloseable {
    private static final long POLL_MS = 200;

    private final Probe probe;
    private final HttpControlPlane controlPlane;

    public ClusterControl(ClusterFolder folder, ClusterLayout layout) {
        this.probe = new Probe(folder, layout);
        this.controlPlane =
                new HttpControlPlane(
                        Stream.of(layout.coordinatorUrls().split(",")).map(URI::create).toList(),
                        HttpControlPlane.Timeouts.DEFAULT);
    }

    public Probe probe() {
        return probe;
    }

    /** The metadata; empty where no coordinator leads. */
    public Optional<ClusterImage> image() {
        return probe.image();
    }

    /** The same, where an election is waited for. */
    public Optional<ClusterImage> awaitImage(Duration patience) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + patience.toNanos();
        for (; ; ) {
            Optional<ClusterImage> image = image();
            if (image.isPresent() || System.nanoTime() > deadlineNanos) {
                return image;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }

    /** A node as it is registered; empty where it is not, or where no coordinator leads. */
    public Optional<NodeImage> node(int id) {
        return image().flatMap(image -> image.node(id));
    }

    /**
     * @throws IllegalStateException where no coordinator could be asked
     */
    public CommandResult submit(Command command) {
        try {
            return controlPlane.submit(command).toCompletableFuture().join();
        } catch (CompletionException e) {
            throw new IllegalStateException(String.valueOf(e.getCause()), e);
        }
    }

    @Override
    public void close() {
        controlPlane.close();
        probe.close();
    }
}
