package io.tidemark.gateway.ui;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.http.server.reactive.MockServerHttpResponse;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.reactive.function.server.HandlerStrategies;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

class UiHandlerTest {

    @TempDir Path folder;
    private UiHandler handler = new UiHandler(UiFiles.none());

    @BeforeEach
    void build() throws IOException {
        Files.writeString(folder.resolve("index.html"), "<meta content=\"__CSP_NONCE__\">");
        Files.createDirectory(folder.resolve("assets"));
        Files.writeString(folder.resolve("assets/app-1a2b.js"), "code");
        Files.writeString(folder.resolve("assets/app-1a2b.js.gz"), "zipped");
        Files.writeString(folder.resolve("favicon.svg"), "<svg/>");
        handler = new UiHandler(UiFiles.read(folder));
    }

    private MockServerHttpResponse get(String path, String... headers) {
        MockServerHttpRequest.BaseBuilder<?> request = MockServerHttpRequest.get(path);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        MockServerWebExchange exchange = MockServerWebExchange.from(request);
        ServerRequest server =
                ServerRequest.create(exchange, HandlerStrategies.withDefaults().messageReaders());
        handler.routes()
                .route(server)
                .flatMap(route -> route.handle(server))
                .flatMap(response -> write(exchange, response))
                .block();
        return exchange.getResponse();
    }

    private static Mono<Void> write(MockServerWebExchange exchange, ServerResponse response) {
        return response.writeTo(
                exchange,
                new ServerResponse.Context() {
                    @Override
                    public java.util.List<org.springframework.http.codec.HttpMessageWriter<?>>
                            messageWriters() {
                        return HandlerStrategies.withDefaults().messageWriters();
                    }

                    @Override
                    public java.util.List<org.springframework.web.reactive.result.view.ViewResolver>
                            viewResolvers() {
                        return java.util.List.of();
                    }
                });
    }

    private static String body(MockServerHttpResponse response) {
        String body = response.getBodyAsString().block();
        return body == null ? "" : body;
    }

    @Test
    void shouldLetHashedFilesBeKeptForEver() {
        MockServerHttpResponse script = get("/ui/assets/app-1a2b.js");
        assertThat(script.getHeaders().getCacheControl()).contains("immutable");
        assertThat(script.getHeaders().getFirst("Content-Type")).startsWith("text/javascript");
        assertThat(body(script)).isEqualTo("code");
        assertThat(get("/ui/favicon.svg").getHeaders().getCacheControl()).isEqualTo("no-cache");
    }

    @Test
    void shouldSendTheCompressedFormToWhoTakesIt() {
        MockServerHttpResponse script =
                get("/ui/assets/app-1a2b.js", "Accept-Encoding", "br, gzip");
        assertThat(script.getHeaders().getFirst("Content-Encoding")).isEqualTo("gzip");
        assertThat(body(script)).isEqualTo("zipped");
    }

    @Test
    void shouldAnswerDeepLinksWithThePageAndANonceOfItsOwn() {
        MockServerHttpResponse first = get("/ui/topics/shop.orders", "Accept", "text/html");
        MockServerHttpResponse second = get("/ui/", "Accept", "text/html");
        String policy = policy(first);
        String nonce = policy.replaceAll(".*'nonce-([^']+)'.*", "$1");
        assertThat(body(first)).isEqualTo("<meta content=\"" + nonce + "\">");
        assertThat(policy(second)).isNotEqualTo(policy);
        assertThat(policy).contains("default-src 'none'").doesNotContain("unsafe");
        assertThat(first.getHeaders().getCacheControl()).isEqualTo("no-store");
    }

    private static String policy(MockServerHttpResponse response) {
        String policy = response.getHeaders().getFirst("Content-Security-Policy");
        return policy == null ? "" : policy;
    }

    @Test
    void shouldSayHowToBuildWhereNothingIsBuilt() throws IOException {
        Files.delete(folder.resolve("index.html"));
        handler = new UiHandler(UiFiles.read(folder));
        MockServerHttpResponse page = get("/ui/", "Accept", "text/html");
        assertThat(page.getStatusCode()).hasToString("503 SERVICE_UNAVAILABLE");
        assertThat(body(page)).contains("./tidemark build");
    }
}
