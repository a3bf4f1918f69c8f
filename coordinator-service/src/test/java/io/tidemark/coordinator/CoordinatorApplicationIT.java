package io.tidemark.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.coordinator.runtime.RunningCoordinator;
import io.tidemark.environment.thread.ThreadWatch;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.metadata.control.HttpControlPlane;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The coordinator as a process of its own has it, on free ports. */
class CoordinatorApplicationIT {
    @TempDir Path folder;

    @Test
    void shouldServeCommandsHealthAndMetrics() throws Exception {
        try (ConfigurableApplicationContext context =
                        run("--tidemark.coordinator.session-timeout=60s");
                HttpControlPlane plane =
                        new HttpControlPlane(
                                List.of(url(context, "local.server.port", "")),
                                HttpControlPlane.Timeouts.DEFAULT)) {
            RunningCoordinator.join(plane, 1);
            assertThat(
                            RunningCoordinator.await(
                                    plane.submit(RunningCoordinator.topic("orders", 1))))
                    .isInstanceOf(CommandResult.TopicCreated.class);
            assertThat(context.getBeansOfType(ControlPlane.class)).hasSize(1);
            assertThat(get(context, "/actuator/health")).contains("\"UP\"");
            assertThat(get(context, "/actuator/prometheus"))
                    .contains("tidemark_coordinator_topics 1.0")
                    .contains("tidemark_coordinator_leading 1.0")
                    .contains("command=\"CreateTopic\"")
                    .contains("tidemark_coordinator_applied_lag 0.0")
                    .contains("kafka_controller_kafkacontroller_activecontrollercount 1.0")
                    .contains("kafka_controller_kafkacontroller_offlinepartitionscount 0.0")
                    .contains("kafka_controller_controllerstats_uncleanleaderelections_total 0.0")
                    .contains("kafka_brokers 1.0")
                    .contains("kafka_topic_partitions{topic=\"orders\"} 1.0");
            MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
            String name = "kafka.controller:type=KafkaController,name=";
            assertThat(beans.getAttribute(new ObjectName(name + "ActiveControllerCount"), "Value"))
                    .isEqualTo(1);
            assertThat(beans.getAttribute(new ObjectName(name + "OfflinePartitionsCount"), "Value"))
                    .isEqualTo(0);
        }
        assertThat(folder.resolve("coordinator/lock")).exists();
    }

    @Test
    void shouldNameTheThreadThatDoesNotAnswerInItsLiveness() throws Exception {
        try (ConfigurableApplicationContext context = run("--tidemark.liveness.silence=5s")) {
            awaitLiveness(context, "\"UP\"");

            AtomicBoolean answers = new AtomicBoolean();
            context.getBean(ThreadWatch.class).add("one-that-hangs", answers::get);

            assertThat(awaitLiveness(context, "\"DOWN\""))
                    .containsPattern("\"silentMs\":.\"one-that-hangs\":");
            answers.set(true);
            awaitLiveness(context, "\"UP\"");
        }
    }

    private static String awaitLiveness(ConfigurableApplicationContext context, String wanted)
            throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        String found = get(context, "/actuator/health/liveness");
        while (!found.contains(wanted)) {
            assertThat(System.nanoTime()).as(found).isLessThan(deadline);
            LockSupport.parkNanos(100_000_000);
            found = get(context, "/actuator/health/liveness");
        }
        return found;
    }

    @Test
    void shouldKeepWebPagesOut() throws Exception {
        try (ConfigurableApplicationContext context = run()) {
            for (String start : List.of("POST /internal/commands", "GET /internal/status")) {
                String port = "local.server.port";
                assertThat(status(context, port, start, "Host: evil.example")).isEqualTo(421);
                assertThat(status(context, port, start, "Origin: http://evil.example"))
                        .isEqualTo(403);
                assertThat(status(context, port, start, "Sec-Fetch-Site: cross-site"))
                        .isEqualTo(403);
            }
            String health = "GET /actuator/health";
            String port = "local.management.port";
            assertThat(status(context, port, health, "Host: evil.example")).isEqualTo(421);
            assertThat(status(context, port, health, "Origin: http://evil.example")).isEqualTo(403);
            assertThat(status(context, port, health, "Host: localhost")).isEqualTo(200);
        }
    }

    private static int status(
            ConfigurableApplicationContext context, String port, String start, String header)
            throws IOException {
        int number = Integer.parseInt(context.getEnvironment().getRequiredProperty(port));
        String host = header.startsWith("Host") ? "" : "Host: 127.0.0.1\r\n";
        String request =
                "%s HTTP/1.1\r\n%s%s\r\nConnection: close\r\n\r\n".formatted(start, host, header);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), number)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return Integer.parseInt(answer.substring(9, 12));
        }
    }

    @Test
    void shouldShowNothingUnderKafkasNamesWhereToldNotTo() throws Exception {
        try (ConfigurableApplicationContext context =
                run(
                        "--tidemark.coordinator.metrics.kafka-names=false",
                        "--tidemark.coordinator.metrics.jmx=false")) {
            assertThat(get(context, "/actuator/prometheus"))
                    .contains("tidemark_coordinator_epoch")
                    .doesNotContain("kafka_");
            assertThat(
                            ManagementFactory.getPlatformMBeanServer()
                                    .queryNames(new ObjectName("kafka.controller:*"), null))
                    .isEmpty();
        }
    }

    @Test
    void shouldSayWhatIsWrongWithASetting() {
        assertThatThrownBy(() -> run("--tidemark.coordinator.session-timeout=300ms").close())
                .rootCause()
                .hasMessageContaining("tidemark.coordinator.session-timeout")
                .hasMessageContaining("at least three heartbeat intervals");
    }

    @Test
    void shouldNotStartOnAFolderInUse() {
        try (ConfigurableApplicationContext first = run()) {
            assertThat(first.isRunning()).isTrue();
            assertThatThrownBy(() -> run().close())
                    .rootCause()
                    .hasMessageContaining("in use by another process");
        }
    }

    private ConfigurableApplicationContext run(String... more) {
        SpringApplication application = new SpringApplication(CoordinatorApplication.class);
        application.setDefaultProperties(CoordinatorApplication.DEFAULTS);
        application.setBannerMode(Banner.Mode.OFF);
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "--server.port=0",
                                "--management.server.port=0",
                                "--tidemark.coordinator.kafka.port=0",
                                "--tidemark.data-dir=" + folder));
        arguments.addAll(List.of(more));
        return application.run(arguments.toArray(String[]::new));
    }

    private static String get(ConfigurableApplicationContext context, String path)
            throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(url(context, "local.management.port", path))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private static URI url(ConfigurableApplicationContext context, String port, String path) {
        return URI.create("http://127.0.0.1:" + context.getEnvironment().getProperty(port) + path);
    }
}
