package io.tidemark.gateway.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.tidemark.gateway.error.ApiError;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Bodies of requests with a Content-Encoding. They are unpacked while they are read, and no further
 * than the reader asks: its own bound on a body, or on a record of a stream, is the bound on what
 * few bytes become.
 */
public final class Packing {

    /** What is understood, for Accept-Encoding in the refusal of all else. */
    static final String UNDERSTOOD = "gzip, deflate, zstd";

    private static final int PIECE_BYTES = 32 << 10;

    private Packing() {}

    private enum Kind {
        GZIP,
        DEFLATE,
        ZSTD
    }

    private static @Nullable Kind kind(String name) {
        return switch (name.strip().toLowerCase(Locale.ROOT)) {
            case "gzip", "x-gzip" -> Kind.GZIP;
            case "deflate" -> Kind.DEFLATE;
            case "zstd" -> Kind.ZSTD;
            default -> null;
        };
    }

    /** Whether the body is packed at all. */
    static boolean isPacked(HttpHeaders headers) {
        String encoding = headers.get(HttpHeaderNames.CONTENT_ENCODING);
        return encoding != null && !encoding.isBlank() && !encoding.equalsIgnoreCase("identity");
    }

    /** The refusal of a body that is packed in another way. */
    static @Nullable ApiError refusal(HttpHeaders headers) {
        if (!isPacked(headers)) {
            return null;
        }
        String encoding = String.join(", ", headers.getAll(HttpHeaderNames.CONTENT_ENCODING));
        return kind(encoding) != null
                ? null
                : ApiError.unsupportedMediaType(
                        "Content-Encoding '%s' is not taken; one of %s is."
                                .formatted(encoding, UNDERSTOOD));
    }

    /** A request's body as it was before it was packed. */
    public static Publisher<ByteBuf> unpacked(HttpHeaders headers, Publisher<ByteBuf> body) {
        return isPacked(headers)
                ? plain(headers, Flux.from(body).map(ByteBufUtil::getBytes))
                        .map(Unpooled::wrappedBuffer)
                : body;
    }

    /** The same for bytes. */
    static Flux<byte[]> plain(HttpHeaders headers, Flux<byte[]> packed) {
        return Flux.using(
                () -> unpacker(headers),
                unpacker ->
                        packed.flatMapIterable(bytes -> () -> new Pieces(unpacker, bytes), 1)
                                .concatWith(Mono.fromRunnable(unpacker::end)),
                Unpacker::close);
    }

    private static Unpacker unpacker(HttpHeaders headers) {
        return switch (kind(headers.get(HttpHeaderNames.CONTENT_ENCODING, ""))) {
            case GZIP -> new DeflateUnpacker(true);
            case DEFLATE -> new DeflateUnpacker(false);
            case ZSTD -> new ZstdUnpacker();
            case null -> throw new IllegalStateException("it was refused");
        };
    }

    /** What is in some packed bytes, made when it is asked for. */
    private static final class Pieces implements Iterator<byte[]> {
        private final Unpacker unpacker;
        private byte @Nullable [] next;

        Pieces(Unpacker unpacker, byte[] packed) {
            this.unpacker = unpacker;
            unpacker.feed(packed);
        }

        @Override
        public boolean hasNext() {
            if (next == null) {
                byte[] piece = new byte[PIECE_BYTES];
                int length = unpacker.read(piece);
                next = length == 0 ? null : Arrays.copyOf(piece, length);
            }
            return next != null;
        }

        @Override
        public byte[] next() {
            if (!hasNext() || next == null) {
                throw new NoSuchElementException();
            }
            byte[] piece = next;
            next = null;
            return piece;
        }
    }
}
