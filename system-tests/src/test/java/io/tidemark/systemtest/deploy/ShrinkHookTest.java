package io.tidemark.systemtest.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The hooks of an upgrade with fewer nodes, as the container runs them, before a gateway's answers.
 */
class ShrinkHookTest {
    private static final Path SCRIPT =
            Path.of("..", "standalone", "src", "main", "container", "bin", "shrink");
    private static final String NONE = "{\"kind\":\"KafkaReplicaList\",\"data\":[]}";
    private static final String SOME =
            "{\"kind\":\"KafkaReplicaList\",\"data\":[{\"topic_name\":\"orders\",\"partition_id\":0}]}";

    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final HttpServer gateway;

    ShrinkHookTest() throws IOException {
        gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        gateway.createContext("/v3/clusters/c/", this::answer);
        gateway.start();
        answers.put(
                "GET brokers",
                "200 {\"data\":[{\"broker_id\":0},{\"broker_id\":1},{\"broker_id\":2},{\"broker_id\":3},{\"broker_id\":4}]}");
        answers.put("GET brokers/3/partition-replicas", "200 " + NONE);
        answers.put("GET brokers/4/partition-replicas", "200 " + NONE);
        answers.put("POST brokers/3/drain", "200 {}");
        answers.put("POST brokers/4/drain", "200 {}");
        answers.put("DELETE brokers/3/drain", "204 ");
        answers.put("DELETE brokers/4/drain", "204 ");
    }

    @AfterEach
    void stop() {
        gateway.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String request =
                exchange.getRequestMethod()
                        + " "
                        + exchange.getRequestURI()
                                .getPath()
                                .substring(exchange.getHttpContext().getPath().length());
        asked.add(request);
        String[] answer = answers.getOrDefault(request, "500 {}").split(" ", 2);
        byte[] body = answer[1].getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(
                Integer.parseInt(answer[0]), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private record Ended(int code, String said) {}

    private Ended run(String step, int nodes) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(
                        "bash",
                        SCRIPT.toString(),
                        step,
                        gateway.getAddress().getHostString(),
                        Integer.toString(gateway.getAddress().getPort()),
                        "c",
                        Integer.toString(nodes));
        builder.environment().put("TIDEMARK_SHRINK_SECONDS", "1");
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), said);
    }

    @Test
    void shouldRefuseToTakeNodesAwayThatHoldRecords() throws Exception {
        answers.put("GET brokers/4/partition-replicas", "200 " + SOME);

        Ended ended = run("check", 3);

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.said())
                .contains("still hold replicas: 4.", "reassignments:plan?brokers=0,1,2");
        assertThat(asked).noneMatch(request -> request.startsWith("POST"));
    }

    @Test
    void shouldGiveNothingMoreToNodesThatAreEmptyAndGo() throws Exception {
        Ended ended = run("check", 3);

        assertThat(ended).isEqualTo(new Ended(0, "empty, and given nothing new: 3 4\n"));
        assertThat(asked).contains("POST brokers/3/drain", "POST brokers/4/drain");
    }

    @Test
    void shouldAskNothingMoreWhereNoNodeGoes() throws Exception {
        assertThat(run("check", 5)).isEqualTo(new Ended(0, "no node goes\n"));
        assertThat(asked).containsExactly("GET brokers");
    }

    @Test
    void shouldRefuseWhereNobodyCanTell() throws Exception {
        answers.put("GET brokers/3/partition-replicas", "503 {}");

        Ended ended = run("check", 3);

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.said()).contains("does not say", "503", "partition.shrinkCheck=false");
    }

    @Test
    void shouldLetNodesTakePartAgainWhereNotAllCouldBeDrained() throws Exception {
        answers.put("POST brokers/4/drain", "503 {}");

        Ended ended = run("check", 3);

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.said()).contains("does not say", "503");
        assertThat(asked).contains("DELETE brokers/3/drain", "DELETE brokers/4/drain");
    }

    @Test
    void shouldRefuseWhereNoGatewayAnswers() throws Exception {
        gateway.stop(0);

        assertThat(run("check", 3).said()).contains("no answer");
    }

    @Test
    void shouldForgetNodesThatAreGone() throws Exception {
        answers.put("DELETE brokers/3", "204 ");
        answers.put("DELETE brokers/4", "404 {}");

        assertThat(run("forget", 3))
                .isEqualTo(new Ended(0, "node 3 is forgotten\nnode 4 is forgotten\n"));
    }

    @Test
    void shouldSayWhichNodeItCouldNotForget() throws Exception {
        answers.put("DELETE brokers/3", "409 {\"message\":\"Node 3 is running\"}");

        Ended ended = run("forget", 3);

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.said()).contains("Node 3 is not forgotten", "is running");
    }
}
