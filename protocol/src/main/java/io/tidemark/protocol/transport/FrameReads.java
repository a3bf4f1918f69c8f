package io.tidemark.protocol.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;

/**
 * Decides into what the next bytes of a connection are read: straight into the frame that is half
 * here; a small buffer where a large frame is likely to begin, so that little of it has to be
 * moved; else a buffer as large as reads have lately been.
 */
final class FrameReads extends DefaultMaxMessagesRecvByteBufAllocator {
    private static final int MIN_BYTES = 1 << 9;
    private static final int INITIAL_BYTES = 1 << 11;
    private static final int MAX_BYTES = 1 << 16;

    /** Frames as large as this are read into a buffer of their own. */
    private static final int LARGE_FRAME_BYTES = 1 << 15;

    /** Enough for the beginning of a large frame. */
    private static final int FRAME_START_BYTES = 1 << 10;

    private final FrameDecoder decoder;

    FrameReads(FrameDecoder decoder) {
        this.decoder = decoder;
    }

    @Override
    @SuppressWarnings("deprecation") // the interface has no other way
    public RecvByteBufAllocator.Handle newHandle() {
        return new FrameReadHandle();
    }

    private final class FrameReadHandle extends MaxMessageHandle {
        private int bufferBytes = INITIAL_BYTES;
        private int roundBytes;

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            ByteBuf partial = decoder.frameToFill();
            return partial == null ? allocator.ioBuffer(guess()) : partial.retain();
        }

        @Override
        public int guess() {
            return decoder.lastFrameBytes() >= LARGE_FRAME_BYTES ? FRAME_START_BYTES : bufferBytes;
        }

        @Override
        public void reset(ChannelConfig config) {
            super.reset(config);
            roundBytes = 0;
        }

        @Override
        public void lastBytesRead(int bytes) {
            if (bytes > 0) {
                roundBytes += bytes;
                if (bytes == attemptedBytesRead() && bytes >= bufferBytes) {
                    bufferBytes = Math.min(bufferBytes * 2, MAX_BYTES);
                }
            }
            super.lastBytesRead(bytes);
        }

        @Override
        public void readComplete() {
            if (roundBytes < bufferBytes / 4) {
                bufferBytes = Math.max(bufferBytes / 2, MIN_BYTES);
            }
        }
    }
}
