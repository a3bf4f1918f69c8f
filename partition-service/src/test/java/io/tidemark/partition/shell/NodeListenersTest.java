package io.tidemark.partition.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.metadata.image.NodeImage;
import io.tidemark.protocol.server.ServerConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Clients of each listener are told addresses of its own kind. */
class NodeListenersTest {
    private static final String MORE = "tidemark.partition.more-listeners[0].";
    private static final Map<String, String> TWO =
            Map.of(
                    "tidemark.partition.host",
                    "0.0.0.0",
                    "tidemark.partition.advertised-host",
                    "node-1",
                    MORE + "name",
                    "OUTSIDE",
                    MORE + "port",
                    "9093",
                    MORE + "advertised-host",
                    "localhost",
                    MORE + "advertised-port",
                    "19093");

    @Test
    void shouldListenAndAdvertiseUnderEachName() {
        PartitionServiceProperties properties = bind(TWO);
        assertThat(NodeListeners.bound(properties, 9092))
                .extracting(ServerConfig::listener, ServerConfig::host, ServerConfig::port)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("PLAINTEXT", "0.0.0.0", 9092),
                        org.assertj.core.groups.Tuple.tuple("OUTSIDE", "0.0.0.0", 9093));
        assertThat(NodeListeners.advertised(properties, 9092))
                .containsExactly(
                        new NodeImage.Listener("PLAINTEXT", "node-1", 9092),
                        new NodeImage.Listener("OUTSIDE", "localhost", 19093));
        assertThat(NodeListeners.textOfAdvertised(NodeListeners.advertised(properties, 9092)))
                .isEqualTo("PLAINTEXT://node-1:9092,OUTSIDE://localhost:19093");
    }

    @Test
    void shouldAdvertiseThePortListenedOnWhereNoOtherIsGiven() {
        assertThat(NodeListeners.advertised(bind(with(MORE + "advertised-port", "0")), 9092))
                .contains(new NodeImage.Listener("OUTSIDE", "localhost", 9093));
    }

    @Test
    void shouldNameWhatIsWrong() {
        assertWrong(with(MORE + "name", "PLAINTEXT"), "two listeners of the name PLAINTEXT");
        assertWrong(with(MORE + "name", "a b"), "more-listeners.name must be");
        assertWrong(with(MORE + "port", "0"), "more-listeners.port must be from 1");
        assertWrong(with(MORE + "advertised-host", ""), "advertised-host is missing for OUTSIDE");
        assertWrong(with(MORE + "advertised-port", "65536"), "advertised-port must be from 0");
    }

    private static void assertWrong(Map<String, String> settings, String words) {
        assertThatThrownBy(() -> bind(settings)).rootCause().hasMessageContaining(words);
    }

    private static Map<String, String> with(String key, String value) {
        Map<String, String> changed = new java.util.HashMap<>(TWO);
        changed.put(key, value);
        return changed;
    }

    private static PartitionServiceProperties bind(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
                .bind("tidemark.partition", PartitionServiceProperties.class)
                .get();
    }
}
