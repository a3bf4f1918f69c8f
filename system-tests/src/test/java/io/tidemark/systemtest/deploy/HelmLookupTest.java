package io.tidemark.systemtest.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.marcnuri.helm.DryRun;
import com.marcnuri.helm.Helm;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the chart refuses because of what is installed, as far as Helm asks Kubernetes for it. */
class HelmLookupTest {
    private static final String VERSION =
            "{\"major\":\"1\",\"minor\":\"35\",\"gitVersion\":\"v1.35.0\"}";
    private static final String CORE =
            """
            {"kind":"APIResourceList","groupVersion":"v1","resources":[
             {"name":"configmaps","singularName":"configmap","namespaced":true,"kind":"ConfigMap","verbs":["get"]}]}
            """;
    private static final String APPS =
            """
            {"kind":"APIResourceList","apiVersion":"v1","groupVersion":"apps/v1","resources":[
             {"name":"statefulsets","singularName":"statefulset","namespaced":true,"kind":"StatefulSet","verbs":["get"]}]}
            """;
    private static final String GROUPS =
            """
            {"kind":"APIGroupList","apiVersion":"v1","groups":[{"name":"apps",
             "versions":[{"groupVersion":"apps/v1","version":"v1"}],
             "preferredVersion":{"groupVersion":"apps/v1","version":"v1"}}]}
            """;
    private static final String MADE_WITH_THREE =
            """
            {"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"log-tidemark-coordinator"},"data":
             {"application.yaml":"tidemark: {coordinator: {peers: [{id: a}, {id: b}, {id: c}]}}"}}
            """;
    private static final String FIVE_NODES =
            """
            {"kind":"StatefulSet","apiVersion":"apps/v1","metadata":{"name":"log-tidemark-partition"},"spec":{"replicas":5}}
            """;

    /** Says by its failure that it renders the Jobs: what Helm renders of hooks is not shown. */
    private static final Path TELLS_OF_JOBS =
            HelmChart.changed(text -> text.replace("kind: Job\n", "kind: {{ fail \"a Job\" }}\n"));

    private static final Map<String, String> ANSWERS =
            Map.of(
                    "/version",
                    VERSION,
                    "/api",
                    "{\"kind\":\"APIVersions\",\"versions\":[\"v1\"]}",
                    "/apis",
                    GROUPS,
                    "/api/v1",
                    CORE,
                    "/apis/apps/v1",
                    APPS,
                    "/api/v1/namespaces/streaming/configmaps/log-tidemark-coordinator",
                    MADE_WITH_THREE,
                    "/apis/apps/v1/namespaces/streaming/statefulsets/log-tidemark-partition",
                    FIVE_NODES);

    @TempDir Path folder;
    private final HttpServer kubernetes;

    HelmLookupTest() throws IOException {
        kubernetes =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        kubernetes.createContext("/", HelmLookupTest::answer);
        kubernetes.start();
    }

    @AfterEach
    void stop() {
        kubernetes.stop(0);
    }

    private static void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String known = path.endsWith("/secrets") ? releases() : ANSWERS.get(path);
        byte[] body =
                (known == null
                                ? "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"reason\":\"NotFound\",\"code\":404}"
                                : known)
                        .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(known == null ? 404 : 200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    /** Where Helm keeps that the chart is installed. */
    private static String releases() throws IOException {
        String release =
                """
                {"name":"log","namespace":"streaming","version":1,"info":{"status":"deployed"},"config":{},"manifest":"",
                 "chart":{"metadata":{"apiVersion":"v2","name":"tidemark","version":"0.1.0"},"templates":[],"values":{}}}
                """;
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(packed)) {
            zip.write(release.getBytes(StandardCharsets.UTF_8));
        }
        String inner = Base64.getEncoder().encodeToString(packed.toByteArray());
        String outer = Base64.getEncoder().encodeToString(inner.getBytes(StandardCharsets.UTF_8));
        return """
        {"kind":"SecretList","apiVersion":"v1","items":[{"kind":"Secret","apiVersion":"v1","type":"helm.sh/release.v1",
         "metadata":{"name":"sh.helm.release.v1.log.v1","labels":{"name":"log","owner":"helm","status":"deployed","version":"1"}},
         "data":{"release":"%s"}}]}
        """
                .formatted(outer);
    }

    /** What Helm says of an upgrade of what is there. */
    private String saidOf(String values) throws IOException {
        return saidOf(HelmChart.FOLDER, values);
    }

    private String saidOf(Path chart, String values) throws IOException {
        Path file = Files.writeString(folder.resolve("values.yaml"), values);
        String config =
                """
                {"apiVersion":"v1","kind":"Config","current-context":"t",
                 "clusters":[{"name":"t","cluster":{"server":"http://127.0.0.1:%d"}}],
                 "contexts":[{"name":"t","context":{"cluster":"t","user":"t"}}],
                 "users":[{"name":"t","user":{}}]}
                """
                        .formatted(kubernetes.getAddress().getPort());
        Throwable refused =
                catchThrowable(
                        () ->
                                new Helm(chart)
                                        .upgrade()
                                        .withName("log")
                                        .withNamespace("streaming")
                                        .withKubeConfigContents(config)
                                        .withValuesFile(file)
                                        .dryRun()
                                        .withDryRunOption(DryRun.SERVER)
                                        .call());
        return refused == null ? "" : String.valueOf(refused.getMessage());
    }

    @Test
    void shouldRefuseAnotherNumberOfCoordinatorsThanTheClusterWasMadeWith() throws IOException {
        assertThat(saidOf("coordinator: {replicas: 5}\n"))
                .contains("coordinator.replicas is 5, but this cluster was made with 3");
    }

    @Test
    void shouldTakeTheNumberThatItWasMadeWith() throws IOException {
        assertThat(saidOf("coordinator: {replicas: 3}\n")).doesNotContain("coordinator.replicas");
    }

    @Test
    void shouldAskAGatewayOnlyWhereNodesGo() throws IOException {
        assertThat(saidOf(TELLS_OF_JOBS, "partition: {replicas: 3}\n")).contains("a Job");
        assertThat(saidOf(TELLS_OF_JOBS, "partition: {replicas: 5}\n")).doesNotContain("a Job");
        assertThat(saidOf(TELLS_OF_JOBS, "partition: {replicas: 6}\n")).doesNotContain("a Job");
    }
}
