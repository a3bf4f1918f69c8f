package io.tidemark.protocol.server;

import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/**
 * Serves one API of the Kafka protocol. Called on the connection's event loop, which it must not
 * block; the stage may complete on any thread. Responses leave each connection in the order of its
 * requests.
 *
 * <p>A failed stage is a bug or a broken disk: the server logs it and answers the API's own error
 * response with UNKNOWN_SERVER_ERROR. Expected errors are values in the response.
 *
 * @param <Q> the request's message class
 * @param <S> the response's message class
 */
public interface ApiHandler<Q extends ApiMessage, S extends ApiMessage> {

    /** The API's number. */
    short apiKey();

    /** The lowest version served, at least the lowest that the message class knows. */
    short minVersion();

    /** The highest version served, at most the highest that the message class knows. */
    short maxVersion();

    /**
     * Handles one request.
     *
     * @return the response; a stage of null where the API has none to give (Produce with acks=0)
     */
    CompletionStage<@Nullable S> handle(RequestContext context, Q request);
}
