package io.tidemark.gateway.edge;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.tidemark.gateway.error.ApiError;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** {@code zstd}, with windows of at most 8 MB, as RFC 9659 has it for HTTP. */
final class ZstdUnpacker implements Unpacker {

    private static final int MAX_WINDOW_LOG = 23;

    private final Fed fed = new Fed();
    private final ZstdInputStreamNoFinalizer plain;

    ZstdUnpacker() {
        try {
            plain = new ZstdInputStreamNoFinalizer(fed).setContinuous(true);
            plain.setLongMax(MAX_WINDOW_LOG);
        } catch (IOException e) {
            throw new IllegalStateException("no such window", e);
        }
    }

    /** What has come, and no more: its end is not the body's. */
    private static final class Fed extends InputStream {
        private byte[] bytes = new byte[0];
        private int at;

        @Override
        public int read() {
            return at == bytes.length ? -1 : bytes[at++] & 0xff;
        }

        @Override
        public int read(byte[] to, int offset, int length) {
            Objects.checkFromIndexSize(offset, length, to.length);
            int count = Math.min(length, bytes.length - at);
            System.arraycopy(bytes, at, to, offset, count);
            at += count;
            return count == 0 ? -1 : count;
        }

        @Override
        public int available() {
            return bytes.length - at;
        }
    }

    @Override
    public void feed(byte[] packed) {
        fed.bytes = packed;
        fed.at = 0;
    }

    @Override
    public int read(byte[] out) {
        try {
            return Math.max(0, plain.read(out, 0, out.length));
        } catch (IOException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    /** Not continuous any more, it tells a frame that is not whole. */
    @Override
    public void end() {
        try {
            plain.setContinuous(false);
            if (plain.read(new byte[1], 0, 1) > 0) {
                throw new IllegalStateException("unread");
            }
        } catch (IOException e) {
            throw wrong("it ends too early");
        }
    }

    private static RuntimeException wrong(String how) {
        return ApiError.badRequest("The body is not zstd: " + how + ".").exception();
    }

    @Override
    public void close() {
        try {
            plain.close();
        } catch (IOException e) {
            throw new IllegalStateException("memory cannot fail to close", e);
        }
    }
}
