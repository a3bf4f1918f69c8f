package io.tidemark.coordinator;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where a coordinator that is a process of its own answers requests about groups, which partition
 * services pass on to it.
 *
 * @param host Address to listen on, over the Kafka protocol. Only partition services should reach
 *     it.
 * @param port Port to listen on; 0 picks a free one.
 * @param advertisedHost Host that partition services are told to connect to. By default {@code
 *     host}, or this machine's name where that is every address.
 */
@Validated
@ConfigurationProperties("tidemark.coordinator.kafka")
public record CoordinatorKafkaProperties(
        @DefaultValue("127.0.0.1") @NotBlank String host,
        @DefaultValue("9192") @Min(0) @Max(65535) int port,
        @Nullable String advertisedHost) {

    /** The host that partition services are told. */
    String hostForServices() {
        if (advertisedHost != null) {
            return advertisedHost;
        }
        if (!host.equals("0.0.0.0") && !host.equals("::")) {
            return host;
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            throw new IllegalStateException(
                    "This machine does not know its name: set"
                            + " tidemark.coordinator.kafka.advertised-host",
                    e);
        }
    }
}
