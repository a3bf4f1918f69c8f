package io.tidemark.protocol.transport;

import io.netty.handler.codec.DecoderException;

/** A frame has not come whole in time, or has stood still while others waited for its memory. */
public final class LateFrameException extends DecoderException {
    private static final long serialVersionUID = 1L;

    LateFrameException(String message) {
        super(message);
    }
}
