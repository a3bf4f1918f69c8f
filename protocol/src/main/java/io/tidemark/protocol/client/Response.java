package io.tidemark.protocol.client;

import io.netty.buffer.ByteBuf;
import org.apache.kafka.common.protocol.ApiMessage;

/**
 * A response and the frame that its byte buffers and records are slices of. The receiver closes it,
 * once, when it needs neither any more.
 *
 * @param version the version it was sent in
 */
public record Response<S extends ApiMessage>(S message, short version, ByteBuf frame)
        implements AutoCloseable {

    @Override
    public void close() {
        frame.release();
    }
}
