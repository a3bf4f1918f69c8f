package io.tidemark.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.routing.ClusterView;
import io.tidemark.metadata.control.ControlPlane;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A stream on a topic of thousands of partitions that has just been made. */
class WideTopicIT extends RunningGateway {

    private static final String TOPIC = FixedControlPlane.TOPIC;
    private static final int PARTITIONS = 3_000;

    @SuppressWarnings("NullAway.Init") // before each test, by controlPlane()
    private ScriptedLogNode node;

    @Override
    ControlPlane controlPlane() throws IOException {
        node = new ScriptedLogNode();
        return new FixedControlPlane(node.port(), PARTITIONS);
    }

    @AfterEach
    void stopNode() {
        node.close();
    }

    @Test
    void shouldAskForThousandsOfOffsetsTogetherAndTogetherAgain() throws Exception {
        // Given
        node.know(TOPIC, context.getBean(ClusterView.class).requireTopic(TOPIC).id());
        node.append(TOPIC, 2_999, "last");
        node.refuseLookups(4);

        // When
        Reply reply = send("GET", "/topics/orders/events?from=earliest&limit=1", "", "");

        // Then
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        assertThat(reply.body()).contains("\"partition\":2999", "\"last\"");
        assertThat(node.lookups()).as("of first offsets and of ends, and again").isLessThan(15);
    }
}
