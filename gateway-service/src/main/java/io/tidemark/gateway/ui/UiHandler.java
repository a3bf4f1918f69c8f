package io.tidemark.gateway.ui;

import io.tidemark.gateway.error.ApiError;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.RequestPredicate;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * Everything under {@code /ui/}: files by their names; index.html for every path that is a page of
 * the UI, under a Content-Security-Policy with a nonce of its own for styles. Any thread.
 */
public final class UiHandler {
    private static final String NONCE_IN_PAGE = "__CSP_NONCE__";
    private static final int NONCE_BYTES = 18;

    private static final RequestPredicate READ =
            RequestPredicates.methods(HttpMethod.GET, HttpMethod.HEAD);

    private final UiFiles files;
    private final String index;
    private final SecureRandom random = new SecureRandom();

    public UiHandler(UiFiles files) {
        this.files = files;
        this.index =
                files.file(UiFiles.INDEX)
                        .map(file -> new String(file.content(), StandardCharsets.UTF_8))
                        .orElse("");
    }

    /** GET and HEAD of {@code /ui} and of all below it. */
    public RouterFunction<ServerResponse> routes() {
        return RouterFunctions.route()
                .route(
                        READ.and(RequestPredicates.path("/ui")),
                        request -> ServerResponse.temporaryRedirect(URI.create("/ui/")).build())
                .route(READ.and(RequestPredicates.path("/ui/**")), this::serve)
                .build();
    }

    private Mono<ServerResponse> serve(ServerRequest request) {
        String path = request.path().substring("/ui/".length());
        if (!files.built()) {
            return path.isEmpty() || !path.contains(".") ? notBuilt() : notFound(request);
        }
        if (path.isEmpty() || path.equals(UiFiles.INDEX)) {
            return page();
        }
        return files.file(path)
                .map(file -> file(request, file))
                .orElseGet(() -> isPage(request, path) ? page() : notFound(request));
    }

    /** A topic's name may hold dots; what a page loads asks for no HTML. */
    private static boolean isPage(ServerRequest request, String path) {
        String accept = request.headers().firstHeader("Accept");
        return !path.startsWith("assets/") && accept != null && accept.contains("text/html");
    }

    private Mono<ServerResponse> page() {
        byte[] bytes = new byte[NONCE_BYTES];
        random.nextBytes(bytes);
        String nonce = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        return withPolicy(
                        ServerResponse.ok(),
                        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-"
                                + nonce
                                + "'; img-src 'self' data:; font-src 'self'; connect-src 'self';"
                                + " manifest-src 'self'; base-uri 'none'; form-action 'none';"
                                + " frame-ancestors 'none'")
                .bodyValue(index.replace(NONCE_IN_PAGE, nonce));
    }

    private static ServerResponse.BodyBuilder withPolicy(
            ServerResponse.BodyBuilder response, String policy) {
        return response.header("Content-Type", "text/html; charset=utf-8")
                .header("Cache-Control", "no-store")
                .header("Content-Security-Policy", policy)
                .header("Referrer-Policy", "no-referrer")
                .header("X-Content-Type-Options", "nosniff")
                .header("Cross-Origin-Opener-Policy", "same-origin");
    }

    private static Mono<ServerResponse> file(ServerRequest request, UiFiles.File file) {
        byte[] gzip = file.gzip();
        String accepted = request.headers().firstHeader("Accept-Encoding");
        boolean compressed = gzip != null && accepted != null && accepted.contains("gzip");
        ServerResponse.BodyBuilder response =
                ServerResponse.ok()
                        .header("Content-Type", file.contentType())
                        .header("X-Content-Type-Options", "nosniff")
                        .header("Vary", "Accept-Encoding")
                        .header(
                                "Cache-Control",
                                file.immutable()
                                        ? "public, max-age=31536000, immutable"
                                        : "no-cache");
        if (compressed && gzip != null) {
            return response.header("Content-Encoding", "gzip").bodyValue(gzip);
        }
        return response.bodyValue(file.content());
    }

    private static Mono<ServerResponse> notBuilt() {
        return withPolicy(
                        ServerResponse.status(HttpStatus.SERVICE_UNAVAILABLE),
                        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none';"
                                + " form-action 'none'; frame-ancestors 'none'")
                .bodyValue(new ClassPathResource("ui/not-built.html"));
    }

    private static Mono<ServerResponse> notFound(ServerRequest request) {
        return Mono.error(
                ApiError.notFound("The admin UI has no file " + request.path() + ".").exception());
    }
}
