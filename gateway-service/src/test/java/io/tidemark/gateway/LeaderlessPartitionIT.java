package io.tidemark.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.protocol.ErrorCode;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is said of a partition without a leader, long before a request's time is over. */
class LeaderlessPartitionIT extends RunningGateway {

    @SuppressWarnings("NullAway.Init") // before each test, by controlPlane()
    private ChangingControlPlane cluster;

    @Override
    ControlPlane controlPlane() throws IOException {
        cluster = new ChangingControlPlane(partitions.port(), partitions.port(), 4);
        return cluster;
    }

    /** A test's request is given up after 20 s. */
    @Override
    Map<String, String> settings() {
        return Map.of(
                "tidemark.gateway.request-timeout", "120s",
                "tidemark.gateway.leader-timeout", "300ms");
    }

    private static void assertLeaderless(Reply reply) {
        assertError(reply, 503, ErrorCode.LEADER_NOT_AVAILABLE.restCode());
        assertThat(reply.retryAfter()).isEqualTo("1");
        assertThat(reply.body()).contains("artition 0", "orders", "no leader");
    }

    @Test
    void shouldRefuseWritesSoonAndSayWhenToComeAgain() throws Exception {
        cluster.lead(0, PartitionImage.NO_LEADER);
        assertLeaderless(post("/topics/orders/events?partition=0", "text/plain", "a"));
        assertThat(partitions.stored()).isEmpty();
    }

    @Test
    void shouldRefuseReadsAndStreamsSoon() throws Exception {
        cluster.lead(0, PartitionImage.NO_LEADER);
        assertLeaderless(send("GET", "/topics/orders/partitions/0/records", "", ""));
        assertLeaderless(send("GET", "/topics/orders/partitions/0/offsets", "", ""));
        assertLeaderless(send("GET", "/topics/orders/events", "", ""));
    }

    @Test
    void shouldWaitAsLongAsARequestAsks() throws Exception {
        // Given
        cluster.lead(0, PartitionImage.NO_LEADER);
        var reply = postAsync("/topics/orders/events?partition=0&timeout=60000", "a");
        assertLeaderless(post("/topics/orders/events?partition=0", "text/plain", "b"));

        // When
        assertThat(reply).isNotDone();
        cluster.lead(0, 2);

        // Then
        assertThat(reply.get().status()).isEqualTo(200);
    }
}
