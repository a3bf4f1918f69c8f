package io.tidemark.coordinator.kafka;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.ObjectSerializationCache;

/** A connection that sends requests and reads responses when the test says so. */
final class KafkaSocket implements AutoCloseable {
    private static final int PATIENCE_MS = 20_000;

    private final Socket socket = new Socket();
    private final DataInputStream in;

    KafkaSocket(InetSocketAddress server) throws IOException {
        socket.setTcpNoDelay(true);
        socket.connect(server);
        in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
    }

    void send(ApiMessage request, short version) throws IOException {
        short headerVersion =
                ApiMessageType.fromApiKey(request.apiKey()).requestHeaderVersion(version);
        RequestHeaderData header =
                new RequestHeaderData()
                        .setRequestApiKey(request.apiKey())
                        .setRequestApiVersion(version)
                        .setClientId("socket");
        ObjectSerializationCache cache = new ObjectSerializationCache();
        int length = header.size(cache, headerVersion) + request.size(cache, version);
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + length).putInt(length);
        ByteBufferAccessor accessor = new ByteBufferAccessor(bytes);
        header.write(accessor, cache, headerVersion);
        request.write(accessor, cache, version);
        socket.getOutputStream().write(bytes.array());
    }

    <S extends ApiMessage> S ask(ApiMessage request, S response, short version) throws IOException {
        send(request, version);
        return receive(response, version);
    }

    <S extends ApiMessage> S receive(S response, short version) throws IOException {
        return receiveWithin(response, version, PATIENCE_MS);
    }

    /**
     * @throws SocketTimeoutException where it takes longer
     */
    <S extends ApiMessage> S receiveWithin(S response, short version, int ms) throws IOException {
        socket.setSoTimeout(ms);
        byte[] frame = new byte[in.readInt()];
        in.readFully(frame);
        ByteBufferAccessor accessor = new ByteBufferAccessor(ByteBuffer.wrap(frame));
        ResponseHeaderData header =
                new ResponseHeaderData(
                        accessor,
                        ApiMessageType.fromApiKey(response.apiKey())
                                .responseHeaderVersion(version));
        if (header.correlationId() != 0) {
            throw new AssertionError("response " + header.correlationId());
        }
        response.read(accessor, version);
        return response;
    }

    /** Whether something comes; nothing is taken. */
    boolean hasAnswerWithin(int ms) throws IOException {
        socket.setSoTimeout(ms);
        in.mark(1);
        try {
            in.read();
            in.reset();
            return true;
        } catch (SocketTimeoutException nothing) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
