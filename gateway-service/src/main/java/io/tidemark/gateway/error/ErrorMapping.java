package io.tidemark.gateway.error;

import io.tidemark.metadata.control.NoCoordinatorException;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.ResponseStatusException;
import reactor.netty.channel.AbortedException;

/** The single mapping from what went wrong to what the client is told. */
public final class ErrorMapping {

    private static final Logger LOG = LoggerFactory.getLogger(ErrorMapping.class);

    private ErrorMapping() {}

    /**
     * What to answer. A failure that nothing here knows is a bug: it is logged with its stack, and
     * the client learns no more than that.
     */
    public static ApiError of(Throwable failure) {
        return of(failure, "a request");
    }

    /**
     * The same.
     *
     * @param request names the one that failed, for the log
     */
    public static ApiError of(Throwable failure, String request) {
        return switch (unwrap(failure)) {
            case ApiErrorException known -> known.error();
            case MethodNotAllowedException e ->
                    new ApiError(405, 405, e.getHttpMethod() + " is not allowed here.");
            case ResponseStatusException e -> ofStatus(e);
            case DataBufferLimitException e -> ApiError.tooLarge("The body is too large.");
            case TimeoutException e ->
                    ApiError.unavailable("Timed out; whether it was carried out is unknown.");
            case NoCoordinatorException e ->
                    ApiError.unavailable("Nothing was changed. " + text(e) + ".");
            // Nobody is there to be told.
            case AbortedException e ->
                    ApiError.badRequest("The request was given up before its end.");
            case IOException e -> ApiError.unavailable("A node could not be reached: " + text(e));
            case Throwable bug -> {
                LOG.error("Unexpected failure while serving {}", request, bug);
                yield ApiError.internal();
            }
        };
    }

    private static ApiError ofStatus(ResponseStatusException e) {
        int status = e.getStatusCode().value();
        if (status == 404) {
            return ApiError.notFound("Nothing is served at this path; see /openapi.");
        }
        String reason = e.getReason();
        return new ApiError(
                status,
                status == 406 ? 40601 : status == 400 ? 40002 : status,
                reason == null ? "HTTP " + status : reason);
    }

    private static String text(IOException e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }

    /** What failed, without what futures wrap around it. */
    public static Throwable unwrap(Throwable failure) {
        Throwable current = failure;
        while (current instanceof CompletionException || current instanceof ExecutionException) {
            Throwable cause = current.getCause();
            if (cause == null) {
                return current;
            }
            current = cause;
        }
        return current;
    }
}
