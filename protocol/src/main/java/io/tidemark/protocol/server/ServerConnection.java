package io.tidemark.protocol.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.DecoderException;
import io.tidemark.protocol.record.RecordBytes;
import io.tidemark.protocol.server.ServerObserver.Throttle;
import io.tidemark.protocol.transport.ByteBudget;
import io.tidemark.protocol.transport.FrameDecoder;
import io.tidemark.protocol.transport.FrameParts;
import io.tidemark.protocol.transport.LateFrameException;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's end of a connection: hands requests to their handlers as they come, writes responses
 * in the requests' order, and reads no more than it may hold. Belongs to the connection's event
 * loop, but for what {@link Connection} offers to all.
 */
final class ServerConnection extends ChannelInboundHandlerAdapter implements Connection {
    private static final Logger log = LoggerFactory.getLogger(ServerConnection.class);

    /** Responses that may wait for earlier ones before no more requests are read. */
    private static final long MAX_HELD_BYTES = 4 << 20;

    private static final String CLOSING = "closing the connection";

    private final long id;
    private final Listener listener;
    private final Channel channel;
    private final FrameDecoder frames;
    private final ByteBudget.Account account;
    private final SocketAddress remoteAddress;
    private final IdleWatch idle;
    private final Runnable flush = this::flush;

    /** Requests whose responses have not been handed to the socket, in order. */
    private final ArrayDeque<Exchange> pending = new ArrayDeque<>();

    private final List<Runnable> closeActions = new ArrayList<>();
    private List<Runnable> nextRequestActions = new ArrayList<>();
    private volatile String clientSoftware = "";

    /** Of responses that wait for those of earlier requests. */
    private long heldBytes;

    /** Requests whose responses have not been written whole. */
    private int open;

    private boolean paused;
    private boolean stopping;
    private volatile boolean closed;
    private boolean flushScheduled;

    ServerConnection(
            long id,
            Listener listener,
            Channel channel,
            FrameDecoder frames,
            ByteBudget.Account account) {
        this.account = account;
        this.id = id;
        this.listener = listener;
        this.channel = channel;
        this.frames = frames;
        this.remoteAddress = channel.remoteAddress();
        this.idle =
                new IdleWatch(
                        channel,
                        listener.config().idleTimeout().toNanos(),
                        () -> !pending.isEmpty() || frames.isWaitingForBudget());
    }

    // ---- requests in

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        ByteBuf frame = (ByteBuf) msg;
        idle.active();
        if (stopping) {
            int bytes = frame.readableBytes();
            account.release(ByteBudget.Kind.of(bytes), bytes);
            frame.release();
            return;
        }
        hurry();
        switch (listener.requests().decode(this, frame)) {
            case RequestDecoder.Outcome.Decoded decoded ->
                    handle(decoded.exchange(), decoded.request());
            case RequestDecoder.Outcome.UnknownApiVersions unknown -> {
                begin(unknown.exchange());
                unknown.exchange().answer(listener.apiVersions().unsupportedVersion(), (short) 0);
            }
            case RequestDecoder.Outcome.UnsupportedVersion unsupported ->
                    refuseVersion(unsupported.exchange(), unsupported.request());
            case RequestDecoder.Outcome.Rejected rejected -> reject(rejected);
        }
    }

    /** Has answers given that waited for as long as nothing waits behind them. */
    private void hurry() {
        if (!nextRequestActions.isEmpty()) {
            List<Runnable> actions = nextRequestActions;
            nextRequestActions = new ArrayList<>();
            actions.forEach(Runnable::run);
        }
    }

    private void begin(Exchange exchange) {
        pending.add(exchange);
        open++;
        if (open >= listener.config().maxRequestsPerConnection()) {
            pause(Throttle.REQUESTS_IN_FLIGHT);
        }
    }

    private void handle(Exchange exchange, ApiMessage request) {
        begin(exchange);
        CompletionStage<@Nullable ApiMessage> stage;
        try {
            stage = exchange.api.handler().handle(exchange, request);
        } catch (RuntimeException | Error e) {
            stage = CompletableFuture.failedFuture(e);
        }
        var unused = stage.whenComplete(exchange);
    }

    private void refuseVersion(Exchange exchange, ApiMessage request) {
        refused(
                "a version that is not served",
                "%s v%d".formatted(exchange.api.type().name, exchange.version));
        listener.observer().requestRejected(exchange.api.key(), exchange.version);
        begin(exchange);
        ApiMessage response =
                ErrorResponses.of(
                        request,
                        exchange.version,
                        new UnsupportedVersionException("this version is not served"));
        if (response == null) {
            stop();
        }
        exchange.answer(response, exchange.version);
    }

    private void reject(RequestDecoder.Outcome.Rejected rejected) {
        refused(
                CLOSING,
                "%s v%d: %s"
                        .formatted(
                                ApiTable.nameOf(rejected.apiKey()),
                                rejected.version(),
                                rejected.message()));
        listener.observer().requestRejected(rejected.apiKey(), rejected.version());
        stop();
    }

    private void refused(String kind, @Nullable String what) {
        listener.refusals().refused(remoteAddress, kind, String.valueOf(what));
    }

    // ---- responses out

    /** An exchange has its response: writes those whose turn it is. */
    void exchangeDone(Exchange exchange) {
        if (pending.peek() != exchange) {
            hold(exchange);
        }
        respondInOrder();
    }

    /** Its response waits behind those of others, which need not come soon. */
    private void hold(Exchange exchange) {
        ApiMessage response = exchange.response();
        if (closed || response == null) {
            return;
        }
        try {
            exchange.heldBytes =
                    response.size(new ObjectSerializationCache(), exchange.responseVersion());
        } catch (RuntimeException e) {
            return; // cannot be encoded: its turn will show it
        }
        heldBytes += exchange.heldBytes;
        if (heldBytes > MAX_HELD_BYTES) {
            pause(Throttle.ANSWERS_WAITING);
        }
    }

    private void respondInOrder() {
        Exchange head = pending.peek();
        while (head != null && head.isDone()) {
            pending.remove();
            respond(head);
            head = pending.peek();
        }
    }

    private void respond(Exchange exchange) {
        ApiMessage response = exchange.response();
        heldBytes -= exchange.heldBytes;
        if (closed) {
            if (response != null) {
                RecordBytes.releaseAll(response);
            }
            return;
        }
        FrameParts frame = null;
        Throwable failure = exchange.failure();
        if (failure == null && response != null) {
            try {
                frame = exchange.encode(channel.alloc(), response, exchange.responseVersion());
            } catch (UnsupportedVersionException e) {
                // Our answer does, not the request: the client must not take it for the latter.
                failure = new IllegalStateException("the answer does not fit its version", e);
            } catch (RuntimeException | OutOfMemoryError e) {
                failure = e;
            }
        }
        if (failure != null) {
            frame = failed(exchange, failure);
        }
        listener.observer()
                .requestHandled(
                        exchange.api.key(),
                        exchange.version,
                        exchange.requestBytes,
                        frame == null ? 0 : frame.sizeBytes(),
                        nanos() - exchange.receivedNanos);
        if (frame == null) {
            slotFreed();
        } else {
            frame.write(channel, channel.newPromise().addListener(exchange));
            scheduleFlush();
        }
    }

    /** The error response; null where there is none: then the connection is closed. */
    private @Nullable FrameParts failed(Exchange exchange, Throwable failure) {
        String api = exchange.api.type().name;
        if (failure instanceof InvalidRequestException) {
            refused(
                    "a request that is not valid",
                    "%s v%d: %s".formatted(api, exchange.version, failure.getMessage()));
        } else {
            log.error("{}: {} v{} failed", remoteAddress, api, exchange.version, failure);
        }
        listener.observer().requestFailed(exchange.api.key(), exchange.version);
        ApiMessage request = exchange.request();
        try {
            ApiMessage response =
                    request == null ? null : ErrorResponses.of(request, exchange.version, failure);
            if (response != null) {
                return exchange.encode(channel.alloc(), response, exchange.version);
            }
        } catch (InvalidRequestException e) {
            log.debug("{}: hanging up, as Kafka does", remoteAddress, e);
        } catch (RuntimeException | OutOfMemoryError e) {
            log.error("{}: no error response could be made", remoteAddress, e);
        }
        stop();
        return null;
    }

    private void scheduleFlush() {
        // Behind what the loop has to do already, so that responses completed there share it.
        if (!flushScheduled) {
            flushScheduled = true;
            eventLoop().execute(flush);
        }
    }

    private void flush() {
        flushScheduled = false;
        channel.flush();
    }

    void exchangeWritten(ChannelFuture written) {
        if (!written.isSuccess()) {
            channel.close();
            return;
        }
        idle.active();
        slotFreed();
    }

    private void slotFreed() {
        open--;
        if (open == 0 && stopping) {
            channel.close();
        }
        maybeResume();
    }

    // ---- reading no more than may be held

    private void pause(Throttle reason) {
        if (!paused) {
            paused = true;
            frames.pause();
            listener.observer().readThrottled(reason);
        }
    }

    private void maybeResume() {
        if (paused
                && !stopping
                && !closed
                && open < listener.config().maxRequestsPerConnection()
                && heldBytes <= MAX_HELD_BYTES
                && channel.isWritable()) {
            paused = false;
            frames.resume();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable()) {
            maybeResume();
        } else {
            pause(Throttle.SLOW_READER);
        }
    }

    // ---- the end

    /** Takes no more requests, answers those it has, then closes. */
    void stop() {
        stopping = true;
        paused = true;
        frames.pause();
        hurry();
        if (open == 0) {
            channel.close();
        }
    }

    /** Waits until it is closed, and closes it where that takes too long. */
    void awaitClosed(long timeoutNanos) {
        boolean inTime =
                channel.closeFuture()
                        .awaitUninterruptibly(
                                Math.max(timeoutNanos / 1_000_000, 0), TimeUnit.MILLISECONDS);
        if (!inTime) {
            channel.close().awaitUninterruptibly();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        closed = true;
        hurry();
        respondInOrder();
        closeActions.forEach(Runnable::run);
        closeActions.clear();
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        switch (cause) {
            case LateFrameException late -> {
                refused(CLOSING, late.getMessage());
                listener.observer().frameLate();
                stop();
            }
            case DecoderException malformed -> {
                refused(CLOSING, malformed.getMessage());
                listener.observer().requestRejected((short) -1, (short) -1);
                stop();
            }
            case IOException broken -> {
                log.debug("{}: {}", remoteAddress, broken.getMessage());
                ctx.close();
            }
            case OutOfMemoryError memory -> {
                // Of the heap it has ended the process; this one is Netty's bound beside it.
                refused(CLOSING, "no memory to read into: " + memory.getMessage());
                ctx.close();
            }
            default -> {
                log.error("{}: closing the connection after a bug", remoteAddress, cause);
                ctx.close();
            }
        }
    }

    /** By the clock of its loop's timers. */
    long nanos() {
        return channel.eventLoop().ticker().nanoTime();
    }

    /** From which its requests are taken. */
    ByteBudget.Account account() {
        return account;
    }

    /** Most that one request may decode to. */
    long maxDecodedBytes() {
        return listener.maxDecodedBytes();
    }

    // ---- what handlers see

    @Override
    public long id() {
        return id;
    }

    @Override
    public SocketAddress remoteAddress() {
        return remoteAddress;
    }

    @Override
    public String listener() {
        return listener.name();
    }

    @Override
    public String principal() {
        return "User:ANONYMOUS";
    }

    @Override
    public EventLoop eventLoop() {
        return channel.eventLoop();
    }

    @Override
    public String clientSoftware() {
        return clientSoftware;
    }

    void clientSoftware(String nameAndVersion) {
        clientSoftware = nameAndVersion;
    }

    @Override
    public void onClose(Runnable action) {
        if (!eventLoop().inEventLoop()) {
            eventLoop().execute(() -> onClose(action));
        } else if (closed) {
            action.run();
        } else {
            closeActions.add(action);
        }
    }

    @Override
    public void onNextRequest(Runnable action) {
        if (closed || stopping) {
            action.run();
        } else {
            nextRequestActions.add(action);
        }
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public boolean isOpen() {
        return !closed && !stopping;
    }
}
