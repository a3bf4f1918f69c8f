package io.tidemark.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers that wait for as long as nothing waits behind them. */
class NextRequestIT extends KafkaServerFixture {
    private static final int ENDED = -1;

    /** What the answers that waited said: their number, or that the connection takes no more. */
    private final BlockingQueue<Integer> hurried = new LinkedBlockingQueue<>();

    private final BlockingQueue<Integer> waiting = new LinkedBlockingQueue<>();

    @BeforeEach
    void waitForTheNextRequest() {
        handlers.add(
                FunctionHandler.<MetadataRequestData, MetadataResponseData>all(
                        ApiMessageType.METADATA,
                        (context, request) -> {
                            CompletableFuture<MetadataResponseData> answer =
                                    new CompletableFuture<>();
                            int number = request.topics() == null ? 0 : request.topics().size();
                            Connection connection = context.connection();
                            connection.onNextRequest(
                                    () -> {
                                        hurried.add(connection.isOpen() ? number : ENDED);
                                        answer.complete(metadata(number));
                                    });
                            waiting.add(number);
                            return answer.thenApply(response -> response);
                        }));
    }

    @Test
    void shouldBeGivenWhenTheNextRequestComes() throws Exception {
        try (RawClient client = start()) {
            client.send(request(1), V9, 1);
            assertThat(waiting.poll(20, TimeUnit.SECONDS)).isEqualTo(1);
            assertThat(client.socket().getInputStream().available()).isZero();

            client.send(request(2), V9, 2);

            assertThat(client.receive(new MetadataResponseData(), V9, 1).controllerId())
                    .isEqualTo(1);
            assertThat(waiting.poll(20, TimeUnit.SECONDS)).isEqualTo(2);
            assertThat(client.socket().getInputStream().available()).isZero();
            assertThat(hurried).containsExactly(1);
        }
    }

    @Test
    void shouldBeGivenWhenTheServerStops() throws Exception {
        try (RawClient client = start()) {
            client.send(request(1), V9, 1);
            assertThat(waiting.poll(20, TimeUnit.SECONDS)).isEqualTo(1);

            server().close();

            assertThat(client.receive(new MetadataResponseData(), V9, 1).controllerId())
                    .isEqualTo(1);
            assertThat(hurried).containsExactly(ENDED);
        }
    }

    @Test
    void shouldEndWithTheConnection() throws Exception {
        try (RawClient client = start()) {
            client.send(request(1), V9, 1);
            assertThat(waiting.poll(20, TimeUnit.SECONDS)).isEqualTo(1);
        }

        assertThat(hurried.poll(20, TimeUnit.SECONDS)).isEqualTo(ENDED);
    }

    private static MetadataRequestData request(int number) {
        MetadataRequestData request = new MetadataRequestData();
        for (int i = 0; i < number; i++) {
            request.topics()
                    .add(new MetadataRequestData.MetadataRequestTopic().setName("topic-" + i));
        }
        return request;
    }
}
