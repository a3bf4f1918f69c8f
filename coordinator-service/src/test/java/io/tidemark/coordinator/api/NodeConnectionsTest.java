package io.tidemark.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.tidemark.metadata.control.ControlPlane.Heartbeat;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class NodeConnectionsTest {
    private final List<Heartbeat> broken = new ArrayList<>();
    private final NodeConnections connections = new NodeConnections(broken::add);
    private final EmbeddedChannel channel = new EmbeddedChannel();

    @Test
    void shouldTellOfTheLastHeartbeatOnAConnectionThatBroke() {
        Heartbeat last = new Heartbeat(1, 5, 8);
        connections.heard(
                channel, new Heartbeat(1, 5, 7), CompletableFuture.completedFuture("first"));
        connections.heard(channel, last, CompletableFuture.completedFuture("second"));
        channel.close();
        assertThat(broken).containsExactly(last);
    }

    @Test
    void shouldHoldNothingAgainstANodeThatWaitedTooLongForItsAnswer() {
        connections.heard(
                channel, new Heartbeat(1, 5, 7), CompletableFuture.completedFuture("first"));
        connections.heard(channel, new Heartbeat(1, 5, 8), new CompletableFuture<>());
        channel.close();
        assertThat(broken).isEmpty();
    }
}
