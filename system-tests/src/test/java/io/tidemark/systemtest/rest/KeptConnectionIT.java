package io.tidemark.systemtest.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.systemtest.broker.Broker;
import io.tidemark.systemtest.broker.SharedBroker;
import io.tidemark.systemtest.rest.Http.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Requests that follow each other closely on one connection. Reactor Netty up to 1.3.7 stopped
 * reading about one connection in two hundred after an answer that came from another thread.
 */
@SharedBroker
class KeptConnectionIT {
    private static final int ROUNDS = 1_500;
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Broker broker;

    KeptConnectionIT(Broker broker) {
        this.broker = broker;
    }

    @Test
    void shouldAnswerEachRequestOfAConnection() {
        try (Http http = new Http(broker)) {
            String topics = http.clusterPath() + "/topics";
            for (int i = 0; i < ROUNDS; i++) {
                http.get("/v3/clusters").ok();
                Answer refused =
                        http.send(
                                http.request(topics)
                                        .timeout(LIMIT)
                                        .header("Content-Type", Http.JSON)
                                        .POST(BodyPublishers.ofString("{\"topic_name\":\"..\"}")));
                assertThat(refused.status()).isIn(400, 422);
            }
        }
    }
}
