package io.tidemark.protocol.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
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
 * its own size, into which the socket is read directly. Before a frame gets memory its length is
 * checked and taken from the budget; while there is none, reading pauses. Whoever receives a frame
 * gives its bytes back to the budget. A length that is not allowed is a {@link DecoderException},
 * and the end of decoding.
 *
 * <p>Belongs to the connection's event loop.
 */
public final class FrameDecoder extends ChannelInboundHandlerAdapter {
    private static final int LENGTH_BYTES = Integer.BYTES;

    private final int maxFrameBytes;
    private final @Nullable ByteBudget budget;
    private final Runnable onBudgetWait;
    private final RecvByteBufAllocator reads = new FrameReads(this);

    private @Nullable ChannelHandlerContext context;
    private @Nullable ByteBuf partial;
    private @Nullable ByteBuf rest;
    private int length;
    private int lengthBytesRead;
    private boolean reserved;
    private int lastFrameBytes;
    private boolean waitingForBudget;
    private boolean paused;
    private boolean decoding;
    private boolean closed;

    /** For a client: frames as long as allowed, whenever they come. */
    public FrameDecoder(int maxFrameBytes) {
        this(maxFrameBytes, null, () -> {});
    }

    /**
     * @param onBudgetWait runs when reading pauses for the budget
     */
    public FrameDecoder(int maxFrameBytes, @Nullable ByteBudget budget, Runnable onBudgetWait) {
        this.maxFrameBytes = maxFrameBytes;
        this.budget = budget;
        this.onBudgetWait = onBudgetWait;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        ctx.channel().config().setRecvByteBufAllocator(reads);
    }

    /** Hands on no more frames and reads no more bytes until {@link #resume}. */
    public void pause() {
        paused = true;
        updateAutoRead();
    }

    /** Goes on, with the frames that are here already. */
    public void resume() {
        paused = false;
        decode();
        updateAutoRead();
    }

    /** Whether a frame waits for memory. */
    public boolean isWaitingForBudget() {
        return waitingForBudget;
    }

    /** The frame to read into; null where the next bytes begin a new one. */
    @Nullable ByteBuf partialFrame() {
        return partial;
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
                handOnPartial();
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
            while (!closed && !paused && rest != null && next(rest)) {
                // each call takes a step
            }
        } catch (DecoderException e) {
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
    private boolean next(ByteBuf in) {
        if (partial != null) {
            in.readBytes(partial, Math.min(partial.writableBytes(), in.readableBytes()));
            if (partial.isWritable()) {
                return false;
            }
            handOnPartial();
            return true;
        }
        if (lengthBytesRead < LENGTH_BYTES && !readLength(in)) {
            return false;
        }
        if (!reserved && !reserve()) {
            return false;
        }
        if (in.readableBytes() >= length) {
            ByteBuf frame = in.readRetainedSlice(length);
            handOn(frame);
        } else {
            partial = context().alloc().directBuffer(length, length);
            partial.writeBytes(in);
        }
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

    private boolean reserve() {
        if (waitingForBudget) {
            return false;
        }
        ChannelHandlerContext ctx = context();
        reserved =
                budget == null
                        || budget.reserve(length, () -> ctx.executor().execute(this::granted));
        if (!reserved) {
            waitingForBudget = true;
            updateAutoRead();
            onBudgetWait.run();
        }
        return reserved;
    }

    private void granted() {
        waitingForBudget = false;
        reserved = true;
        if (closed) {
            giveBack();
            return;
        }
        decode();
        updateAutoRead();
    }

    private void handOnPartial() {
        ByteBuf frame = partial;
        partial = null;
        if (frame != null) {
            handOn(frame);
        }
    }

    private void handOn(ByteBuf frame) {
        lastFrameBytes = length;
        length = 0;
        lengthBytesRead = 0;
        reserved = false;
        context().fireChannelRead(frame);
    }

    private void updateAutoRead() {
        boolean autoRead = !paused && !waitingForBudget;
        if (context().channel().config().isAutoRead() != autoRead) {
            context().channel().config().setAutoRead(autoRead);
        }
    }

    private void close() {
        closed = true;
        if (reserved) {
            giveBack();
        }
        if (partial != null) {
            partial.release();
            partial = null;
        }
        if (rest != null && !decoding) {
            rest.release();
            rest = null;
        }
    }

    private void giveBack() {
        reserved = false;
        if (budget != null) {
            budget.release(length);
        }
    }

    private ChannelHandlerContext context() {
        if (context == null) {
            throw new IllegalStateException("not in a pipeline");
        }
        return context;
    }
}
