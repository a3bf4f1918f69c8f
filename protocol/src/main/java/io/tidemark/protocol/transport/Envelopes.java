package io.tidemark.protocol.transport;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.EnvelopeRequestData;
import org.apache.kafka.common.message.EnvelopeResponseData;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.protocol.types.RawTaggedField;

/**
 * Requests within requests: how one service passes on what a client of its own has asked. An
 * envelope is Kafka's: the request with its header, the principal's name in UTF-8, and the bytes of
 * the client's address; the client's software is a tagged field of our own, which whoever does not
 * know it skips.
 *
 * @see <a href="https://cwiki.apache.org/confluence/x/rBIXCg">KIP-590: envelopes</a>
 */
public final class Envelopes {
    /** Far from the tags that Kafka gives to its own fields, which begin with 0. */
    private static final int SOFTWARE_TAG = 10_000;

    private static final int MAX_SOFTWARE_CHARS = 512;

    private Envelopes() {}

    /**
     * What is in an envelope.
     *
     * @param version the request's
     * @param clientId empty where the client gave none
     * @param principal such as {@code User:ANONYMOUS}
     * @param host the client's address
     * @param software the client's name and version; empty where not known
     */
    public record Enclosed(
            ApiMessage request,
            short version,
            String clientId,
            String principal,
            InetAddress host,
            String software) {}

    /** Puts a request into an envelope, in the version it came in. */
    public static EnvelopeRequestData enclose(Enclosed enclosed) {
        ApiMessageType type = ApiMessageType.fromApiKey(enclosed.request.apiKey());
        RequestHeaderData header =
                new RequestHeaderData()
                        .setRequestApiKey(type.apiKey())
                        .setRequestApiVersion(enclosed.version)
                        .setClientId(enclosed.clientId);
        EnvelopeRequestData envelope = new EnvelopeRequestData();
        if (!enclosed.software.isEmpty()) {
            envelope.unknownTaggedFields()
                    .add(
                            new RawTaggedField(
                                    SOFTWARE_TAG,
                                    shortened(enclosed.software).getBytes(StandardCharsets.UTF_8)));
        }
        return envelope.setRequestData(
                        bytes(
                                header,
                                type.requestHeaderVersion(enclosed.version),
                                enclosed.request,
                                enclosed.version))
                .setRequestPrincipal(enclosed.principal.getBytes(StandardCharsets.UTF_8))
                .setClientHostAddress(enclosed.host.getAddress());
    }

    /** Unknown tags are taken up to a size, and clients name themselves as they like. */
    private static String shortened(String software) {
        return software.substring(0, Math.min(software.length(), MAX_SOFTWARE_CHARS));
    }

    /**
     * Takes a request out of its envelope.
     *
     * @param allowance for what it decodes to
     * @throws RuntimeException where the envelope is malformed, has no such API or version, or
     *     decodes to too much
     */
    public static Enclosed open(EnvelopeRequestData envelope, DecodeAllowance allowance) {
        ByteBuffer bytes = envelope.requestData().duplicate();
        short key = bytes.getShort(bytes.position());
        short version = bytes.getShort(bytes.position() + Short.BYTES);
        ApiMessageType type = ApiMessageType.fromApiKey(key);
        MessageReader reader = new MessageReader(bytes, allowance);
        RequestHeaderData header =
                reader.read(new RequestHeaderData(), type.requestHeaderVersion(version));
        ApiMessage request = reader.read(type.newRequest(), version);
        byte[] principal = envelope.requestPrincipal();
        try {
            return new Enclosed(
                    request,
                    version,
                    header.clientId() == null ? "" : header.clientId(),
                    new String(principal == null ? new byte[0] : principal, StandardCharsets.UTF_8),
                    InetAddress.getByAddress(envelope.clientHostAddress()),
                    software(envelope));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("The client's address is none", e);
        }
    }

    private static String software(EnvelopeRequestData envelope) {
        return envelope.unknownTaggedFields().stream()
                .filter(field -> field.tag() == SOFTWARE_TAG)
                .findFirst()
                .map(field -> new String(field.data(), StandardCharsets.UTF_8))
                .orElse("");
    }

    /** The contents of a response's envelope. */
    public static ByteBuffer response(ApiMessage response, short version) {
        ApiMessageType type = ApiMessageType.fromApiKey(response.apiKey());
        return bytes(
                new ResponseHeaderData(),
                type.responseHeaderVersion(version),
                VersionFit.fit(response, version),
                version);
    }

    /**
     * Takes a response out of its envelope.
     *
     * @param request what it answers
     * @param version the request's
     * @throws RuntimeException where it is malformed
     */
    public static ApiMessage open(
            EnvelopeResponseData envelope, ApiMessage request, short version) {
        ApiMessageType type = ApiMessageType.fromApiKey(request.apiKey());
        MessageReader reader = new MessageReader(envelope.responseData().duplicate());
        reader.read(new ResponseHeaderData(), type.responseHeaderVersion(version));
        return reader.read(type.newResponse(), version);
    }

    private static ByteBuffer bytes(
            ApiMessage header, short headerVersion, ApiMessage message, short version) {
        ObjectSerializationCache cache = new ObjectSerializationCache();
        int size = header.size(cache, headerVersion) + message.size(cache, version);
        ByteBufferAccessor bytes = new ByteBufferAccessor(ByteBuffer.allocate(size));
        header.write(bytes, cache, headerVersion);
        message.write(bytes, cache, version);
        bytes.flip();
        return bytes.buffer();
    }
}
