package io.tidemark.protocol.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.transport.FrameEncoder;
import io.tidemark.protocol.transport.FrameParts;
import io.tidemark.protocol.transport.MessageReader;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/**
 * One TCP connection to a node, from the attempt to make it to its end. Asks for versions first.
 * Belongs to the connection's event loop.
 */
final class Link extends ChannelInboundHandlerAdapter {
    private static final short OLDEST_API_VERSIONS = 0;
    private static final short RESPONSE_HEADER_BYTES = Integer.BYTES;

    private final NodeConnection owner;
    private final ClientConfig config;
    private final ArrayDeque<Call<?>> inFlight = new ArrayDeque<>();
    private final Runnable flush = this::flush;

    private @Nullable Channel channel;
    private @Nullable AgreedVersions versions;
    private short askedApiVersions = ApiMessageType.API_VERSIONS.highestSupportedVersion(false);
    private int nextCorrelationId;
    private boolean flushScheduled;
    private boolean failed;
    private long lastReceivedNanos;

    Link(NodeConnection owner, ClientConfig config) {
        this.owner = owner;
        this.config = config;
    }

    boolean isReady() {
        return versions != null;
    }

    // ---- versions

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = ctx.channel();
        if (failed) {
            ctx.close();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        askForVersions();
    }

    private void askForVersions() {
        ApiVersionsRequestData request =
                new ApiVersionsRequestData()
                        .setClientSoftwareName("tidemark")
                        .setClientSoftwareVersion("1");
        FrameParts frame =
                encode(ApiMessageType.API_VERSIONS, request, askedApiVersions, nextCorrelationId++);
        frame.write(channel(), channel().voidPromise());
        channel().flush();
    }

    private void receiveVersions(ByteBuf frame) throws IOException {
        ApiVersionsResponseData response = new ApiVersionsResponseData();
        int errorAt = frame.readerIndex() + RESPONSE_HEADER_BYTES;
        short error = frame.getShort(errorAt);
        boolean unsupported = error == ErrorCode.UNSUPPORTED_VERSION.number();
        short version = unsupported ? OLDEST_API_VERSIONS : askedApiVersions;
        response.read(
                new MessageReader(
                        frame.nioBuffer(errorAt, frame.readableBytes() - RESPONSE_HEADER_BYTES)),
                version);
        if (unsupported && askedApiVersions > OLDEST_API_VERSIONS) {
            ApiVersion served = response.apiKeys().find(ApiMessageType.API_VERSIONS.apiKey());
            askedApiVersions =
                    served == null
                            ? OLDEST_API_VERSIONS
                            : (short) Math.min(served.maxVersion(), askedApiVersions - 1);
            askForVersions();
        } else if (error != ErrorCode.NONE.number()) {
            throw new IOException("no versions agreed: " + ErrorCode.of(error));
        } else {
            versions = new AgreedVersions(response);
            owner.linkReady(this);
        }
    }

    // ---- calls

    /** Sends a call; where that cannot be done, it fails. */
    void send(Call<?> call) {
        if (versions == null || failed) {
            throw new IllegalStateException("not ready");
        }
        if (!channel().isWritable()) {
            call.failUnsent(
                    new ClientBusyException(
                            owner.node() + ": " + config.maxQueuedBytes() + " bytes queued"));
            return;
        }
        FrameParts frame;
        try {
            call.version = versions.version(call.type);
            call.correlationId = nextCorrelationId++;
            frame = encode(call.type, call.request, call.version, call.correlationId);
        } catch (IOException | RuntimeException e) {
            call.failUnsent(e);
            return;
        }
        call.sentNanos = owner.nanos();
        frame.write(channel(), written(call));
        scheduleFlush();
    }

    private ChannelPromise written(Call<?> call) {
        if (call.isAnswered()) {
            inFlight.add(call);
            return channel().voidPromise();
        }
        ChannelPromise promise = channel().newPromise();
        promise.addListener(
                done -> {
                    if (done.isSuccess()) {
                        call.completeUnanswered();
                    } else {
                        call.fail(broken(done.cause()));
                    }
                });
        return promise;
    }

    private FrameParts encode(
            ApiMessageType type, ApiMessage request, short version, int correlationId) {
        RequestHeaderData header =
                new RequestHeaderData()
                        .setRequestApiKey(type.apiKey())
                        .setRequestApiVersion(version)
                        .setCorrelationId(correlationId)
                        .setClientId(config.clientId());
        return FrameEncoder.encode(
                channel().alloc(), header, type.requestHeaderVersion(version), request, version);
    }

    private void scheduleFlush() {
        // Behind what the loop has to do already, so that calls made there share it.
        if (!flushScheduled) {
            flushScheduled = true;
            channel().eventLoop().execute(flush);
        }
    }

    private void flush() {
        flushScheduled = false;
        channel().flush();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        ByteBuf frame = (ByteBuf) msg;
        if (failed) {
            frame.release();
            return;
        }
        lastReceivedNanos = owner.nanos();
        if (versions != null) {
            receive(frame);
            return;
        }
        try {
            receiveVersions(frame);
        } catch (IOException | RuntimeException e) {
            fail(e);
        } finally {
            frame.release();
        }
    }

    private void receive(ByteBuf frame) {
        Call<?> call = inFlight.poll();
        boolean expected =
                call != null
                        && frame.readableBytes() >= RESPONSE_HEADER_BYTES
                        && frame.getInt(frame.readerIndex()) == call.correlationId;
        if (call == null || !expected || call.hasEnded()) {
            frame.release();
            if (!expected) {
                IOException cause = new IOException("a response that was not awaited");
                if (call != null) {
                    call.fail(broken(cause));
                }
                fail(cause);
            }
            return;
        }
        try {
            call.complete(frame);
        } catch (RuntimeException e) {
            IOException cause = new IOException(call.type.name + ": malformed response", e);
            call.fail(cause);
            fail(cause);
        }
    }

    /** Fails calls whose time is over; where the node has gone silent, the link as well. */
    void expire(long nowNanos) {
        boolean silent = false;
        for (Call<?> call : inFlight) {
            if (call.hasEnded()) {
                continue;
            }
            if (call.deadlineNanos - nowNanos > 0) {
                owner.callRemains(call.deadlineNanos);
                continue;
            }
            silent |= lastReceivedNanos - call.sentNanos < 0;
            call.fail(new TimeoutException(owner.node() + ": no response in time"));
        }
        if (silent) {
            fail(new IOException("nothing was received since a request that has timed out"));
        }
    }

    // ---- the end

    void failIfNotReady(IOException cause) {
        if (!isReady()) {
            fail(cause);
        }
    }

    /** Ends the link, and all calls with it. */
    void fail(Throwable cause) {
        if (failed) {
            return;
        }
        failed = true;
        IOException reason = broken(cause);
        if (channel != null) {
            channel.close();
        }
        owner.linkLost(this, reason);
        for (Call<?> call = inFlight.poll(); call != null; call = inFlight.poll()) {
            call.fail(reason);
        }
    }

    private IOException broken(Throwable cause) {
        return new IOException(owner.node() + ": " + cause.getMessage(), cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        fail(new IOException("the connection was closed"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(cause);
    }

    private Channel channel() {
        if (channel == null) {
            throw new IllegalStateException("not connected");
        }
        return channel;
    }
}
