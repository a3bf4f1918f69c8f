package io.tidemark.protocol.record;

import org.jspecify.annotations.Nullable;

/** How the records of a batch are compressed; the names are Kafka's {@code compression.type}. */
public enum Compression {
    NONE("none"),
    GZIP("gzip"),
    SNAPPY("snappy"),
    LZ4("lz4"),
    ZSTD("zstd");

    private static final Compression[] BY_ID = values();

    private final String configName;

    Compression(String configName) {
        this.configName = configName;
    }

    /** Bits 0 to 2 of a batch's attributes. */
    public int id() {
        return ordinal();
    }

    /** As {@code compression.type} has it. */
    public String configName() {
        return configName;
    }

    /** The compression with an id of 0 to 7; null where the id means nothing. */
    public static @Nullable Compression of(int id) {
        return id < BY_ID.length ? BY_ID[id] : null;
    }
}
