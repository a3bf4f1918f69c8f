package io.tidemark.protocol.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import io.tidemark.protocol.transport.ByteBudget.Kind;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a connection's bytes into frames and hands on each as one {@link ByteBuf} that the receiver
 * releases.
 *
 * <pre>
 *  4  length   bytes after this field, 1 to the limit
 *  .. message
 * </pre>
 *
 * A frame that one read brought whole is a slice of what was read. A larger one gets a buffer of
 * its own, into which the socket is read directly. The buffer grows with what has come: a length
 * that is only announced costs nothing, and memory follows bytes at a distance of at most sixteen
 * times. Before a frame gets memory it is taken from the account; while there is none, reading
 * pauses. Whoever receives a frame gives its bytes back. A length that is not allowed, a frame that
 * does not come whole in time, and one that makes others wait and is slow itself, are a {@link
 * DecoderException}, and the end of decoding.
 *
 * <p>Belongs to the connection's event loop.
 */
public final class FrameDecoder extends ChannelInboundHandlerAdapter {
    private static final int LENGTH_BYTES = Integer.BYTES;

    /** A large frame's first buffer: no more than a connection reads into anyway. */
    private static final int FIRST_BYTES = 1 << 16;

    /** That of a small one, of which there may be many. */
    private static final int FIRST_OF_SMALL_BYTES = 1 << 14;

    /** Each further buffer of a frame has so many times as much. */
    private static final int GROWTH = 8;

    /** How often a large frame under way is looked at until its time is over. */
    private static final int LOOKS = 15;

    /** How often a small one is. */
    private static final int LOOKS_AT_SMALL = 30;

    private static final int NOT_SEEN = -1;

    private final int maxFrameBytes;
    private final @Nullable Limits limits;
    private final RecvByteBufAllocator reads = new FrameReads(this);

    private @Nullable ChannelHandlerContext context;
    private @Nullable ByteBuf partial;
    private @Nullable ByteBuf rest;
    private int length;
    private int lengthBytesRead;
    private int reservedBytes;
    private int lastFrameBytes;
    private boolean waitingForBudget;
    private boolean paused;
    private boolean decoding;
    private boolean closed;

    private boolean watched;
    private long frames;
    private long startedNanos;
    private long pausedNanos;
    private long seenFrame;
    private int seenBytes;

    /**
     * What a server holds against its clients.
     *
     * @param account from which frames are taken
     * @param frameTimeout for a frame from its first byte to its last, without the time in which
     *     its connection was paused
     * @param onBudgetWait runs when reading pauses for the budget
     * @param nanos the time, by the clock of its loop's timers
     */
    public record Limits(
            ByteBudget budget,
            ByteBudget.Account account,
            Duration frameTimeout,
            Runnable onBudgetWait,
            LongSupplier nanos) {}

    /** For a client: frames as long as allowed, whenever they come. */
    public FrameDecoder(int maxFrameBytes) {
        this(maxFrameBytes, null);
    }

    public FrameDecoder(int maxFrameBytes, @Nullable Limits limits) {
        this.maxFrameBytes = maxFrameBytes;
        this.limits = limits;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        ctx.channel().config().setRecvByteBufAllocator(reads);
    }

    /** Hands on no more frames and reads no more bytes until {@link #resume}. */
    public void pause() {
        if (!paused) {
            paused = true;
            pausedNanos = nanos();
        }
        updateAutoRead();
    }

    /** Goes on, with the frames that are here already. */
    public void resume() {
        if (paused) {
            paused = false;
            startedNanos += startedNanos == 0 ? 0 : nanos() - pausedNanos;
            seenBytes = NOT_SEEN;
        }
        decode();
        updateAutoRead();
    }

    /** Whether a frame waits for memory. */
    public boolean isWaitingForBudget() {
        return waitingForBudget;
    }

    /** The frame to read into; null where the next bytes do not belong there, or not yet. */
    @Nullable ByteBuf frameToFill() {
        return partial != null && rest == null && partial.isWritable() ? partial : null;
    }

    int lastFrameBytes() {
        return lastFrameBytes;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        ByteBuf read = (ByteBuf) msg;
        if (closed) {
            read.release();
            return;
        }
        if (read == partial) {
            read.release(); // the reference that the read took; ours stays
            if (!partial.isWritable()) {
                decode();
            }
            return;
        }
        if (rest == null) {
            rest = read;
        } else {
            // A read was under way when reading paused. At most one follows.
            rest = ctx.alloc().compositeBuffer(2).addComponents(true, rest, read);
        }
        decode();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        close();
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        close();
    }

    private void decode() {
        if (decoding) {
            return;
        }
        decoding = true;
        try {
            while (!closed && !paused && next()) {
                // each call takes a step
            }
            watch();
        } catch (DecoderException | OutOfMemoryError e) {
            close();
            context().fireExceptionCaught(e);
        } finally {
            decoding = false;
        }
        if (rest != null && (closed || !rest.isReadable())) {
            rest.release();
            rest = null;
        }
    }

    /** Takes one step; false where it needs more bytes, or memory. */
    private boolean next() {
        if (partial != null && !partial.isWritable()) {
            return partial.capacity() < length ? grow(partial) : handOnPartial();
        }
        ByteBuf in = rest;
        if (in == null || !in.isReadable()) {
            return false;
        }
        if (partial != null) {
            in.readBytes(partial, Math.min(partial.writableBytes(), in.readableBytes()));
            return true;
        }
        if (lengthBytesRead < LENGTH_BYTES && !readLength(in)) {
            return false;
        }
        return in.isReadable() && begin(in);
    }

    private boolean begin(ByteBuf in) {
        int here = in.readableBytes();
        if (here >= length) {
            if (!reserve(length)) {
                return false;
            }
            handOn(in.readRetainedSlice(length));
            return true;
        }
        int least = kind() == Kind.SMALL ? FIRST_OF_SMALL_BYTES : FIRST_BYTES;
        boolean whole = limits == null; // our own nodes are trusted
        int first = whole ? length : Math.min(length, Math.max(least, 2 * here));
        if (!reserve(first)) {
            return false;
        }
        partial = context().alloc().directBuffer(first, length);
        return true;
    }

    private boolean grow(ByteBuf full) {
        long larger = (long) GROWTH * full.capacity();
        // No step for the last bit: what is copied remains a small part of the frame.
        int capacity = 2 * larger >= length ? length : (int) larger;
        if (!reserve(capacity)) {
            return false;
        }
        full.capacity(capacity);
        return true;
    }

    private boolean readLength(ByteBuf in) {
        while (lengthBytesRead < LENGTH_BYTES) {
            if (!in.isReadable()) {
                return false;
            }
            length = length << 8 | in.readUnsignedByte();
            lengthBytesRead++;
        }
        if (length < 1) {
            throw new CorruptedFrameException("a frame cannot be " + length + " bytes long");
        }
        if (length > maxFrameBytes) {
            throw new TooLongFrameException(
                    "a frame of " + length + " bytes; " + maxFrameBytes + " are allowed");
        }
        return true;
    }

    /** Has {@code bytes} in all for the frame; false where they come later. */
    private boolean reserve(int bytes) {
        if (waitingForBudget) {
            return false;
        }
        if (bytes <= reservedBytes) {
            return true;
        }
        if (limits != null) {
            ChannelHandlerContext ctx = context();
            int more = bytes - reservedBytes;
            boolean taken =
                    limits.account.reserve(
                            kind(), more, () -> ctx.executor().execute(() -> granted(more)));
            if (!taken) {
                waitingForBudget = true;
                updateAutoRead();
                limits.onBudgetWait.run();
                return false;
            }
        }
        reservedBytes = bytes;
        return true;
    }

    private void granted(int bytes) {
        waitingForBudget = false;
        if (closed) {
            giveBack(bytes);
            return;
        }
        reservedBytes += bytes;
        seenBytes = NOT_SEEN;
        decode();
        updateAutoRead();
    }

    private boolean handOnPartial() {
        ByteBuf frame = partial;
        partial = null;
        if (frame != null) {
            handOn(frame);
        }
        return true;
    }

    private void handOn(ByteBuf frame) {
        lastFrameBytes = length;
        length = 0;
        lengthBytesRead = 0;
        reservedBytes = 0;
        startedNanos = 0;
        frames++;
        if (limits != null) {
            limits.account.frameEnded();
        }
        context().fireChannelRead(frame);
    }

    // ---- frames that do not come whole

    /** Sees to it that a frame under way is looked at. */
    private void watch() {
        if (limits == null || closed || lengthBytesRead == 0) {
            return;
        }
        if (startedNanos == 0) {
            startedNanos = nanos();
        }
        if (!watched) {
            watched = true;
            seenFrame = frames;
            seenBytes = bytesHere();
            int looks = kind() == Kind.SMALL ? LOOKS_AT_SMALL : LOOKS;
            long nanos = Math.max(1, limits.frameTimeout.toNanos() / looks);
            var unused = context().executor().schedule(this::look, nanos, TimeUnit.NANOSECONDS);
        }
    }

    private void look() {
        watched = false;
        if (limits == null || closed || lengthBytesRead == 0) {
            return;
        }
        try {
            endWhereLate(limits);
            watch();
        } catch (DecoderException e) {
            close();
            context().fireExceptionCaught(e);
        }
    }

    private void endWhereLate(Limits held) {
        long now = nanos();
        boolean othersWait = held.budget.isShort(kind());
        long ms = (now - (paused ? pausedNanos : startedNanos)) / 1_000_000;
        boolean over = ms >= held.frameTimeout.toMillis();
        boolean late = paused ? over && othersWait && reservedBytes > 0 : over;
        boolean slow = othersWait && !paused && isSlow();
        if (late || slow) {
            throw new LateFrameException(
                    "%d of %s bytes of a frame have come in %d ms%s"
                            .formatted(
                                    bytesHere(),
                                    lengthBytesRead < LENGTH_BYTES ? "unknown" : length,
                                    ms,
                                    othersWait && reservedBytes > 0
                                            ? ", and others wait for its memory"
                                            : waitingForBudget
                                                    ? ", there is no memory for more"
                                                    : ""));
        }
    }

    /**
     * Whether a frame has to go where others wait for what it holds: a small one that was here at
     * the last look already, and a large one that would not fill what it holds in its time.
     */
    private boolean isSlow() {
        if (reservedBytes == 0 || seenFrame != frames || seenBytes == NOT_SEEN) {
            return false;
        }
        return kind() == Kind.SMALL
                || (!waitingForBudget && bytesHere() - seenBytes < reservedBytes / LOOKS);
    }

    private long nanos() {
        return limits == null ? 0 : limits.nanos.getAsLong();
    }

    /** What its memory counts as. */
    private Kind kind() {
        return Kind.of(length);
    }

    private int bytesHere() {
        int inRest = rest == null ? 0 : rest.readableBytes();
        return inRest + (partial == null ? 0 : partial.readableBytes());
    }

    private void updateAutoRead() {
        boolean autoRead = !paused && !waitingForBudget;
        if (context().channel().config().isAutoRead() != autoRead) {
            context().channel().config().setAutoRead(autoRead);
        }
    }

    private void close() {
        closed = true;
        int bytes = reservedBytes;
        reservedBytes = 0;
        if (partial != null) {
            partial.release();
            partial = null;
        }
        if (rest != null && !decoding) {
            rest.release();
            rest = null;
        }
        giveBack(bytes);
        if (limits != null) {
            limits.account.close();
        }
    }

    private void giveBack(int bytes) {
        if (limits != null && bytes > 0) {
            limits.account.release(kind(), bytes);
        }
    }

    private ChannelHandlerContext context() {
        if (context == null) {
            throw new IllegalStateException("not in a pipeline");
        }
        return context;
    }
}
