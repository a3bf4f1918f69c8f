package io.tidemark.standalone.gateway;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes spans by OTLP over HTTP, and keeps the messages as they come. */
final class SpanReceiver implements AutoCloseable {
    private final HttpServer server;
    private final List<String> messages = new CopyOnWriteArrayList<>();

    SpanReceiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/v1/traces",
                exchange -> {
                    byte[] body = exchange.getRequestBody().readAllBytes();
                    messages.add(new String(body, StandardCharsets.ISO_8859_1));
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        server.start();
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/traces";
    }

    /** How often an id stands in what came. */
    int countId(String hex) {
        return count(new String(HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1));
    }

    /** How often a text stands in what came. */
    int count(String text) {
        int found = 0;
        for (String message : messages) {
            for (int at = message.indexOf(text); at >= 0; at = message.indexOf(text, at + 1)) {
                found++;
            }
        }
        return found;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
