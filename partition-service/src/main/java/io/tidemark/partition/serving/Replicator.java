package io.tidemark.partition.serving;

import io.tidemark.environment.Clock;
import io.tidemark.environment.Timers.Timer;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.partition.replication.FetchLimits;
import io.tidemark.partition.replication.Followed;
import io.tidemark.partition.replication.ReplicaFetcher;
import java.time.Duration;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies all partitions of one loop that other nodes lead, with one {@link ReplicaFetcher} for each
 * of these nodes. Belongs to the loop.
 */
public final class Replicator {
    private static final Logger log = LoggerFactory.getLogger(Replicator.class);

    /** A leader that says nothing for so long beyond the wait it was asked for is given up. */
    private static final long SILENCE_MS = 10_000;

    private static final long NANOS_PER_MS = 1_000_000;

    private final int nodeId;
    private final Loop loop;
    private final Clock clock;
    private final ReplicaTransport transport;
    private final LongSupplier nodeEpoch;
    private final Supplier<FetchLimits> limits;
    private final Map<Integer, Link> links = new HashMap<>();
    private final Map<Followed, Link> linkOf = new IdentityHashMap<>();
    private boolean stopped;

    /**
     * @param nodeEpoch of this node's registration
     */
    public Replicator(
            int nodeId,
            Loop loop,
            Clock clock,
            ReplicaTransport transport,
            LongSupplier nodeEpoch,
            Supplier<FetchLimits> limits) {
        this.nodeId = nodeId;
        this.loop = loop;
        this.clock = clock;
        this.transport = transport;
        this.nodeEpoch = nodeEpoch;
        this.limits = limits;
    }

    /**
     * Copies a partition from a node, and from no other; asks anew where it does already.
     *
     * @param leader {@link PartitionImage#NO_LEADER} for nobody
     */
    void follow(Followed followed, int leader) {
        Link before = linkOf.get(followed);
        if (before != null && before.leader != leader) {
            linkOf.remove(followed);
            before.fetcher.unfollow(followed);
            before.look();
        }
        if (leader != PartitionImage.NO_LEADER && !stopped) {
            Link link = links.computeIfAbsent(leader, Link::new);
            linkOf.put(followed, link);
            link.fetcher.follow(followed);
            link.look();
        }
    }

    /** A partition's position may have changed: what came is safe, for one. */
    void progressed(Followed followed) {
        Link link = linkOf.get(followed);
        if (link != null) {
            link.fetcher.progressed(followed);
            link.look();
        }
    }

    /**
     * Asks a node once, beside what is copied from it. The receiver is told on the loop, and must
     * expect to be told when nobody waits any more.
     */
    void ask(int node, FetchRequestData request, ReplicaTransport.Receiver receiver) {
        transport.fetch(
                node, request, Duration.ofMillis(request.maxWaitMs() + SILENCE_MS), receiver);
    }

    /** Asks for nothing any more. */
    public void stop() {
        stopped = true;
        linkOf.clear();
        links.values().forEach(Link::close);
        links.clear();
    }

    /** What is copied from one node. */
    private final class Link {
        private final int leader;
        private final ReplicaFetcher fetcher;
        private @Nullable Timer timer;
        private boolean looks;
        private boolean closed;
        private boolean failing;

        Link(int leader) {
            this.leader = leader;
            this.fetcher = new ReplicaFetcher(nodeId, nodeEpoch, limits);
        }

        /** Sends what is to be sent, once the loop has served what is ready now. */
        void look() {
            if (!looks) {
                looks = true;
                loop.afterThisPass(this::lookNow);
            }
        }

        private void lookNow() {
            looks = false;
            if (closed) {
                return;
            }
            if (fetcher.isEmpty()) {
                close();
                links.remove(leader, this);
                return;
            }
            Optional<FetchRequestData> request = fetcher.next(clock.nanos());
            while (request.isPresent()) {
                send(request.get());
                request = fetcher.next(clock.nanos());
            }
            setTimer(fetcher.wakeInNanos(clock.nanos()));
        }

        private void setTimer(long nanos) {
            if (timer != null) {
                timer.cancel();
                timer = null;
            }
            if (nanos != Long.MAX_VALUE) {
                timer = loop.schedule(nanos / NANOS_PER_MS + 1, this::look);
            }
        }

        private void send(FetchRequestData request) {
            int session = fetcher.session();
            transport.fetch(
                    leader,
                    request,
                    Duration.ofMillis(request.maxWaitMs() + SILENCE_MS),
                    new ReplicaTransport.Receiver() {
                        @Override
                        public void answered(FetchResponseData response) {
                            Link.this.answered(session, response);
                        }

                        @Override
                        public void failed(Throwable cause) {
                            Link.this.failed(session, cause);
                        }
                    });
        }

        private void answered(int session, FetchResponseData response) {
            if (closed) {
                return;
            }
            if (failing) {
                failing = false;
                log.info("Node {} copies from node {} again", nodeId, leader);
            }
            fetcher.answered(session, response, clock.nanos());
            look();
        }

        private void failed(int session, Throwable cause) {
            if (closed) {
                return;
            }
            if (!failing) {
                failing = true;
                log.warn(
                        "Node {} cannot copy from node {} and tries again: {}",
                        nodeId,
                        leader,
                        String.valueOf(cause.getMessage()));
            }
            fetcher.failed(session, clock.nanos());
            look();
        }

        void close() {
            closed = true;
            setTimer(Long.MAX_VALUE);
        }
    }
}
