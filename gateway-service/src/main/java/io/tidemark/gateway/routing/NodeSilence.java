package io.tidemark.gateway.routing;

import io.tidemark.environment.Clock;
import io.tidemark.environment.Timers;
import io.tidemark.protocol.client.KafkaClient;
import io.tidemark.protocol.client.NodeAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.apache.kafka.common.message.ApiVersionsRequestData;

/**
 * Finds nodes that owe answers and say nothing on any connection: a stopped process, a cut cable.
 * Such a node is asked for its versions on a connection of its own; where that is not answered
 * either, all its connections are closed, so that what waits for it is sent elsewhere or again. A
 * long poll alone thus costs a small request now and then. Any thread.
 */
final class NodeSilence {

    private static final Duration BEARABLE = Duration.ofSeconds(2);
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);
    private static final int CHECK_MS = 500;
    private static final String LANE = "probe";

    private final KafkaClient client;
    private final Clock clock;
    private final Timers timers;
    private final IntConsumer onSilent;
    private final Map<Integer, Node> nodes = new ConcurrentHashMap<>();
    private final AtomicBoolean checking = new AtomicBoolean();

    /** What is owed by a node, and when it was last heard of. */
    private static final class Node {
        final AtomicInteger owed = new AtomicInteger();
        final AtomicBoolean probed = new AtomicBoolean();
        volatile long heardNanos;
        volatile NodeAddress address;

        Node(NodeAddress address) {
            this.address = address;
        }
    }

    /**
     * @param onSilent told of a node whose connections are closed for its silence
     */
    NodeSilence(KafkaClient client, Clock clock, Timers timers, IntConsumer onSilent) {
        this.client = client;
        this.clock = clock;
        this.timers = timers;
        this.onSilent = onSilent;
    }

    /** A request goes to a node. */
    void asked(int nodeId, NodeAddress address) {
        Node node = nodes.computeIfAbsent(nodeId, id -> new Node(address));
        node.address = address;
        if (node.owed.getAndIncrement() == 0) {
            node.heardNanos = clock.nanos();
        }
        if (checking.compareAndSet(false, true)) {
            timers.schedule(CHECK_MS, this::check);
        }
    }

    /**
     * A request has ended.
     *
     * @param answered whether by an answer
     */
    void ended(int nodeId, boolean answered) {
        Node node = nodes.get(nodeId);
        if (node != null) {
            node.owed.decrementAndGet();
            if (answered) {
                node.heardNanos = clock.nanos();
            }
        }
    }

    private void check() {
        checking.set(false);
        boolean owed = false;
        for (Map.Entry<Integer, Node> each : nodes.entrySet()) {
            Node node = each.getValue();
            if (node.owed.get() > 0) {
                owed = true;
                if (clock.nanos() - node.heardNanos >= BEARABLE.toNanos()) {
                    probe(each.getKey(), node);
                }
            }
        }
        if (owed && checking.compareAndSet(false, true)) {
            timers.schedule(CHECK_MS, this::check);
        }
    }

    private void probe(int nodeId, Node node) {
        if (!node.probed.compareAndSet(false, true)) {
            return;
        }
        NodeAddress address = node.address;
        ApiVersionsRequestData request =
                new ApiVersionsRequestData()
                        .setClientSoftwareName("tidemark-gateway")
                        .setClientSoftwareVersion("1");
        client.send(address, LANE, request, PROBE_TIMEOUT)
                .whenComplete(
                        (response, failure) -> {
                            node.heardNanos = clock.nanos();
                            node.probed.set(false);
                            if (failure == null) {
                                response.close();
                            } else {
                                client.disconnect(address, "node " + nodeId + " is silent");
                                onSilent.accept(nodeId);
                            }
                        });
    }
}
