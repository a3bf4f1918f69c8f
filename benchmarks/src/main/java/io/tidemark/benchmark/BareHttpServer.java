package io.tidemark.benchmark;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.Unpooled;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import tools.jackson.core.JsonParser;
import tools.jackson.core.json.JsonFactory;

/**
 * The ceiling to compare with: Reactor Netty alone. {@code POST /produce} parses its JSON body
 * token by token and answers at once; {@code GET /events/N} waits for {@code POST /go} and then
 * sends N events of the same size as ours.
 */
final class BareHttpServer {
    static final String MARKER = "the-last-event";

    private static final JsonFactory JSON = new JsonFactory();
    private static final byte[] ANSWER =
            "{\"offsets\":[{\"partition\":0,\"offset\":123456,\"error_code\":null,\"error\":null}],\"key_schema_id\":null,\"value_schema_id\":null}"
                    .getBytes(StandardCharsets.US_ASCII);

    private final AtomicReference<Sinks.One<Boolean>> go = new AtomicReference<>(Sinks.one());

    public static void main(String[] arguments) {
        BareHttpServer server = new BareHttpServer();
        HttpServer.create()
                .host("127.0.0.1")
                .port(Integer.parseInt(arguments[0]))
                .route(
                        routes ->
                                routes.post("/produce", server::produce)
                                        .get("/events/{count}", server::events)
                                        .post("/go", server::go))
                .bindNow()
                .onDispose()
                .block();
    }

    private Publisher<Void> produce(HttpServerRequest request, HttpServerResponse response) {
        return request.receive()
                .aggregate()
                .flatMap(
                        body -> {
                            int tokens = parse(body);
                            return response.header("Content-Type", "application/vnd.kafka.v2+json")
                                    .header("Content-Length", Integer.toString(ANSWER.length))
                                    .status(tokens > 0 ? 200 : 400)
                                    .sendObject(Unpooled.wrappedBuffer(ANSWER))
                                    .then();
                        });
    }

    private static int parse(ByteBuf body) {
        int tokens = 0;
        try (InputStream in = new ByteBufInputStream(body);
                JsonParser parser = JSON.createParser(in)) {
            while (parser.nextToken() != null) {
                tokens++;
            }
            return tokens;
        } catch (java.io.IOException e) {
            return 0;
        }
    }

    private Publisher<Void> events(HttpServerRequest request, HttpServerResponse response) {
        String parameter = request.param("count");
        int count = Integer.parseInt(parameter == null ? "1" : parameter);
        ByteBuf event = event("x".repeat(MARKER.length()));
        ByteBuf last = event(MARKER);
        Flux<ByteBuf> events =
                Flux.range(1, count).map(i -> (i == count ? last : event).retainedDuplicate());
        return response.header("Content-Type", "text/event-stream")
                .send(
                        Flux.concat(
                                        Mono.just(
                                                Unpooled.copiedBuffer(
                                                        ":\n\n", StandardCharsets.US_ASCII)),
                                        Flux.never())
                                .takeUntilOther(go.get().asMono())
                                .concatWith(events)
                                .concatWith(Flux.never()));
    }

    private Publisher<Void> go(HttpServerRequest request, HttpServerResponse response) {
        go.getAndSet(Sinks.one()).tryEmitValue(true);
        return response.sendString(Mono.just("ok"));
    }

    private static ByteBuf event(String marker) {
        String text =
                "id: v1.AAAAAAAAAAAAAAAAAAAAAAAAAAAA\ndata: {\"topic\":\"sse\",\"partition\":0,\"offset\":1234567,"
                        + "\"timestamp\":1700000000000,\"headers\":[],\"key\":null,\"value\":\""
                        + SsePayload.text(marker)
                        + "\"}\n\n";
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return Unpooled.directBuffer(bytes.length).writeBytes(bytes);
    }
}
