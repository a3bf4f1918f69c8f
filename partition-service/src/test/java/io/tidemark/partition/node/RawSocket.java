package io.tidemark.partition.node;

import io.tidemark.protocol.transport.MessageReader;
import java.io.DataInputStream;
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

/** A client that speaks any version. */
final class RawSocket implements AutoCloseable {
    private static final int PATIENCE_MS = 20_000;

    private final Socket socket = new Socket();

    RawSocket(InetSocketAddress server) throws IOException {
        socket.setSoTimeout(PATIENCE_MS);
        socket.connect(server);
    }

    void send(ApiMessage request, short version) throws IOException {
        ApiMessageType type = ApiMessageType.fromApiKey(request.apiKey());
        short headerVersion = type.requestHeaderVersion(version);
        RequestHeaderData header =
                new RequestHeaderData()
                        .setRequestApiKey(type.apiKey())
                        .setRequestApiVersion(version)
                        .setClientId("raw");
        ObjectSerializationCache cache = new ObjectSerializationCache();
        int length = header.size(cache, headerVersion) + request.size(cache, version);
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + length).putInt(length);
        ByteBufferAccessor accessor = new ByteBufferAccessor(bytes);
        header.write(accessor, cache, headerVersion);
        request.write(accessor, cache, version);
        socket.getOutputStream().write(bytes.array());
    }

    /** The next answer. */
    ApiMessage receive(ApiMessageType type, short version) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        byte[] frame = new byte[in.readInt()];
        in.readFully(frame);
        MessageReader reader = new MessageReader(ByteBuffer.wrap(frame));
        reader.read(new ResponseHeaderData(), type.responseHeaderVersion(version));
        return reader.read(type.newResponse(), version);
    }

    ApiMessage ask(ApiMessage request, short version) throws IOException {
        send(request, version);
        return receive(ApiMessageType.fromApiKey(request.apiKey()), version);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
