package io.tidemark.systemtest.input;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.broker.SharedBroker;
import io.tidemark.systemtest.client.Clients;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bytes on the Kafka port that are no requests, or not whole: the connection ends, nothing else.
 */
@SharedBroker
class BadFrameIT {

    private static final short API_VERSIONS = 18;
    private static final short METADATA = 3;
    private static final short UNSUPPORTED_VERSION = 35;

    private final Broker broker;

    BadFrameIT(Broker broker) {
        this.broker = broker;
    }

    @AfterEach
    void serviceGoesOn() {
        try (Admin admin = Clients.admin(broker)) {
            assertThat(Clients.get(admin.describeCluster().nodes())).hasSize(1);
        }
        assertThat(broker.process().isAlive()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 0, 3})
    void shouldEndConnectionsWithImpossibleSizes(int size) throws IOException {
        try (Socket socket = connect()) {
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeInt(size);
            out.write(new byte[16]);
            out.flush();
            assertEnds(socket);
        }
    }

    @Test
    void shouldEndConnectionsThatSpeakHttp() throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream()
                    .write(
                            "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            assertEnds(socket);
        }
    }

    @Test
    void shouldEndConnectionsOfUnknownApis() throws IOException {
        try (Socket socket = connect()) {
            send(socket, header((short) 999, (short) 0, 1));
            assertEnds(socket);
        }
    }

    @Test
    void shouldEndConnectionsOfUnsupportedVersions() throws IOException {
        try (Socket socket = connect()) {
            send(socket, header(METADATA, (short) 99, 1));
            assertEnds(socket);
        }
    }

    @Test
    void shouldAnswerApiVersionsOfAnUnsupportedVersion() throws IOException {
        try (Socket socket = connect()) {
            // Header v2, as newer versions have it: an empty section of tagged fields at its end
            byte[] header = header(API_VERSIONS, (short) 99, 77);
            send(socket, Arrays.copyOf(header, header.length + 1));
            DataInputStream in = new DataInputStream(socket.getInputStream());
            int size = in.readInt();
            assertThat(size).isGreaterThan(10);
            assertThat(in.readInt()).as("correlation id").isEqualTo(77);
            assertThat(in.readShort()).as("error code").isEqualTo(UNSUPPORTED_VERSION);
        }
    }

    @Test
    void shouldEndConnectionsWhoseArraysClaimMoreThanTheFrameHolds() throws IOException {
        try (Socket socket = connect()) {
            // Metadata v1: an array of two thousand million topics in a frame of a few bytes
            ByteBuffer body = ByteBuffer.allocate(64);
            body.put(header(METADATA, (short) 1, 1)).putInt(2_000_000_000).flip();
            byte[] frame = new byte[body.remaining()];
            body.get(frame);
            send(socket, frame);
            assertEnds(socket);
        }
    }

    @Test
    void shouldLiveWithHalfRequests() throws IOException {
        for (int cut = 1; cut < 18; cut += 4) {
            try (Socket socket = connect()) {
                byte[] request = header(API_VERSIONS, (short) 0, 1);
                ByteBuffer framed = ByteBuffer.allocate(4 + request.length);
                framed.putInt(request.length).put(request);
                socket.getOutputStream()
                        .write(framed.array(), 0, Math.min(cut, framed.capacity() - 1));
                socket.getOutputStream().flush();
            }
        }
    }

    @Test
    void shouldAnswerARequestThatComesByteByByte() throws IOException {
        try (Socket socket = connect()) {
            socket.setTcpNoDelay(true);
            byte[] request = header(API_VERSIONS, (short) 0, 5);
            for (byte b : ByteBuffer.allocate(4).putInt(request.length).array()) {
                socket.getOutputStream().write(b);
            }
            for (byte b : request) {
                socket.getOutputStream().write(b);
            }
            DataInputStream in = new DataInputStream(socket.getInputStream());
            in.readInt();
            assertThat(in.readInt()).isEqualTo(5);
        }
    }

    @Test
    void shouldLiveWithNoise() throws IOException {
        Random random = new Random(20_260_101);
        for (int i = 0; i < 200; i++) {
            try (Socket socket = connect()) {
                byte[] noise = new byte[random.nextInt(1, 300)];
                random.nextBytes(noise);
                ByteBuffer frame = ByteBuffer.allocate(8 + noise.length).putInt(4 + noise.length);
                frame.putShort((short) random.nextInt(80)).putShort((short) random.nextInt(15));
                frame.put(noise);
                socket.getOutputStream().write(frame.array());
                socket.getOutputStream().flush();
            } catch (SocketException alreadyClosed) {
                assertThat(alreadyClosed).isNotNull();
            }
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket("127.0.0.1", broker.kafkaPort());
        socket.setSoTimeout((int) Clients.PATIENCE.toMillis());
        return socket;
    }

    /** Request header v1: key, version, correlation id, client id. */
    private static byte[] header(short apiKey, short version, int correlationId) {
        byte[] clientId = "raw".getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(10 + clientId.length)
                .putShort(apiKey)
                .putShort(version)
                .putInt(correlationId)
                .putShort((short) clientId.length)
                .put(clientId)
                .array();
    }

    private static void send(Socket socket, byte[] request) throws IOException {
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        out.writeInt(request.length);
        out.write(request);
        out.flush();
    }

    /** The other side closes, without having answered. */
    private static void assertEnds(Socket socket) throws IOException {
        try {
            int answer = new DataInputStream(socket.getInputStream()).readByte();
            throw new AssertionError("answered with " + answer);
        } catch (EOFException | SocketException closed) {
            assertThat(closed).isInstanceOf(IOException.class);
        }
    }
}
