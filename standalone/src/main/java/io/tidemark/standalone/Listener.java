package io.tidemark.standalone;

/** The ports of a process, and the settings they come from. */
enum Listener {
    GATEWAY("HTTP gateway", "server.address", "server.port", "tidemark.gateway.port"),
    COORDINATOR("coordinator's HTTP", "server.address", "server.port", "server.port"),
    KAFKA(
            "Kafka protocol",
            "tidemark.partition.host",
            "tidemark.partition.port",
            "tidemark.partition.port"),
    MANAGEMENT(
            "health and metrics",
            "management.server.address",
            "management.server.port",
            "management.server.port");

    private final String purpose;
    private final String hostKey;
    private final String portKey;
    private final String setting;

    Listener(String purpose, String hostKey, String portKey, String setting) {
        this.purpose = purpose;
        this.hostKey = hostKey;
        this.portKey = portKey;
        this.setting = setting;
    }

    String purpose() {
        return purpose;
    }

    /** The property that holds the address in the end. */
    String hostKey() {
        return hostKey;
    }

    /** The property that holds the port in the end. */
    String portKey() {
        return portKey;
    }

    /** The setting that a person changes. */
    String setting() {
        return setting;
    }
}
