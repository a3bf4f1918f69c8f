package io.tidemark.gateway.edge;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.compression.GzipOption;

/**
 * Packs answers for clients that take gzip: texts of some length, and streams, each event of which
 * is flushed as it is without. A stream that is packed is packed for itself, outside the heap and
 * on its connection's loop; so few are, and further ones go as they are.
 */
public final class Compression implements BiPredicate<HttpServerRequest, HttpServerResponse> {

    private static final Pattern NOT_AT_ALL = Pattern.compile("\\s*q\\s*=\\s*0(\\.0*)?\\s*");
    private static final GzipOption GZIP =
            // Smaller windows are not the JDK's, and would need another library.
            GzipOption.builder().compressionLevel(6).build();

    private final int minBytes;
    private final int maxStreams;
    private final AtomicInteger streams = new AtomicInteger();

    /**
     * @param minBytes of an answer whose length is known
     * @param maxStreams packed at a time
     */
    public Compression(int minBytes, int maxStreams) {
        this.minBytes = minBytes;
        this.maxStreams = maxStreams;
    }

    /** Has a server pack what it answers. */
    public HttpServer on(HttpServer server) {
        return server.compressOptions(GZIP).compress(minBytes).compress(this);
    }

    @Override
    public boolean test(HttpServerRequest request, HttpServerResponse response) {
        HttpHeaders head = response.responseHeaders();
        String accepted = request.requestHeaders().get(HttpHeaderNames.ACCEPT_ENCODING);
        String type = head.get(HttpHeaderNames.CONTENT_TYPE);
        if (accepted == null
                || type == null
                || !takesGzip(accepted)
                || head.contains(HttpHeaderNames.CONTENT_ENCODING)
                || !isText(type.toLowerCase(Locale.ROOT))) {
            return false;
        }
        return head.contains(HttpHeaderNames.CONTENT_LENGTH) || place(request);
    }

    private static boolean isText(String type) {
        return type.startsWith("text/") || type.contains("json") || type.contains("javascript");
    }

    /** A list as in {@code br, gzip;q=0.5}; a quality of 0 refuses. */
    private static boolean takesGzip(String accepted) {
        for (String one : accepted.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] parts = one.split(";", 2);
            if (parts[0].strip().equals("gzip")) {
                return parts.length == 1 || !NOT_AT_ALL.matcher(parts[1]).matches();
            }
        }
        return false;
    }

    /** Takes a place among the streams until this one is over; false where there is none. */
    private boolean place(HttpServerRequest request) {
        if (streams.incrementAndGet() > maxStreams) {
            streams.decrementAndGet();
            return false;
        }
        request.withConnection(
                connection ->
                        connection
                                .onTerminate()
                                .subscribe(
                                        null,
                                        gone -> streams.decrementAndGet(),
                                        streams::decrementAndGet));
        return true;
    }
}
