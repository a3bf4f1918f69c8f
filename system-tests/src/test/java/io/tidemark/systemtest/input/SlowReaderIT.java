package io.tidemark.systemtest.input;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.client.Clients;
import io.tidemark.systemtest.rest.Http;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Followers of a fast stream that do not read: the log is the buffer, not the broker's memory. */
class SlowReaderIT {

    private static final int FOLLOWERS = 20;
    private static final int RECORDS = 20_000;
    private static final int VALUE_BYTES = 10_000;

    @Test
    void shouldNotBufferForFollowersThatDoNotRead(@TempDir Path scratch) throws IOException {
        List<Socket> followers = new ArrayList<>();
        try (Broker broker = Broker.start(scratch.resolve("data"));
                Http http = new Http(broker)) {
            // Given: followers that ask for a stream and then read nothing of it
            String topic = Clients.newTopic(broker, 1);
            for (int i = 0; i < FOLLOWERS; i++) {
                followers.add(follow(broker, topic));
            }
            produce(broker, topic, 1_000);
            long before = broker.process().residentBytes();

            // When: 200 MB go by, for each of them more than a third of the heap
            produce(broker, topic, RECORDS - 1_000);

            // Then
            long grown = broker.process().residentBytes() - before;
            System.out.printf("memory grew by %d MiB%n", grown >> 20);
            assertThat(grown).isLessThan(300L << 20);
            assertThat(broker.process().log()).doesNotContain("OutOfMemory");
            http.post("/topics/" + topic + "/events", "text/plain", "still here").ok();

            // And one that reads again gets everything, in order
            assertReadsOn(followers.getFirst(), 5_000);
        } finally {
            for (Socket follower : followers) {
                follower.close();
            }
        }
    }

    private static Socket follow(Broker broker, String topic) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(16 << 10);
        socket.setSoTimeout((int) Clients.PATIENCE.toMillis());
        socket.connect(new java.net.InetSocketAddress("127.0.0.1", broker.httpPort()));
        socket.getOutputStream()
                .write(
                        ("GET /topics/"
                                        + topic
                                        + "/events?from=earliest HTTP/1.1\r\nHost: localhost\r\n"
                                        + "Accept: text/event-stream\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static void produce(Broker broker, String topic, int count) {
        byte[] value = new byte[VALUE_BYTES];
        Random random = new Random(7);
        for (int i = 0; i < value.length; i++) {
            value[i] = (byte) ('a' + random.nextInt(26));
        }
        try (Producer<byte[], byte[]> producer = Clients.bytesProducer(broker, Map.of())) {
            for (int i = 0; i < count; i++) {
                producer.send(new ProducerRecord<>(topic, 0, null, value));
            }
        }
    }

    private static void assertReadsOn(Socket follower, int count) throws IOException {
        BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(follower.getInputStream(), StandardCharsets.UTF_8));
        long next = 0;
        while (next < count) {
            String line = lines.readLine();
            assertThat(line).as("the stream ended at offset %d", next).isNotNull();
            if (line.startsWith("data:")) {
                assertThat(line).contains("\"offset\":" + next + ",");
                next++;
            }
        }
    }
}
