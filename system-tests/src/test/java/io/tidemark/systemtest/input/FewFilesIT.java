package io.tidemark.systemtest.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.broker.Installation;
import io.tidemark.systemtest.client.Clients;
import io.tidemark.systemtest.rest.Http;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More connections than the process may open files: logs, health and who is there go on. */
class FewFilesIT {
    private static final int FILES = 1_024;
    private static final int KEPT_BACK = 256;
    private static final int ADDRESSES = 8;

    @Test
    void shouldKeepFilesForLogsAndHealth(@TempDir Path scratch) throws IOException {
        List<SocketChannel> hostile = new ArrayList<>();
        try (Broker broker = Broker.start(withFewFiles(scratch.resolve("data")));
                Http management = new Http(broker::management);
                Producer<String, String> producer = Clients.producer(broker, Map.of())) {
            assertThat(broker.process().log()).contains("connections instead of 20000");
            // Given: logs that roll all the time, each time with new files
            String topic = Clients.newTopic(broker, 1, Map.of("segment.bytes", "1048576"));
            Clients.get(producer.send(new ProducerRecord<>(topic, "before")));

            // When
            for (int i = 0; i < 2 * FILES; i++) {
                int port = i % 2 == 0 ? broker.kafkaPort() : broker.httpPort();
                hostile.add(connect("127.0.1." + (1 + i / 2 % ADDRESSES), port));
            }
            await().atMost(Clients.PATIENCE).until(() -> refused(management) > FILES / 2);

            // Then
            assertThat(broker.process().openFileCount()).isLessThan(FILES - KEPT_BACK / 2);
            assertThat(management.get("/actuator/health").ok().at("/status").asString())
                    .isEqualTo("UP");
            String value = "x".repeat(100_000);
            for (int i = 0; i < 50; i++) {
                Clients.get(producer.send(new ProducerRecord<>(topic, value)));
            }
            for (SocketChannel channel : hostile) {
                channel.close();
            }
            assertThat(Clients.readAll(broker, topic, 0, 51)).hasSize(51);
        } finally {
            for (SocketChannel channel : hostile) {
                channel.close();
            }
        }
    }

    private static double refused(Http management) {
        return management
                .get("/actuator/prometheus")
                .body()
                .lines()
                .filter(line -> line.startsWith("tidemark_partition_connections_refused_total{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private static Installation withFewFiles(Path folder) {
        Installation installation = Installation.tidemark(folder);
        return installation.launchedBy(
                installation
                        .launch()
                        .under("bash", "-c", "ulimit -n " + FILES + "; exec \"$@\"", "bash"));
    }

    private static SocketChannel connect(String from, int port) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.bind(new InetSocketAddress(from, 0));
        channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return channel;
    }
}
