package io.tidemark.protocol.transport;

import io.netty.channel.ChannelOutboundInvoker;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import java.util.List;

/**
 * An encoded frame: buffers and file regions to write one after the other. Either written or
 * released, once.
 *
 * @param sizeBytes of all parts
 */
public record FrameParts(List<Object> parts, long sizeBytes) {

    FrameParts(Object part, long sizeBytes) {
        this(List.of(part), sizeBytes);
    }

    /**
     * Writes all, without a flush.
     *
     * @param promise done when the last part is
     */
    public void write(ChannelOutboundInvoker channel, ChannelPromise promise) {
        int last = parts.size() - 1;
        for (int i = 0; i < last; i++) {
            channel.write(parts.get(i), channel.voidPromise());
        }
        channel.write(parts.get(last), promise);
    }

    /** Frees what will not be written. */
    public void release() {
        parts.forEach(ReferenceCountUtil::release);
    }
}
