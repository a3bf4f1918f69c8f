package io.tidemark.partition.group;

import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.client.NotSentException;
import io.tidemark.protocol.client.Response;
import io.tidemark.protocol.group.HeldHeartbeats;
import io.tidemark.protocol.server.ErrorResponses;
import io.tidemark.protocol.server.RequestContext;
import io.tidemark.protocol.transport.Envelopes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.EnvelopeRequestData;
import org.apache.kafka.common.message.EnvelopeResponseData;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/** A request that is passed on, and its answer. Belongs to its connection's event loop. */
final class Relayed {
    /** Members wait in these for one another; the connection's end ends the wait. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(30);

    /** A coordinator that takes longer is looked up again. */
    private static final Duration ATTEMPT = Duration.ofSeconds(2);

    /** Behind an answer that will not come. */
    private static final short BAD_ENVELOPE = ErrorCode.UNSUPPORTED_VERSION.number();

    final CompletableFuture<ApiMessage> answer = new CompletableFuture<>();
    private final ApiMessage request;
    private final RequestContext context;
    private final long deadlineNanos;

    Relayed(ApiMessage request, RequestContext context, long deadlineNanos) {
        this.request = request;
        this.context = context;
        this.deadlineNanos = deadlineNanos;
    }

    /** What came of an attempt. */
    enum Outcome {
        ANSWERED,
        /** To be sent to the next leader, in its place in the order. */
        AGAIN
    }

    EnvelopeRequestData envelope() {
        return Envelopes.enclose(
                new Envelopes.Enclosed(
                        request,
                        context.apiVersion(),
                        context.clientId(),
                        context.connection().principal(),
                        host(),
                        context.connection().clientSoftware()));
    }

    private InetAddress host() {
        return context.connection().remoteAddress() instanceof InetSocketAddress address
                ? address.getAddress()
                : InetAddress.getLoopbackAddress();
    }

    boolean waitsForOthers() {
        return request instanceof JoinGroupRequestData
                || request instanceof SyncGroupRequestData
                || isHeld();
    }

    /** Whether the coordinator may keep it waiting until there is news. */
    boolean isHeld() {
        return request instanceof HeartbeatRequestData heartbeat
                && HeldHeartbeats.mayWait(heartbeat, context.connection().clientSoftware());
    }

    Duration timeout() {
        return waitsForOthers() ? LONGEST_WAIT : ATTEMPT;
    }

    boolean isOutOfTime(long nowNanos) {
        return nowNanos - deadlineNanos >= 0;
    }

    /** Takes the response to an attempt, or its failure. */
    Outcome attempted(
            @Nullable Response<EnvelopeResponseData> response,
            @Nullable Throwable failure,
            long nowNanos) {
        if (response != null) {
            return answered(response, nowNanos);
        }
        boolean again = failure instanceof NotSentException || Repeats.mayRepeat(request);
        if (again && !isOutOfTime(nowNanos)) {
            return Outcome.AGAIN;
        }
        giveUp();
        return Outcome.ANSWERED;
    }

    private Outcome answered(Response<EnvelopeResponseData> response, long nowNanos) {
        try (response) {
            EnvelopeResponseData envelope = response.message();
            if (envelope.errorCode() != 0 || envelope.responseData() == null) {
                short error = envelope.errorCode() == 0 ? BAD_ENVELOPE : envelope.errorCode();
                answer.complete(refusal(ErrorCode.of(error)));
                return Outcome.ANSWERED;
            }
            ApiMessage message = Envelopes.open(envelope, request, context.apiVersion());
            if (Repeats.saysElsewhere(message) && !isOutOfTime(nowNanos)) {
                return Outcome.AGAIN;
            }
            answer.complete(message);
            return Outcome.ANSWERED;
        } catch (RuntimeException malformed) {
            answer.completeExceptionally(malformed);
            return Outcome.ANSWERED;
        }
    }

    /** Nobody could be found who answers. Older clients know one code only for reads of offsets. */
    void giveUp() {
        answer.complete(
                refusal(
                        request instanceof OffsetFetchRequestData
                                ? ErrorCode.NOT_COORDINATOR
                                : ErrorCode.COORDINATOR_NOT_AVAILABLE));
    }

    private ApiMessage refusal(ErrorCode error) {
        return ErrorResponses.of(request, context.apiVersion(), error);
    }
}
