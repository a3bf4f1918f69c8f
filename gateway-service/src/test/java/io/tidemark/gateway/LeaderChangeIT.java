package io.tidemark.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.tidemark.gateway.ScriptedPartitionService.Batch;
import io.tidemark.gateway.ScriptedPartitionService.Stored;
import io.tidemark.gateway.routing.NodeBreakers;
import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.protocol.ErrorCode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A gateway before two nodes, while leaders move, fall silent or are missing. */
class LeaderChangeIT extends RunningGateway {

    private static final String FIRST = "/topics/orders/events?partition=0";
    private static final String SECOND = "/topics/orders/events?partition=1";

    /** Well below the time of a request, so that a retry at its end cannot pass for this. */
    private static final long SOON_SECONDS = 3;

    @SuppressWarnings("NullAway.Init") // before each test, by controlPlane()
    private ScriptedPartitionService other;

    @SuppressWarnings("NullAway.Init")
    private ChangingControlPlane cluster;

    @Override
    ControlPlane controlPlane() throws IOException {
        other = new ScriptedPartitionService();
        cluster = new ChangingControlPlane(partitions.port(), other.port());
        cluster.make("orders", 4);
        return cluster;
    }

    @AfterEach
    void stopOther() {
        other.release();
        other.close();
    }

    @Test
    void shouldSendWhatASilentLeaderHasToTheNextOne() throws Exception {
        // Given
        partitions.withhold();
        CompletableFuture<Reply> reply = postAsync(FIRST, "a");
        await(() -> partitions.withheld() == 1);

        // When
        cluster.lead("orders", 0, 2);

        // Then
        assertThat(reply.get(SOON_SECONDS, TimeUnit.SECONDS).status()).isEqualTo(200);
        assertThat(other.stored()).extracting(Stored::value).containsExactly("a");
        assertThat(other.batches()).as("the same batch again").isEqualTo(partitions.batches());

        // And the old leader's answer comes to nothing
        partitions.release();
        assertThat(post(FIRST, "text/plain", "b").status()).isEqualTo(200);
        assertThat(other.batches()).extracting(Batch::baseSequence).containsExactly(0, 1);
    }

    @Test
    void shouldFollowALeaderThatIsNamedInARefusal() throws Exception {
        partitions.nameLeader(2, 1);
        assertThat(post(FIRST, "text/plain", "a").status()).isEqualTo(200);
        assertThat(other.stored()).extracting(Stored::value).containsExactly("a");
        assertThat(partitions.stored()).isEmpty();

        // And go by the metadata again once it is as new
        cluster.lead("orders", 0, 2);
        cluster.lead("orders", 0, 1);
        assertThat(post(FIRST, "text/plain", "b").status()).isEqualTo(200);
        assertThat(partitions.stored()).extracting(Stored::value).containsExactly("b");
    }

    @Test
    void shouldRepeatWhatALeaderCannotTakeYet() throws Exception {
        partitions.refuseNext(
                ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                ErrorCode.NOT_ENOUGH_REPLICAS,
                ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND,
                ErrorCode.FENCED_LEADER_EPOCH,
                ErrorCode.KAFKA_STORAGE_ERROR);
        assertThat(post(FIRST, "text/plain", "a").status()).isEqualTo(200);
        assertThat(partitions.stored()).extracting(Stored::value).containsExactly("a");
    }

    @Test
    void shouldFailAtItsTimeoutWhereThereIsNoLeader() throws Exception {
        // Given
        cluster.lead("orders", 0, PartitionImage.NO_LEADER);

        // When
        long start = System.nanoTime();
        Reply reply = post(FIRST + "&timeout=800", "text/plain", "a");
        long tookMs = (System.nanoTime() - start) / 1_000_000;

        // Then
        assertError(reply, 503, ErrorCode.LEADER_NOT_AVAILABLE.restCode());
        assertThat(reply.body()).contains("no leader", "nothing was stored");
        assertThat(tookMs).isBetween(800L, 2_000L);
        assertThat(pending()).isZero();
        assertThat(post(SECOND, "text/plain", "b").status()).isEqualTo(200);
    }

    @Test
    void shouldStoreAsSoonAsThereIsALeader() throws Exception {
        cluster.lead("orders", 0, PartitionImage.NO_LEADER);
        CompletableFuture<Reply> reply = postAsync(FIRST, "a");
        await(() -> pending() == 1);
        cluster.lead("orders", 0, 2);
        assertThat(reply.get(SOON_SECONDS, TimeUnit.SECONDS).status()).isEqualTo(200);
        assertThat(other.stored()).extracting(Stored::value).containsExactly("a");
    }

    @Test
    void shouldRefuseATimeoutThatIsNone() throws Exception {
        for (String timeout : List.of("0", "-1", "abc", "300001", "")) {
            assertError(post(FIRST + "&timeout=" + timeout, "text/plain", "a"), 400, 40002);
        }
    }

    @Test
    void shouldAskTheNextLeaderWhereTheLastOneIsSilent() throws Exception {
        partitions.withhold();
        CompletableFuture<HttpResponse<String>> offsets =
                http.sendAsync(
                        request("GET", "/topics/orders/partitions/0/offsets", "", ""),
                        HttpResponse.BodyHandlers.ofString());
        await(() -> partitions.withheld() >= 1);
        cluster.lead("orders", 0, 2);
        HttpResponse<String> reply = offsets.get(SOON_SECONDS, TimeUnit.SECONDS);
        assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    }

    @Test
    void shouldServeOneNodeWhileAnotherIsSilent() throws Exception {
        // Given
        cluster.lead("orders", 1, 2);
        partitions.freeze();
        List<CompletableFuture<Reply>> stuck = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            stuck.add(postAsync(FIRST, "a" + i));
        }

        // When
        for (int i = 0; i < 20; i++) {
            Reply reply = postAsync(SECOND, "b" + i).get(SOON_SECONDS, TimeUnit.SECONDS);
            assertThat(reply.status()).isEqualTo(200);
        }

        // Then
        partitions.thaw();
        for (CompletableFuture<Reply> each : stuck) {
            assertThat(each.get().status()).isEqualTo(200);
        }
        assertThat(partitions.stored()).extracting(Stored::value).contains("a0", "a19");
    }

    @Test
    void shouldLeaveANodeAloneThatSaysNothing() throws Exception {
        // Given
        assertThat(post(FIRST, "text/plain", "before").status()).isEqualTo(200);
        partitions.freeze();

        // When a request waits for it
        CompletableFuture<Reply> reply = postAsync(FIRST + "&timeout=20000", "after");
        NodeBreakers breakers = context.getBean(NodeBreakers.class);
        await(
                () ->
                        breakers.registry().getAllCircuitBreakers().stream()
                                .anyMatch(
                                        each ->
                                                each.getName().startsWith("node-1-produce")
                                                        && each.getState()
                                                                != CircuitBreaker.State.CLOSED));

        // Then it comes through once the node is back
        partitions.thaw();
        assertThat(reply.get().status()).isEqualTo(200);
    }

    @Test
    void shouldNotLetAPartitionWithoutALeaderTakeAllMemory() throws Exception {
        // Given half of the memory waits for a leader
        cluster.lead("orders", 0, PartitionImage.NO_LEADER);
        String large = "x".repeat(BUDGET / 8);
        List<CompletableFuture<Reply>> waiting = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            waiting.add(postAsync(FIRST, large));
            int pending = i + 1;
            await(() -> pending() == pending);
        }

        // Then
        Reply refused = post(FIRST, "text/plain", large);
        assertError(refused, 429, 42901);
        assertThat(refused.retryAfter()).isEqualTo("1");
        assertThat(post(SECOND, "text/plain", large).status()).isEqualTo(200);

        // And nothing is lost once there is one
        cluster.lead("orders", 0, 2);
        for (CompletableFuture<Reply> each : waiting) {
            assertThat(each.get().status()).isEqualTo(200);
        }
        assertThat(other.stored()).hasSize(4);
    }
}
