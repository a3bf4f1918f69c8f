package io.tidemark.systemtest.rest;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import tools.jackson.databind.JsonNode;

/**
 * Serves a page that opens an EventSource on a URL of another origin, and takes what the page says
 * that it has seen.
 */
final class BrowserPage implements AutoCloseable {

    private static final String PAGE =
            """
            <!doctype html>
            <title>events</title>
            <script>
              const tell = (type, data) =>
                fetch("/seen", {method: "POST", body: JSON.stringify({type, data})});
              const open = (url) => {
                const source = new EventSource(url);
                source.addEventListener("assigned", (event) => tell("assigned", event.data));
                source.addEventListener("end", (event) => tell("end", event.data));
                source.addEventListener("message", (event) => tell("message", event.data));
                source.addEventListener("error", () => tell("error", String(source.readyState)));
              };
              fetch("/url").then((answer) => answer.text()).then(open);
            </script>
            """;

    private final HttpServer server;
    private final Queue<Seen> seen = new ConcurrentLinkedQueue<>();
    private volatile String eventsUrl = "";

    /** An event as the page got it. */
    record Seen(String type, String data) {}

    BrowserPage() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        server.createContext("/", exchange -> answer(exchange, "text/html", PAGE));
        server.createContext("/url", exchange -> answer(exchange, "text/plain", eventsUrl));
        server.createContext("/seen", this::take);
        server.start();
    }

    private void take(HttpExchange exchange) throws IOException {
        JsonNode event =
                Http.parse(
                        new String(
                                exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        seen.add(new Seen(event.at("/type").asString(), event.at("/data").asString()));
        answer(exchange, "text/plain", "");
    }

    private static void answer(HttpExchange exchange, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
            exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    /** What the broker must allow to read its streams. */
    String origin() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The page, which will follow these events. */
    URI following(URI events) {
        eventsUrl = events.toString();
        return URI.create(origin() + "/");
    }

    /** The data of the events of one type, in their order. */
    List<String> seen(String type) {
        return seen.stream().filter(each -> each.type().equals(type)).map(Seen::data).toList();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
