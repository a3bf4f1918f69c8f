package io.tidemark.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.protocol.ErrorCode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is said of a partition without a leader, long before a request's time is over. */
class LeaderlessPartitionIT extends RunningGateway {

    private static final String RECORDS = "/topics/orders/partitions/0/records";
    private static final String OFFSETS = "/topics/orders/partitions/0/offsets";
    private static final String OFFSET = "/v3/clusters/cluster-1/topics/orders/partitions/0/offset";

    @SuppressWarnings("NullAway.Init") // before each test, by controlPlane()
    private ScriptedLogNode node;

    @SuppressWarnings("NullAway.Init") // before each test, by controlPlane()
    private ChangingControlPlane cluster;

    private final List<Stream<String>> open = new ArrayList<>();

    /** Node 1 takes records, node 2 hands out some. */
    @Override
    ControlPlane controlPlane() throws IOException {
        node = new ScriptedLogNode();
        cluster = new ChangingControlPlane(partitions.port(), node.port());
        Uuid id = cluster.make("orders", 2);
        node.know("orders", id);
        return cluster;
    }

    /** A test's request is given up after 20 s. */
    @Override
    Map<String, String> settings() {
        return Map.of(
                "tidemark.gateway.request-timeout", "120s",
                "tidemark.gateway.leader-timeout", "300ms");
    }

    @AfterEach
    void stopNode() {
        open.forEach(Stream::close);
        node.close();
    }

    private void lead(int partition, int leader) {
        cluster.lead("orders", partition, leader);
    }

    private static void assertLeaderless(Reply reply) {
        assertError(reply, 503, ErrorCode.LEADER_NOT_AVAILABLE.restCode());
        assertThat(reply.retryAfter()).isEqualTo("1");
        assertThat(reply.body()).contains("artition 0", "orders", "no leader");
    }

    @Test
    void shouldRefuseWritesSoonAndSayWhenToComeAgain() throws Exception {
        lead(0, PartitionImage.NO_LEADER);
        assertLeaderless(post("/topics/orders/events?partition=0", "text/plain", "a"));
        assertThat(partitions.stored()).isEmpty();
    }

    @Test
    void shouldRefuseReadsAndStreamsSoon() throws Exception {
        lead(0, PartitionImage.NO_LEADER);
        assertLeaderless(send("GET", RECORDS, "", ""));
        assertLeaderless(send("GET", OFFSETS, "", ""));
        assertLeaderless(send("GET", OFFSET, "", ""));
        assertLeaderless(send("GET", "/topics/orders/events", "", ""));
    }

    @Test
    void shouldWaitAsLongAsARequestAsks() throws Exception {
        // Given
        lead(0, PartitionImage.NO_LEADER);
        var write = postAsync("/topics/orders/events?partition=0&timeout=60000", "a");
        assertLeaderless(post("/topics/orders/events?partition=0", "text/plain", "b"));

        // When
        assertThat(write).isNotDone();
        lead(0, 1);

        // Then
        assertThat(write.get().status()).isEqualTo(200);
    }

    @Test
    void shouldWaitWithReadsAsLongAsTheyAsk() throws Exception {
        // Given
        node.append("orders", 0, "a");
        lead(0, PartitionImage.NO_LEADER);
        List<CompletableFuture<HttpResponse<String>>> reads = new ArrayList<>();
        for (String path : List.of(RECORDS, OFFSETS, OFFSET)) {
            reads.add(
                    http.sendAsync(
                            request("GET", path + "?timeout=15000", "", ""),
                            HttpResponse.BodyHandlers.ofString()));
        }
        assertLeaderless(send("GET", OFFSETS, "", ""));
        assertLeaderless(send("GET", RECORDS + "?timeout=1", "", ""));

        // When
        assertThat(reads).noneMatch(CompletableFuture::isDone);
        lead(0, 2);

        // Then
        for (CompletableFuture<HttpResponse<String>> read : reads) {
            assertThat(read.get().statusCode()).as(read.get().body()).isEqualTo(200);
        }
    }

    @Test
    void shouldRefuseATimeoutThatIsNone() throws Exception {
        assertError(send("GET", OFFSETS + "?timeout=0", "", ""), 400, 40002);
        assertError(send("GET", OFFSET + "?timeout=300001", "", ""), 400, 40002);
        assertError(send("GET", RECORDS + "?timeout=soon", "", ""), 400, 40002);
    }

    @Test
    void shouldTellStreamsOfPartitionsThatLoseAndGetTheirLeaders() throws Exception {
        // Given
        lead(0, 2);
        lead(1, 2);
        List<String> events = follow("/topics/orders/events", "text/event-stream");
        List<String> lines = follow("/topics/orders/events", "application/x-ndjson");
        List<String> other = follow("/topics/orders/events?partitions=0", "application/x-ndjson");
        List<String> several = follow("/events?topics=orders", "application/x-ndjson");

        // When
        lead(1, PartitionImage.NO_LEADER);

        // Then
        String none = "\"topic\":\"orders\",\"partitions\":[1],";
        await(() -> has(events, "event: leaderless") && has(events, none));
        await(() -> has(lines, "\"event\":\"leaderless\"," + none));
        await(() -> has(several, "\"event\":\"leaderless\"," + none));

        // And
        lead(1, 2);
        String all = "\"partitions\":[],\"message\":\"Every partition has a leader again.\"";
        await(() -> has(events, all) && has(lines, all) && has(several, all));
        assertThat(has(other, "leaderless")).as("of a partition that it does not follow").isFalse();
    }

    private static boolean has(List<String> came, String text) {
        return came.stream().anyMatch(line -> line.contains(text));
    }

    /** What an endless stream says, line by line as it comes; it has begun. */
    private List<String> follow(String path, String type) throws Exception {
        HttpResponse<Stream<String>> answer =
                http.send(
                        request("GET", path, "", "", "Accept", type),
                        HttpResponse.BodyHandlers.ofLines());
        assertThat(answer.statusCode()).isEqualTo(200);
        List<String> came = new CopyOnWriteArrayList<>();
        open.add(answer.body());
        Thread.ofVirtual().start(() -> answer.body().forEach(came::add));
        await(() -> !came.isEmpty());
        return came;
    }
}
