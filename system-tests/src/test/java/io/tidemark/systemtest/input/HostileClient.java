package io.tidemark.systemtest.input;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.ObjectSerializationCache;

/** A connection that sends whatever it likes. That the other side ends it is no error. */
final class HostileClient implements AutoCloseable {
    private static final int PATIENCE_MS = 20_000;

    private final Socket socket = new Socket();

    /**
     * @param from an address of this machine, unlike that of clients which are none
     */
    HostileClient(String from, int port) {
        try {
            socket.bind(new InetSocketAddress(from, 0));
            socket.connect(new InetSocketAddress("127.0.0.1", port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A request as Kafka's own code writes it, without its length. */
    static byte[] frame(ApiMessage request, short version) {
        ApiMessageType type = ApiMessageType.fromApiKey(request.apiKey());
        RequestHeaderData header =
                new RequestHeaderData()
                        .setRequestApiKey(request.apiKey())
                        .setRequestApiVersion(version)
                        .setClientId("hostile");
        short headerVersion = type.requestHeaderVersion(version);
        ObjectSerializationCache cache = new ObjectSerializationCache();
        int size = header.size(cache, headerVersion) + request.size(cache, version);
        ByteBufferAccessor bytes = new ByteBufferAccessor(ByteBuffer.allocate(size));
        header.write(bytes, cache, headerVersion);
        request.write(bytes, cache, version);
        return bytes.buffer().array();
    }

    /** Tells of a frame. */
    HostileClient announce(int length) {
        return sendRaw(ByteBuffer.allocate(Integer.BYTES).putInt(length).array());
    }

    HostileClient send(byte[] frame) {
        return announce(frame.length).sendRaw(frame);
    }

    HostileClient sendRaw(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            // It was ended, as it may be.
        }
        return this;
    }

    /** Waits until the connection was ended or something was answered. */
    void awaitReaction() {
        awaitReaction(PATIENCE_MS);
    }

    /** As {@link #awaitReaction()}, for what may rightly wait. */
    void awaitReaction(int patienceMs) {
        try {
            socket.setSoTimeout(patienceMs);
            socket.getInputStream().read();
        } catch (IOException e) {
            // Ended, or nothing came.
        }
    }

    /** The next answer whole, without its length. */
    ByteBuffer receive() {
        try {
            socket.setSoTimeout(PATIENCE_MS);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] answer = new byte[in.readInt()];
            in.readFully(answer);
            return ByteBuffer.wrap(answer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
