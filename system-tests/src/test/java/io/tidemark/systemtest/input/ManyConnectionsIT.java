package io.tidemark.systemtest.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.broker.Installation;
import io.tidemark.systemtest.client.Clients;
import io.tidemark.systemtest.rest.Http;
import io.tidemark.testkit.process.ExternalCommand;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten thousand clients that connect and say nothing. */
class ManyConnectionsIT {

    private static final int WANTED = 10_000;

    /** Files the test's own JVM, and the broker, need besides connections. */
    private static final int RESERVE = 1_000;

    private static final long BUDGET_BYTES = 400L << 20;

    @Test
    void shouldServeBesideTenThousandIdleConnections(@TempDir Path scratch) throws IOException {
        int count = Math.min(WANTED, hardLimit() - RESERVE);
        if (count < WANTED) {
            System.out.println("only " + count + " connections: the limit of open files is lower");
        }
        List<SocketChannel> idle = new ArrayList<>();
        try (Broker broker = Broker.start(forAll(scratch.resolve("data")));
                Http http = new Http(broker)) {
            String topic = Clients.newTopic(broker, 1);
            long before = broker.process().residentBytes();
            long filesBefore = broker.process().openFileCount();

            // When: half on each protocol
            for (int i = 0; i < count; i++) {
                idle.add(connect(i % 2 == 0 ? broker.kafkaPort() : broker.httpPort()));
            }
            await().atMost(Clients.PATIENCE)
                    .until(
                            () ->
                                    broker.process().openFileCount()
                                            >= filesBefore + count - RESERVE / 10);

            // Then
            http.post("/topics/" + topic + "/events", "text/plain", "still here").ok();
            assertThat(Clients.readAll(broker, topic, 0, 1)).hasSize(1);
            long grown = broker.process().residentBytes() - before;
            System.out.printf("%d idle connections took %d MiB%n", count, grown >> 20);
            assertThat(grown).isLessThan(BUDGET_BYTES);

            // And they leave nothing behind
            for (SocketChannel channel : idle) {
                channel.close();
            }
            await().atMost(Clients.PATIENCE)
                    .until(() -> broker.process().openFileCount() < filesBefore + RESERVE);
        } finally {
            for (SocketChannel channel : idle) {
                channel.close();
            }
        }
    }

    /** All of them come from one address, and say nothing for longer than a head may take. */
    private static Installation forAll(Path folder) {
        Installation installation = Installation.tidemark(folder);
        return installation.launchedBy(
                installation
                        .launch()
                        .with("tidemark.gateway.max-connections", Integer.toString(WANTED))
                        .with(
                                "tidemark.gateway.max-connections-per-address",
                                Integer.toString(WANTED))
                        .with("tidemark.partition.max-connections-per-ip", Integer.toString(WANTED))
                        .with("tidemark.partition.max-connections-per-ip", Integer.toString(WANTED))
                        .with("tidemark.gateway.header-timeout", "5m"));
    }

    private static SocketChannel connect(int port) throws IOException {
        return SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /** The JVM raises its own soft limit to the hard one. */
    private static int hardLimit() {
        String limit = ExternalCommand.run("bash", "-c", "ulimit -Hn").expectSuccess().strip();
        return limit.equals("unlimited") ? Integer.MAX_VALUE : Integer.parseInt(limit);
    }
}
