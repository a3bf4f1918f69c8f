package io.tidemark.protocol.server;

import io.tidemark.protocol.ErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.errors.UnknownServerException;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.jspecify.annotations.Nullable;

/** The response with which each API reports an error that concerns the whole request. */
public final class ErrorResponses {
    private static final int MAX_MESSAGE_CHARS = 200;

    private ErrorResponses() {}

    /**
     * Makes the API's own response that reports an error in every place where it can.
     *
     * @param version the request's
     * @throws IllegalArgumentException where the API has no such response (Produce with acks=0)
     * @throws InvalidRequestException where the request has values that no client may send
     */
    public static ApiMessage of(ApiMessage request, short version, ErrorCode error) {
        ApiMessage response = of(request, version, Errors.forCode(error.number()).exception());
        if (response == null) {
            throw new IllegalArgumentException("No error response to " + request);
        }
        return response;
    }

    /**
     * Makes the API's own error response to a request.
     *
     * @return null where it has none (Produce with acks=0)
     * @throws InvalidRequestException where the request has values that no client may send
     */
    static @Nullable ApiMessage of(ApiMessage request, short version, Throwable problem) {
        // Kafka's request classes know how; they are made from bytes only.
        ApiMessage bare = withoutRecords(request);
        ObjectSerializationCache cache = new ObjectSerializationCache();
        ByteBuffer bytes = ByteBuffer.allocate(bare.size(cache, version));
        ByteBufferAccessor accessor = new ByteBufferAccessor(bytes);
        bare.write(accessor, cache, version);
        accessor.flip();
        AbstractResponse response =
                parse(ApiKeys.forId(request.apiKey()), version, accessor)
                        .getErrorResponse(0, clientProblem(problem));
        return response == null ? null : response.data();
    }

    private static AbstractRequest parse(ApiKeys api, short version, ByteBufferAccessor bytes) {
        try {
            return AbstractRequest.parseRequest(api, version, bytes).request;
        } catch (IllegalArgumentException e) { // it tells the whole request
            throw new InvalidRequestException(cut(String.valueOf(e.getMessage())));
        }
    }

    private static String cut(String message) {
        return message.length() <= MAX_MESSAGE_CHARS
                ? message
                : message.substring(0, MAX_MESSAGE_CHARS) + "...";
    }

    /** What clients are told: no details of bugs. */
    private static ApiException clientProblem(Throwable problem) {
        Throwable cause = problem;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return switch (cause) {
            case ApiException known -> known;
            case IOException io -> new KafkaStorageException("the node's storage failed");
            default -> new UnknownServerException("the node failed to handle the request");
        };
    }

    /** Records lie in the frame, which may be gone; the error response has no use for them. */
    private static ApiMessage withoutRecords(ApiMessage request) {
        if (!(request instanceof ProduceRequestData produce)) {
            return request;
        }
        for (var topic : produce.topicData()) {
            // Not null: Kafka's class adds up their sizes.
            topic.partitionData().forEach(data -> data.setRecords(MemoryRecords.EMPTY));
        }
        return produce;
    }
}
