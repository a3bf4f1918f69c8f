package io.tidemark.standalone;

/** The ports of the process, and the settings they come from. */
enum Listener {
    GATEWAY("HTTP gateway", "server.address", "server.port"),
    KAFKA("Kafka protocol", "tidemark.partition.host", "tidemark.partition.port"),
    MANAGEMENT("health and metrics", "management.server.address", "management.server.port");

    private final String purpose;
    private final String hostKey;
    private final String portKey;

    Listener(String purpose, String hostKey, String portKey) {
        this.purpose = purpose;
        this.hostKey = hostKey;
        this.portKey = portKey;
    }

    String purpose() {
        return purpose;
    }

    String hostKey() {
        return hostKey;
    }

    String portKey() {
        return portKey;
    }
}
