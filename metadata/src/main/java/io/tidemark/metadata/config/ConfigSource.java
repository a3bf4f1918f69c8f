package io.tidemark.metadata.config;

/** Where a configuration value comes from, the strongest first; as DescribeConfigs reports it. */
public enum ConfigSource {
    TOPIC(1),
    DYNAMIC_NODE(2),
    DYNAMIC_DEFAULT_NODE(3),
    STATIC_NODE(4),
    DEFAULT(5);

    private final byte number;

    ConfigSource(int number) {
        this.number = (byte) number;
    }

    /** The number in the Kafka protocol. */
    public byte number() {
        return number;
    }
}
