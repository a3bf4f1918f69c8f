package io.tidemark.metadata.control;

import io.tidemark.environment.Clock;
import io.tidemark.environment.thread.OwnedThreads;
import io.tidemark.environment.thread.Pulse;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.json.MetadataJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the metadata over one long response at a time. The listener sees versions that only grow,
 * of one cluster: what a lagging coordinator repeats is left out, and after a gap the stream is
 * opened anew, which brings a snapshot.
 */
final class MetadataStream implements Pulse, AutoCloseable {
    static final String NAME = "metadata-stream";
    private static final Logger LOG = LoggerFactory.getLogger(MetadataStream.class);
    private static final long RECONNECT_MS = 100;
    private static final long WATCH_MS = 250;
    private static final long BUG_MS = 1_000;

    private final HttpClient http;
    private final CoordinatorClient client;
    private final Duration silence;
    private final MetadataListener listener;
    private final Clock clock;
    private final Thread thread;
    private volatile boolean closed;
    private volatile long heardNanos;
    private final AtomicLong seenNanos = new AtomicLong();
    private volatile @Nullable InputStream open;
    private volatile URI source;
    private boolean warned;
    private long owed;
    private ClusterImage image = ClusterImage.empty();

    MetadataStream(
            HttpClient http,
            CoordinatorClient client,
            Duration silence,
            MetadataListener listener,
            Clock clock,
            OwnedThreads threads) {
        this.http = http;
        this.client = client;
        this.silence = silence;
        this.listener = listener;
        this.clock = clock;
        this.source = client.leader();
        this.thread = threads.unstarted(NAME, this::follow);
    }

    /**
     * Whether something was heard, or asked anew, since this was asked last: a coordinator that
     * says nothing is left after a while, so only who hangs in between makes no such step.
     */
    @Override
    public boolean beats() {
        long heard = heardNanos;
        return closed || seenNanos.getAndSet(heard) != heard;
    }

    @Override
    public Optional<Thread> thread() {
        return Optional.of(thread);
    }

    void start() {
        thread.start();
        watch();
    }

    private void follow() {
        while (!closed) {
            try {
                readOne();
            } catch (IOException e) {
                if (!closed) {
                    report(e);
                    client.tryElsewhere(source, Optional.empty());
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(RECONNECT_MS));
                }
            } catch (RuntimeException e) {
                // What was being applied comes again, as a snapshot.
                LOG.error("The metadata of {} could not be taken; trying again", source, e);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(BUG_MS));
            } catch (InterruptedException e) {
                return; // closed
            }
        }
    }

    private void report(IOException e) {
        if (!warned) {
            LOG.warn("The metadata stream of {} broke; trying again: {}", source, e.toString());
            warned = true;
        }
    }

    private void readOne() throws IOException, InterruptedException {
        heardNanos = clock.nanos();
        source = client.leader();
        HttpRequest request =
                HttpRequest.newBuilder(source.resolve("/internal/metadata"))
                        .header("Accept", "application/x-ndjson")
                        .timeout(silence)
                        .build();
        HttpResponse<InputStream> response =
                http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            open = body;
            if (response.statusCode() != 200) {
                Redirect redirect = MetadataJson.decode(body, Redirect.class);
                client.tryElsewhere(source, redirect.leader());
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(RECONNECT_MS));
                return;
            }
            client.answered(source);
            owed = 0;
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null && !closed; line = lines.readLine()) {
                heardNanos = clock.nanos();
                if (!take(MetadataJson.decode(line, StreamMessage.class))) {
                    return;
                }
            }
            throw new IOException("The coordinator ended the stream");
        } finally {
            open = null;
        }
    }

    /** Returns false after a gap. */
    private boolean take(StreamMessage message) throws IOException {
        return switch (message) {
            case StreamMessage.Snapshot snapshot -> {
                takeSnapshot(snapshot.image());
                yield true;
            }
            case StreamMessage.Changes changes -> takeChanges(changes);
            case StreamMessage.Alive sign -> {
                warned = false;
                yield keepsUp(sign.version());
            }
        };
    }

    /** By the next sign of life there is what the coordinator had at this one. */
    private boolean keepsUp(long version) {
        if (owed > image.version()) {
            LOG.warn(
                    "The metadata stream of {} stays at version {} of {}: asking for a snapshot",
                    source,
                    image.version(),
                    owed);
            return false;
        }
        owed = version;
        return true;
    }

    private void takeSnapshot(ClusterImage snapshot) throws IOException {
        if (!image.clusterId().isEmpty() && !image.clusterId().equals(snapshot.clusterId())) {
            throw new IOException(
                    "The coordinator at "
                            + source
                            + " serves cluster "
                            + snapshot.clusterId()
                            + ", not "
                            + image.clusterId());
        }
        if (snapshot.version() > image.version()) {
            listener.onImage(snapshot, List.of());
            image = snapshot; // last: what the listener did not take comes again
        }
    }

    private boolean takeChanges(StreamMessage.Changes changes) {
        if (changes.version() <= image.version()) {
            return true;
        }
        if (changes.fromVersion() != image.version()) {
            LOG.warn(
                    "Metadata version {} does not follow {}: asking for a snapshot",
                    changes.version(),
                    image.version());
            return false;
        }
        ClusterImage next = image.apply(changes.version(), changes.deltas());
        listener.onImage(next, changes.deltas());
        image = next;
        return true;
    }

    /**
     * Breaks a connection on which nothing comes any more, not even signs of life; or to a
     * coordinator in whose place another one has answered commands or heartbeats.
     */
    private void watch() {
        CompletableFuture.delayedExecutor(WATCH_MS, TimeUnit.MILLISECONDS)
                .execute(
                        () -> {
                            if (!closed) {
                                watch();
                                if (clock.nanos() - heardNanos > silence.toNanos()
                                        || client.leadsNoMore(source)) {
                                    breakOff();
                                }
                            }
                        });
    }

    private void breakOff() {
        InputStream body = open;
        if (body != null) {
            try {
                body.close();
            } catch (IOException e) {
                LOG.debug("Closing a silent stream failed", e);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        breakOff();
        thread.interrupt();
    }
}
