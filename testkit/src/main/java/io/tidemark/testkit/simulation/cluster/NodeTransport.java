package io.tidemark.testkit.simulation.cluster;

import io.tidemark.partition.serving.ReplicaTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.jspecify.annotations.Nullable;

/**
 * Fetches over the simulated network. As on a connection, answers come in the order of the
 * requests; one that is lost is missed after a few seconds.
 */
final class NodeTransport implements ReplicaTransport {
    private static final long LONGEST_SILENCE_MS = 4_000;

    private final PartitionNode node;
    private final Map<Integer, ArrayDeque<Pending>> byLeader = new HashMap<>();

    private static final class Pending {
        private final Receiver receiver;
        private boolean done;
        private @Nullable FetchResponseData response;

        private Pending(Receiver receiver) {
            this.receiver = receiver;
        }
    }

    NodeTransport(PartitionNode node) {
        this.node = node;
    }

    @Override
    public void fetch(int leader, FetchRequestData request, Duration timeout, Receiver receiver) {
        ArrayDeque<Pending> queue = byLeader.computeIfAbsent(leader, id -> new ArrayDeque<>());
        Pending pending = new Pending(receiver);
        queue.add(pending);
        PartitionNode to = node.cluster().node(leader);
        Mutants.fetch(node.cluster().mutation(), request);
        node.cluster()
                .network()
                .<FetchResponseData>call(
                        node,
                        to,
                        Math.min(timeout.toMillis(), LONGEST_SILENCE_MS),
                        reply -> {
                            NodeLife life = to.life();
                            if (life != null) {
                                life.fetches().serve(request, reply);
                            }
                        },
                        answer -> {
                            pending.done = true;
                            pending.response = answer;
                            deliver(queue);
                        });
    }

    private static void deliver(ArrayDeque<Pending> queue) {
        Pending head = queue.peek();
        while (head != null && head.done) {
            queue.remove();
            FetchResponseData response = head.response;
            if (response == null) {
                head.receiver.failed(new IOException("the connection broke"));
            } else {
                head.receiver.answered(response);
            }
            head = queue.peek();
        }
    }
}
