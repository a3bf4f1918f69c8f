package io.tidemark.protocol.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tidemark.protocol.record.RecordBytes;
import io.tidemark.protocol.transport.MessageReader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiMessage;

/**
 * One request and what is awaited for it. Made by any thread, then of the connection's loop.
 *
 * <pre>
 *  made --> waiting for a connection --> sent --> completed with a response
 *    \\______________\\_____________________\\----> failed
 * </pre>
 */
final class Call<S extends ApiMessage> implements Runnable {
    final ApiMessage request;
    final ApiMessageType type;
    final long deadlineNanos;
    final CompletableFuture<Response<S>> future = new CompletableFuture<>();

    private final NodeConnection connection;
    private final AtomicInteger outstanding;
    private boolean ended;

    // Since it was sent:
    int correlationId;
    short version;
    long sentNanos;

    Call(
            NodeConnection connection,
            AtomicInteger outstanding,
            ApiMessage request,
            long deadlineNanos) {
        this.connection = connection;
        this.outstanding = outstanding;
        this.request = request;
        this.type = ApiMessageType.fromApiKey(request.apiKey());
        this.deadlineNanos = deadlineNanos;
    }

    /** Begins, on the connection's loop. */
    @Override
    public void run() {
        connection.begin(this);
    }

    /** Whether the node answers at all: it does not where acks=0. */
    boolean isAnswered() {
        return !(request instanceof ProduceRequestData produce) || produce.acks() != 0;
    }

    /** Whether it was completed, or has failed, while its response may still come. */
    boolean hasEnded() {
        return ended;
    }

    /**
     * Completes it with what is in {@code frame}, which this takes.
     *
     * @throws RuntimeException where the frame makes no sense
     */
    void complete(ByteBuf frame) {
        boolean kept = false;
        try {
            MessageReader reader = new MessageReader(frame.nioBuffer());
            reader.read(new ResponseHeaderData(), type.responseHeaderVersion(version));
            @SuppressWarnings("unchecked") // the caller's type is the request's response
            S message = (S) reader.read(type.newResponse(), version);
            end();
            kept = reader.sharesFrame();
            Response<S> response =
                    new Response<>(message, version, kept ? frame : Unpooled.EMPTY_BUFFER);
            if (!future.complete(response)) {
                response.close();
            }
        } finally {
            if (!kept) {
                frame.release();
            }
        }
    }

    /** Completes it where no response comes. */
    void completeUnanswered() {
        end();
        @SuppressWarnings("unchecked") // as above
        S empty = (S) type.newResponse();
        future.complete(new Response<>(empty, version, Unpooled.EMPTY_BUFFER));
    }

    /** Fails it before it was sent: its records are freed. */
    void failUnsent(Throwable cause) {
        RecordBytes.releaseAll(request);
        fail(cause);
    }

    /** Fails it; nothing happens where it has ended. */
    void fail(Throwable cause) {
        if (!ended) {
            end();
            future.completeExceptionally(cause);
        }
    }

    private void end() {
        if (!ended) {
            ended = true;
            outstanding.decrementAndGet();
        }
    }
}
