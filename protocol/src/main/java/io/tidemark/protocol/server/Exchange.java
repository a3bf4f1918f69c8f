package io.tidemark.protocol.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.tidemark.protocol.transport.ByteBudget;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/**
 * One request, from its frame to the last byte of its response.
 *
 * <pre>
 *  received --handler's stage completes--> done --its turn comes--> written or given up
 * </pre>
 *
 * {@link #accept} and {@link #releaseFrame} run on any thread, all else on the connection's loop.
 */
final class Exchange
        implements RequestContext,
                BiConsumer<@Nullable ApiMessage, @Nullable Throwable>,
                Runnable,
                ChannelFutureListener {
    final ApiTable.Api api;
    final short version;
    final int correlationId;
    final int requestBytes;
    final long receivedNanos;

    private final ServerConnection connection;
    private final ByteBudget budget;
    private final ByteBuf frame;
    private final AtomicBoolean frameFreed = new AtomicBoolean();
    private final AtomicBoolean budgetFreed = new AtomicBoolean();
    private String clientId = "";
    private @Nullable ApiMessage request;

    // Written before the hand-over to the loop, read after it.
    private @Nullable ApiMessage response;
    private @Nullable Throwable failure;

    private boolean done;
    private short responseVersion;

    Exchange(
            ServerConnection connection,
            ByteBudget budget,
            ApiTable.Api api,
            short version,
            ByteBuf frame) {
        this.connection = connection;
        this.budget = budget;
        this.api = api;
        this.version = version;
        this.responseVersion = version;
        this.frame = frame;
        this.requestBytes = frame.readableBytes();
        this.correlationId = frame.getInt(frame.readerIndex() + 4);
        this.receivedNanos = System.nanoTime();
    }

    /** Notes what was decoded. */
    void decoded(ApiMessage message, @Nullable String client, boolean sharesFrame) {
        request = message;
        clientId = client == null ? "" : client;
        if (!sharesFrame) {
            freeFrame();
        }
    }

    /** Completes it without a handler. */
    void answer(@Nullable ApiMessage message, short inVersion) {
        responseVersion = inVersion;
        accept(message, null);
    }

    @Override
    public void accept(@Nullable ApiMessage message, @Nullable Throwable problem) {
        response = message;
        failure = problem;
        releaseFrame();
        if (connection.eventLoop().inEventLoop()) {
            run();
        } else {
            connection.eventLoop().execute(this);
        }
    }

    @Override
    public void run() {
        done = true;
        connection.exchangeDone();
    }

    @Override
    public void operationComplete(ChannelFuture written) {
        connection.exchangeWritten(written);
    }

    boolean isDone() {
        return done;
    }

    @Nullable ApiMessage request() {
        return request;
    }

    @Nullable ApiMessage response() {
        return response;
    }

    short responseVersion() {
        return responseVersion;
    }

    @Nullable Throwable failure() {
        return failure;
    }

    @Override
    public short apiVersion() {
        return version;
    }

    @Override
    public String clientId() {
        return clientId;
    }

    @Override
    public Connection connection() {
        return connection;
    }

    @Override
    public void releaseFrame() {
        freeFrame();
        if (budgetFreed.compareAndSet(false, true)) {
            budget.release(requestBytes);
        }
    }

    /** Frees the memory; the budget goes on counting what was decoded from it. */
    private void freeFrame() {
        if (frameFreed.compareAndSet(false, true)) {
            frame.release();
        }
    }
}
