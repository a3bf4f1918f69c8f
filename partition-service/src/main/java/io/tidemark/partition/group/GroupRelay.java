package io.tidemark.partition.group;

import io.netty.channel.EventLoopGroup;
import io.tidemark.environment.Clock;
import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.protocol.client.ClientConfig;
import io.tidemark.protocol.client.KafkaClient;
import io.tidemark.protocol.server.Connection;
import io.tidemark.protocol.server.RequestContext;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.protocol.ApiMessage;

/**
 * Passes requests about groups on to the leading coordinator, one connection for each of the
 * clients'. When the coordinator dies, clients keep their connections: what they asked goes to the
 * next leader.
 *
 * @see <a href="../../../../../../../docs/adr/0110-groups-behind-the-nodes.md">ADR 110</a>
 */
public final class GroupRelay implements AutoCloseable {
    /** How long a request looks for a coordinator that answers. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
    private static final int MAX_FRAME_BYTES = 64 << 20;

    private final KafkaClient client;
    private final CoordinatorLookup lookup;
    private final Clock clock;
    private final Map<String, RelayLane> lanes = new ConcurrentHashMap<>();

    /**
     * @param loops of the clients' connections
     */
    public GroupRelay(int nodeId, EventLoopGroup loops, ControlPlane controlPlane, Clock clock) {
        this.client =
                new KafkaClient(
                        loops,
                        new ClientConfig(
                                "tidemark-groups-" + nodeId, CONNECT_TIMEOUT, MAX_FRAME_BYTES));
        this.lookup =
                new CoordinatorLookup(
                        controlPlane, clock, left -> client.disconnect(left, "another one leads"));
        this.clock = clock;
    }

    /** On the connection's event loop. */
    CompletionStage<ApiMessage> pass(RequestContext context, ApiMessage request) {
        long deadlineNanos = clock.nanos() + PATIENCE.toNanos();
        Relayed relayed = new Relayed(request, context, deadlineNanos);
        Connection connection = context.connection();
        if (relayed.isHeld()) {
            // A node that stops does not wait for news; the client looks for another one.
            connection.onNextRequest(
                    () -> {
                        if (!connection.isOpen()) {
                            relayed.giveUp();
                        }
                    });
        }
        return lane(connection).add(relayed);
    }

    private RelayLane lane(Connection connection) {
        String name = "client-" + connection.listener() + "-" + connection.id();
        RelayLane present = lanes.get(name);
        if (present != null) {
            return present;
        }
        RelayLane fresh = new RelayLane(name, connection.eventLoop(), client, lookup, clock);
        lanes.put(name, fresh);
        connection.onClose(
                () -> {
                    lanes.remove(name);
                    fresh.close();
                });
        return fresh;
    }

    /** Connections of clients that have asked about groups. */
    public int size() {
        return lanes.size();
    }

    @Override
    public void close() {
        client.close();
    }
}
