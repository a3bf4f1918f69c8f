package io.tidemark.gateway.edge;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2FrameTypes;
import java.nio.charset.StandardCharsets;

/**
 * Where the frames of a connection begin and end (RFC 9113), to know how long a head takes to come:
 * the codec tells of it when it is whole. One thread.
 *
 * <pre>
 *   "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
 *   frames, each:  length 3 | type 1 | flags 1 | stream 4 | length bytes
 *   a head:        HEADERS CONTINUATION*, the last of which has END_HEADERS
 * </pre>
 */
final class Http2Heads {

    private static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int FRAME_HEADER_BYTES = 9;
    private static final int END_HEADERS = 0x4;
    private static final int NO_TYPE = -1;

    private int prefaceBytes;
    private int headerBytes;
    private int payloadBytes;
    private int type = NO_TYPE;
    private int flags;
    private boolean inHead;
    private long whole;

    /**
     * Follows what came; reads nothing.
     *
     * @return false where it is not HTTP/2; no more is to be given then
     */
    boolean take(ByteBuf bytes) {
        int end = bytes.writerIndex();
        for (int at = bytes.readerIndex(); at < end; ) {
            if (prefaceBytes < PREFACE.length) {
                if (bytes.getByte(at++) != PREFACE[prefaceBytes++]) {
                    return false;
                }
            } else if (headerBytes < FRAME_HEADER_BYTES) {
                header(bytes.getUnsignedByte(at++));
            } else {
                int some = Math.min(payloadBytes, end - at);
                at += some;
                payloadBytes -= some;
            }
            if (headerBytes == FRAME_HEADER_BYTES && payloadBytes == 0) {
                frame();
            }
        }
        return true;
    }

    private void header(int value) {
        switch (headerBytes++) {
            case 0, 1, 2 -> payloadBytes = payloadBytes << 8 | value;
            case 3 -> type = value;
            case 4 -> flags = value;
            default -> {}
        }
    }

    private void frame() {
        if (type == Http2FrameTypes.HEADERS || type == Http2FrameTypes.CONTINUATION) {
            inHead = (flags & END_HEADERS) == 0;
        }
        if (type != Http2FrameTypes.DATA && !inHead) {
            whole++;
        }
        headerBytes = 0;
        type = NO_TYPE;
    }

    /** Whether a head, or a frame that is no part of a body, has begun and is not whole. */
    boolean open() {
        return inHead || headerBytes > 0 && type != Http2FrameTypes.DATA;
    }

    /** How many of these came so far. */
    long whole() {
        return whole;
    }
}
