package io.tidemark.coordinator;

import static io.tidemark.coordinator.runtime.RunningCoordinator.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.coordinator.runtime.RunningCoordinator;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.control.ControlPlane.Heartbeat;
import io.tidemark.metadata.control.ControlPlane.HeartbeatReply.State;
import io.tidemark.metadata.control.CoordinatorStatus;
import io.tidemark.metadata.control.HttpControlPlane;
import io.tidemark.metadata.control.QuorumStatus;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.json.MetadataJson;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three coordinators as processes, of which the leading one is suspended and killed. */
class CoordinatorFailoverIT {
    private static final int MEMBERS = 3;
    private static final long MAX_PAUSE_MS = 3_000;

    @TempDir Path folder;
    private final List<Member> members = new ArrayList<>();
    private HttpControlPlane plane;

    @BeforeEach
    void start() throws Exception {
        int[] ports = freePorts(2 * MEMBERS);
        for (int i = 0; i < MEMBERS; i++) {
            members.add(new Member(i + 1, ports[MEMBERS + i]));
        }
        for (Member member : members) {
            member.start(ports);
        }
        plane =
                new HttpControlPlane(
                        members.stream().map(member -> member.url).toList(),
                        HttpControlPlane.Timeouts.DEFAULT);
        until(60_000, () -> plane.quorum().toCompletableFuture().get(20, TimeUnit.SECONDS) != null);
    }

    @AfterEach
    void stop() throws Exception {
        plane.close();
        for (Member member : members) {
            member.kill();
        }
    }

    @Test
    void shouldGoOnWithinThreeSecondsOfTheLeadersEnd() throws Exception {
        // Given a node with a session, which follows the metadata
        long epoch = RunningCoordinator.join(plane, 7);
        AtomicReference<ClusterImage> followed = new AtomicReference<>(ClusterImage.empty());
        plane.subscribe((image, deltas) -> followed.set(image));
        allocate(epoch);
        until(60_000, this::allTakePart);
        QuorumStatus quorum = await(plane.quorum());
        assertThat(quorum.members()).hasSize(MEMBERS);
        assertThat(quorum.members())
                .allSatisfy(
                        member -> {
                            assertThat(member.lastIndex()).isPositive();
                            assertThat(member.silentMs()).isBetween(0L, 5_000L);
                        });
        // When the leader is suspended
        Member suspended = leader();
        suspended.signal("STOP");
        long suspendedMs = pause(epoch, followed);
        suspended.signal("CONT");
        until(20_000, this::oneLeads);
        // and the next one is killed
        leader().kill();
        long killedMs = pause(epoch, followed);
        // Then
        System.out.printf("Pauses: leader suspended %d ms, killed %d ms%n", suspendedMs, killedMs);
        assertThat(killedMs).isLessThan(MAX_PAUSE_MS);
        assertThat(suspendedMs).isLessThan(2 * MAX_PAUSE_MS);
        // and a minority says what it is
        Member last = leader();
        for (Member member : members) {
            if (member != last) {
                member.kill();
            }
        }
        until(10_000, () -> !last.status().leading());
        HttpResponse<String> refused = last.heartbeat(epoch);
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("No coordinator leads");
    }

    /** Two elect a leader; the third may still be starting. */
    private boolean allTakePart() throws Exception {
        return await(plane.quorum()).members().stream().allMatch(each -> each.lastIndex() > 0);
    }

    /** Until commands, heartbeats and the metadata stream are back, in ms. */
    private long pause(long epoch, AtomicReference<ClusterImage> followed) throws Exception {
        long startNanos = System.nanoTime();
        long version = allocate(epoch);
        until(
                20_000,
                () -> {
                    ClusterImage image = followed.get();
                    return beat(epoch, image) == State.ACTIVE && image.nextProducerId() >= version;
                });
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }

    private State beat(long epoch, ClusterImage applied) throws Exception {
        return await(plane.heartbeat(new Heartbeat(7, epoch, applied.version()))).state();
    }

    /** A command that goes through the log; returns the next producer id after it. */
    private long allocate(long epoch) throws Exception {
        CommandResult result = await(plane.submit(new Command.AllocateProducerIds(7, epoch)));
        assertThat(result).isInstanceOf(CommandResult.ProducerIds.class);
        CommandResult.ProducerIds ids = (CommandResult.ProducerIds) result;
        return ids.first() + ids.count();
    }

    private boolean oneLeads() throws Exception {
        List<Boolean> leading = new ArrayList<>();
        List<Long> versions = new ArrayList<>();
        for (Member member : members) {
            CoordinatorStatus status = member.status();
            leading.add(status.leading());
            versions.add(status.version());
        }
        return leading.stream().filter(leads -> leads).count() == 1
                && versions.stream().distinct().count() == 1;
    }

    private Member leader() throws Exception {
        String id = await(plane.quorum()).leaderId();
        return members.stream().filter(m -> m.id.equals(id)).findFirst().orElseThrow();
    }

    private static void until(long withinMs, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(withinMs);
        Exception last = null;
        while (System.nanoTime() < deadline) {
            try {
                if (condition.call()) {
                    return;
                }
            } catch (ExecutionException | IOException e) {
                last = e;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        throw new AssertionError("Not within " + withinMs + " ms", last);
    }

    private static int[] freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sockets.add(new ServerSocket(0));
        }
        int[] ports = sockets.stream().mapToInt(ServerSocket::getLocalPort).toArray();
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        return ports;
    }

    /** A coordinator's process. */
    private final class Member {
        final String id;
        final URI url;
        private @Nullable Process started;

        Member(int id, int port) {
            this.id = "" + id;
            this.url = URI.create("http://127.0.0.1:" + port);
        }

        private Process process() {
            return Objects.requireNonNull(started);
        }

        void start(int[] ports) throws IOException {
            List<String> command =
                    new ArrayList<>(
                            List.of(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-XX:+ExitOnOutOfMemoryError",
                                    "-XX:TieredStopAtLevel=1",
                                    "-Xmx160m",
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    CoordinatorApplication.class.getName(),
                                    "--tidemark.coordinator.id=" + id,
                                    "--server.port=" + url.getPort(),
                                    "--management.server.port=0",
                                    "--tidemark.coordinator.kafka.port=0",
                                    "--tidemark.data-dir=" + folder.resolve(id)));
            for (int i = 0; i < MEMBERS; i++) {
                String peer = "--tidemark.coordinator.peers[" + i + "].";
                command.add(peer + "id=" + (i + 1));
                command.add(peer + "host=127.0.0.1");
                command.add(peer + "port=" + ports[i]);
                command.add(peer + "url=http://127.0.0.1:" + ports[MEMBERS + i]);
            }
            File log = folder.resolve("coordinator-" + id + ".log").toFile();
            started =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(log)
                            .start();
        }

        void signal(String name) throws Exception {
            int exit =
                    new ProcessBuilder("kill", "-" + name, "" + process().pid()).start().waitFor();
            assertThat(exit).isZero();
        }

        void kill() throws Exception {
            process().destroyForcibly();
            assertThat(process().waitFor(20, TimeUnit.SECONDS)).isTrue();
        }

        CoordinatorStatus status() throws Exception {
            try (HttpClient client = HttpClient.newHttpClient()) {
                return MetadataJson.decode(
                        client.send(
                                        HttpRequest.newBuilder(url.resolve("/internal/status"))
                                                .timeout(Duration.ofSeconds(5))
                                                .build(),
                                        HttpResponse.BodyHandlers.ofByteArray())
                                .body(),
                        CoordinatorStatus.class);
            }
        }

        HttpResponse<String> heartbeat(long epoch) throws Exception {
            byte[] body = MetadataJson.encode(new Heartbeat(7, epoch, 1));
            try (HttpClient client = HttpClient.newHttpClient()) {
                return client.send(
                        HttpRequest.newBuilder(url.resolve("/internal/heartbeat"))
                                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
            }
        }
    }
}
