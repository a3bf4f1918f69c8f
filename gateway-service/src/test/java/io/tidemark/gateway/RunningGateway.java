package io.tidemark.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.metadata.control.ControlPlane;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A gateway over real sockets, before a partition service that does as it is told. */
abstract class RunningGateway {

    static final String JSON = "application/vnd.kafka.json.v2+json";
    static final int MAX_BODY = 256 << 10;
    static final int BUDGET = 128 << 10;

    final HttpClient http = HttpClient.newHttpClient();
    ScriptedPartitionService partitions;
    ReactiveWebServerApplicationContext context;
    int port;

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(GatewayConfiguration.class)
    static class Application {}

    @BeforeEach
    void start() throws IOException {
        partitions = new ScriptedPartitionService();
        context = open();
        port = portOf(context);
    }

    /** Starts a gateway; whoever starts a second one closes it. */
    ReactiveWebServerApplicationContext open() throws IOException {
        ControlPlane controlPlane = controlPlane();
        Map<String, Object> properties = new HashMap<>();
        properties.put("server.port", "0");
        properties.put("server.address", "127.0.0.1");
        properties.put("management.server.port", "");
        properties.put("spring.reactor.netty.shutdown-quiet-period", "0s");
        properties.put("management.endpoints.web.exposure.include", "health,prometheus");
        properties.put("management.endpoint.health.show-details", "always");
        properties.put("spring.main.web-application-type", "reactive");
        properties.put("spring.main.banner-mode", "off");
        properties.put("tidemark.gateway.in-flight-bytes", BUDGET + "B");
        properties.put("tidemark.gateway.max-body-size", MAX_BODY + "B");
        properties.put("tidemark.gateway.request-timeout", "5s");
        properties.putAll(settings());
        return (ReactiveWebServerApplicationContext)
                new SpringApplicationBuilder(Application.class)
                        .initializers(
                                c ->
                                        c.getBeanFactory()
                                                .registerSingleton("controlPlane", controlPlane))
                        .properties(properties)
                        .run();
    }

    static int portOf(ReactiveWebServerApplicationContext context) {
        return java.util.Objects.requireNonNull(context.getWebServer()).getPort();
    }

    /** More settings, which go before the others. */
    Map<String, String> settings() {
        return Map.of();
    }

    /** What the gateway learns of the cluster. */
    ControlPlane controlPlane() throws IOException {
        return new FixedControlPlane(partitions.port(), 4);
    }

    @AfterEach
    void stop() {
        partitions.release();
        http.close();
        context.close();
        partitions.close();
    }

    double pending() {
        return context.getBean(io.micrometer.core.instrument.MeterRegistry.class)
                .get("tidemark.gateway.produce.pending")
                .gauge()
                .value();
    }

    record Reply(
            int status, String body, String contentType, String retryAfter, HttpHeaders headers) {
        String header(String name) {
            return headers.firstValue(name).orElse("");
        }

        JsonNode json() {
            return JsonMapper.shared().readTree(body);
        }
    }

    static void assertError(Reply reply, int status, int code) {
        assertThat(reply.status).as(reply.body).isEqualTo(status);
        assertThat(reply.json().get("error_code").asInt()).as(reply.body).isEqualTo(code);
        assertThat(reply.json().get("message").asString()).isNotBlank();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    Reply get(String path) throws Exception {
        Reply reply = send("GET", path, "", "");
        assertThat(reply.status).as(reply.body).isEqualTo(200);
        return reply;
    }

    Reply post(String path, String contentType, String body, String... headers) throws Exception {
        return send("POST", path, contentType, body, headers);
    }

    CompletableFuture<Reply> postAsync(String path, String body) {
        return http.sendAsync(
                        request("POST", path, "text/plain", body),
                        HttpResponse.BodyHandlers.ofString())
                .thenApply(RunningGateway::reply);
    }

    Reply send(String method, String path, String contentType, String body, String... headers)
            throws Exception {
        return reply(
                http.send(
                        request(method, path, contentType, body, headers),
                        HttpResponse.BodyHandlers.ofString()));
    }

    HttpRequest request(
            String method, String path, String contentType, String body, String... headers) {
        HttpRequest.Builder builder =
                HttpRequest.newBuilder()
                        .timeout(Duration.ofSeconds(20))
                        .uri(uri(path))
                        .version(HttpClient.Version.HTTP_1_1)
                        .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!contentType.isEmpty()) {
            builder.header("Content-Type", contentType);
        }
        if (headers.length > 0) {
            builder.headers(headers);
        }
        return builder.build();
    }

    static Reply reply(HttpResponse<String> response) {
        return new Reply(
                response.statusCode(),
                response.body(),
                response.headers().firstValue("Content-Type").orElse(""),
                response.headers().firstValue("Retry-After").orElse(""),
                response.headers());
    }

    static void await(BooleanSupplier condition) {
        await(condition, Duration.ofSeconds(10));
    }

    static void await(BooleanSupplier condition, Duration patience) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(5))
                .atMost(patience)
                .until(condition::getAsBoolean);
    }

    static void write(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(UTF_8));
        out.flush();
    }

    static void chunk(Socket socket, String text) throws IOException {
        write(socket, Integer.toHexString(text.getBytes(UTF_8).length) + "\r\n" + text + "\r\n");
    }

    static String statusLine(Socket socket) throws IOException {
        socket.setSoTimeout(10_000);
        InputStream in = socket.getInputStream();
        return new BufferedReader(new InputStreamReader(in, UTF_8)).readLine();
    }

    /** The next line of a chunked response that is a report. */
    static String reportLine(BufferedReader in) throws IOException {
        String line = in.readLine();
        while (line != null && !line.startsWith("{")) {
            line = in.readLine();
        }
        return String.valueOf(line);
    }
}
