package io.tidemark.protocol.server;

import io.netty.buffer.ByteBuf;
import io.tidemark.protocol.transport.ByteBudget;
import io.tidemark.protocol.transport.MessageReader;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiMessage;

/**
 * Decodes requests.
 *
 * <pre>
 *  2  apiKey
 *  2  apiVersion
 *  4  correlationId
 *  2  clientId length, -1 none; then the clientId
 *  .. tagged fields, in flexible versions
 *  .. body, as the API and version have it
 * </pre>
 */
final class RequestDecoder {
    private static final int MIN_BYTES = 8;

    /** What only Produce may exceed: everything else is decoded into objects on the heap. */
    private static final int MAX_BYTES_WITHOUT_RECORDS = 16 << 20;

    private final ApiTable apis;

    RequestDecoder(ApiTable apis) {
        this.apis = apis;
    }

    /** What came of a frame. The frame now belongs to the exchange. */
    sealed interface Outcome {
        /** To be handled. */
        record Decoded(Exchange exchange, ApiMessage request) implements Outcome {}

        /** ApiVersions of a version that is not served: its body was not read. */
        record UnknownApiVersions(Exchange exchange) implements Outcome {}

        /** Read, but of a version that is not served. */
        record UnsupportedVersion(Exchange exchange, ApiMessage request) implements Outcome {}

        /** Not understood; the frame was released. */
        record Rejected(short apiKey, short version, String message) implements Outcome {}
    }

    Outcome decode(ServerConnection connection, ByteBuf frame) {
        int bytes = frame.readableBytes();
        if (bytes < MIN_BYTES) {
            return reject(connection, frame, (short) -1, (short) -1, sized(bytes));
        }
        short key = frame.getShort(frame.readerIndex());
        short version = frame.getShort(frame.readerIndex() + 2);
        ApiTable.Api api = apis.find(key);
        if (api == null) {
            return reject(connection, frame, key, version, "this API is not served");
        }
        boolean apiVersions = api.type() == ApiMessageType.API_VERSIONS;
        if (!apiVersions && !api.understands(version)) {
            return reject(connection, frame, key, version, "this version is not served");
        }
        if (bytes > MAX_BYTES_WITHOUT_RECORDS && api.type() != ApiMessageType.PRODUCE) {
            return reject(connection, frame, key, version, sized(bytes));
        }
        Exchange exchange = new Exchange(connection, api, version, frame);
        if (!api.understands(version)) {
            return new Outcome.UnknownApiVersions(exchange);
        }
        boolean read = false;
        try {
            ApiMessage request = read(exchange, frame);
            read = true;
            return api.serves(version)
                    ? new Outcome.Decoded(exchange, request)
                    : new Outcome.UnsupportedVersion(exchange, request);
        } catch (RuntimeException e) {
            return new Outcome.Rejected(key, version, "malformed: " + e.getMessage());
        } finally {
            if (!read) { // for errors of the machine as well, which go on to whoever ends it
                exchange.releaseFrame();
            }
        }
    }

    private static ApiMessage read(Exchange exchange, ByteBuf frame) {
        ApiMessageType type = exchange.api.type();
        MessageReader reader = new MessageReader(frame.nioBuffer(), exchange.decodeAllowance());
        RequestHeaderData header =
                reader.read(new RequestHeaderData(), type.requestHeaderVersion(exchange.version));
        ApiMessage request = reader.read(type.newRequest(), exchange.version);
        exchange.decoded(request, header.clientId(), reader.sharesFrame());
        return request;
    }

    private static String sized(int bytes) {
        return "a request of " + bytes + " bytes";
    }

    private static Outcome reject(
            ServerConnection connection, ByteBuf frame, short key, short version, String message) {
        int bytes = frame.readableBytes();
        connection.account().release(ByteBudget.Kind.of(bytes), bytes);
        frame.release();
        return new Outcome.Rejected(key, version, message);
    }
}
