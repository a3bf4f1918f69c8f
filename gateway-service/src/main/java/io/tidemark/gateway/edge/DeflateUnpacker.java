package io.tidemark.gateway.edge;

import io.tidemark.gateway.error.ApiError;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * {@code deflate} (RFC 1950, or bare RFC 1951 as some clients send it) and {@code gzip} (RFC 1952:
 * one member or several, each with its checksum).
 */
final class DeflateUnpacker implements Unpacker {

    private static final int TRAILER_BYTES = 8;
    private static final int ZLIB_METHOD = 8;

    private enum Part {
        /** Nothing yet, or a whole member. */
        START,
        HEADER,
        DATA,
        TRAILER,
        /** Of deflate, behind which nothing may come. */
        END
    }

    private final boolean gzip;
    private final CRC32 checksum = new CRC32();
    private byte[] packed = new byte[0];
    private int at;
    private Part part = Part.START;
    private @Nullable Inflater inflater;
    private GzipHeader header = new GzipHeader();
    private int trailerBytes;
    private long trailer;

    DeflateUnpacker(boolean gzip) {
        this.gzip = gzip;
    }

    @Override
    public void feed(byte[] more) {
        packed = more;
        at = 0;
        if (inflater != null && part == Part.DATA) {
            inflater.setInput(packed, 0, packed.length);
        }
    }

    @Override
    public int read(byte[] plain) {
        while (true) {
            if (part == Part.DATA) {
                int bytes = inflate(plain);
                if (bytes > 0 || part == Part.DATA) {
                    return bytes;
                }
            }
            if (at == packed.length) {
                return 0;
            }
            step();
        }
    }

    /** Over what stands around the data. */
    private void step() {
        switch (part) {
            case START -> {
                if (gzip) {
                    header = new GzipHeader();
                    part = Part.HEADER;
                } else {
                    begin((packed[at] & 0x0f) != ZLIB_METHOD);
                }
            }
            case HEADER -> {
                if (header.take(packed[at++])) {
                    begin(true);
                }
            }
            case TRAILER -> takeTrailer(packed[at++]);
            case END -> throw wrong("something follows its end");
            case DATA -> throw new IllegalStateException("the data is the inflater's");
        }
    }

    private void begin(boolean bare) {
        close();
        Inflater next = new Inflater(bare);
        next.setInput(packed, at, packed.length - at);
        inflater = next;
        checksum.reset();
        part = Part.DATA;
    }

    private int inflate(byte[] plain) {
        Inflater current = inflater;
        if (current == null) {
            throw new IllegalStateException("nothing inflates");
        }
        try {
            int bytes = current.inflate(plain);
            checksum.update(plain, 0, bytes);
            if (current.finished()) {
                at = packed.length - current.getRemaining();
                part = gzip ? Part.TRAILER : Part.END;
                trailerBytes = 0;
                trailer = 0;
            } else if (current.needsDictionary()) {
                throw wrong("it needs a dictionary");
            } else if (bytes == 0) {
                at = packed.length;
            }
            return bytes;
        } catch (DataFormatException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private void takeTrailer(byte next) {
        trailer |= (next & 0xffL) << (8 * trailerBytes);
        if (++trailerBytes < TRAILER_BYTES) {
            return;
        }
        long length = inflater == null ? 0 : inflater.getBytesWritten() & 0xffffffffL;
        if ((trailer & 0xffffffffL) != checksum.getValue() || trailer >>> 32 != length) {
            throw wrong("its checksum or length is wrong");
        }
        part = Part.START;
    }

    private RuntimeException wrong(String how) {
        return ApiError.badRequest(
                        "The body is not %s: %s.".formatted(gzip ? "gzip" : "deflate", how))
                .exception();
    }

    @Override
    public void end() {
        if (part != Part.START && part != Part.END) {
            throw wrong("it ends too early");
        }
    }

    @Override
    public void close() {
        if (inflater != null) {
            inflater.end();
        }
    }
}
