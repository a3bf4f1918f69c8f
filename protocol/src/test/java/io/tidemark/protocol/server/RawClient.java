package io.tidemark.protocol.server;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.ObjectSerializationCache;

/** A blocking socket, and messages as Kafka's own code writes and reads them. */
final class RawClient implements AutoCloseable {
    private static final int READ_TIMEOUT_MS = 20_000;

    private final Socket socket = new Socket();
    private final DataInputStream in;

    RawClient(InetSocketAddress server) throws IOException {
        this(server, "127.0.0.1");
    }

    /**
     * @param from the address of this machine to come from
     */
    RawClient(InetSocketAddress server, String from) throws IOException {
        socket.bind(new InetSocketAddress(from, 0));
        socket.setSoTimeout(READ_TIMEOUT_MS);
        socket.setTcpNoDelay(true);
        socket.connect(server);
        in = new DataInputStream(socket.getInputStream());
    }

    /** Bytes of a request's frame, length included. */
    static byte[] frame(ApiMessage request, short version, int correlationId) {
        ApiMessageType type = ApiMessageType.fromApiKey(request.apiKey());
        RequestHeaderData header =
                new RequestHeaderData()
                        .setRequestApiKey(request.apiKey())
                        .setRequestApiVersion(version)
                        .setCorrelationId(correlationId)
                        .setClientId("raw");
        short headerVersion = type.requestHeaderVersion(version);
        ObjectSerializationCache cache = new ObjectSerializationCache();
        int length = header.size(cache, headerVersion) + request.size(cache, version);
        ByteBuffer bytes = ByteBuffer.allocate(4 + length).putInt(length);
        ByteBufferAccessor accessor = new ByteBufferAccessor(bytes);
        header.write(accessor, cache, headerVersion);
        request.write(accessor, cache, version);
        return bytes.array();
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    void send(ApiMessage request, short version, int correlationId) throws IOException {
        send(frame(request, version, correlationId));
    }

    /** The next frame without its length. */
    ByteBuffer receiveFrame() throws IOException {
        byte[] frame = new byte[in.readInt()];
        in.readFully(frame);
        return ByteBuffer.wrap(frame);
    }

    /** Reads the next response, whose correlation id must be this one. */
    <S extends ApiMessage> S receive(S response, short version, int correlationId)
            throws IOException {
        ByteBuffer frame = receiveFrame();
        short headerVersion =
                ApiMessageType.fromApiKey(response.apiKey()).responseHeaderVersion(version);
        ByteBufferAccessor accessor = new ByteBufferAccessor(frame);
        int received = new ResponseHeaderData(accessor, headerVersion).correlationId();
        if (received != correlationId) {
            throw new AssertionError("response " + received + " instead of " + correlationId);
        }
        response.read(accessor, version);
        if (frame.hasRemaining()) {
            throw new AssertionError(frame.remaining() + " bytes too many");
        }
        return response;
    }

    /** Whether the server has closed the connection without sending anything. */
    boolean isClosedByServer() throws IOException {
        try {
            return in.read() < 0;
        } catch (EOFException e) {
            return true;
        } catch (java.net.SocketException e) {
            return true; // reset
        }
    }

    Socket socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
