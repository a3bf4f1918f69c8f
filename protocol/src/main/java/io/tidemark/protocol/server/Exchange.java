package io.tidemark.protocol.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.tidemark.protocol.transport.ByteBudget;
import io.tidemark.protocol.transport.ByteBudget.Kind;
import io.tidemark.protocol.transport.DecodeAllowance;
import io.tidemark.protocol.transport.FrameEncoder;
import io.tidemark.protocol.transport.FrameParts;
import io.tidemark.protocol.transport.VersionFit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.apache.kafka.common.message.ResponseHeaderData;
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

    /** What any request may decode to without being counted. */
    private static final long UNCOUNTED_BYTES = 16 << 10;

    private final ServerConnection connection;
    private final ByteBudget.Account account;
    private final ByteBuf frame;
    private final AtomicBoolean frameFreed = new AtomicBoolean();
    private final AtomicBoolean budgetFreed = new AtomicBoolean();
    private long decodedBytes = UNCOUNTED_BYTES;

    // Taken from the budget for its frame and for what that is decoded to.
    private long smallBytes;
    private long largeBytes;

    private String clientId = "";
    private @Nullable ApiMessage request;

    // Written before the hand-over to the loop, read after it.
    private @Nullable ApiMessage response;
    private @Nullable Throwable failure;

    /** Of its response while that waits for its turn; the connection's. */
    int heldBytes;

    private boolean done;
    private short responseVersion;

    Exchange(ServerConnection connection, ApiTable.Api api, short version, ByteBuf frame) {
        this.connection = connection;
        this.account = connection.account();
        this.api = api;
        this.version = version;
        this.responseVersion = version;
        this.frame = frame;
        this.requestBytes = frame.readableBytes();
        if (Kind.of(requestBytes) == Kind.SMALL) {
            this.smallBytes = requestBytes;
        } else {
            this.largeBytes = requestBytes;
        }
        this.correlationId = frame.getInt(frame.readerIndex() + 4);
        this.receivedNanos = connection.nanos();
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
        connection.exchangeDone(this);
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

    /** The frame of a response to it. */
    FrameParts encode(ByteBufAllocator alloc, ApiMessage message, short inVersion) {
        return FrameEncoder.encode(
                alloc,
                new ResponseHeaderData().setCorrelationId(correlationId),
                api.type().responseHeaderVersion(inVersion),
                VersionFit.fit(message, inVersion),
                inVersion);
    }

    @Nullable Throwable failure() {
        return failure;
    }

    @Override
    public DecodeAllowance decodeAllowance() {
        return this::raise;
    }

    /** Before the request is handed to other threads. */
    private long raise(long bytes) {
        if (bytes <= decodedBytes) {
            return decodedBytes;
        }
        long most = connection.maxDecodedBytes();
        if (bytes > most) {
            throw new IllegalArgumentException("it decodes to more than " + most + " bytes");
        }
        long wanted = Math.min(most, Math.max(bytes, 2 * decodedBytes));
        long more = wanted - decodedBytes;
        Kind kind = Kind.of(wanted);
        if (!account.take(kind, more)) {
            throw new IllegalArgumentException(
                    "there is no memory now for what it decodes to, at least " + bytes + " bytes");
        }
        decodedBytes = wanted;
        if (kind == Kind.SMALL) {
            smallBytes += more;
        } else {
            largeBytes += more;
        }
        return wanted;
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
            account.release(Kind.SMALL, smallBytes);
            account.release(Kind.LARGE, largeBytes);
        }
    }

    /** Frees the memory; the budget goes on counting what was decoded from it. */
    private void freeFrame() {
        if (frameFreed.compareAndSet(false, true)) {
            frame.release();
        }
    }
}
