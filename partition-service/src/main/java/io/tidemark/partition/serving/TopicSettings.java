package io.tidemark.partition.serving;

import io.tidemark.metadata.config.EffectiveConfigs;
import io.tidemark.metadata.config.TopicConfigs;
import io.tidemark.partition.log.LogConfig;
import io.tidemark.partition.replica.Replica;
import io.tidemark.protocol.record.Compression;
import io.tidemark.protocol.record.Recompression;
import java.util.Optional;

/**
 * A topic's configuration as its partitions use it, parsed once.
 *
 * @param compression of batches on disk; empty where it is the producer's
 */
public record TopicSettings(
        LogConfig log,
        int minInSync,
        ReplicationSettings replication,
        Optional<Recompression.Target> compression) {

    /** Those that a topic's configuration has, on a node that replicates so. */
    public static TopicSettings of(EffectiveConfigs configs, ReplicationSettings replication) {
        LogConfig log =
                new LogConfig(
                        configs.getInt(TopicConfigs.SEGMENT_BYTES),
                        configs.getLong(TopicConfigs.SEGMENT_MS),
                        configs.getInt(TopicConfigs.INDEX_INTERVAL_BYTES),
                        configs.getInt(TopicConfigs.SEGMENT_INDEX_BYTES),
                        configs.getLong(TopicConfigs.RETENTION_MS),
                        configs.getLong(TopicConfigs.RETENTION_BYTES),
                        configs.getInt(TopicConfigs.MAX_MESSAGE_BYTES),
                        configs.getString(TopicConfigs.FLUSH).equals("fsync"),
                        configs.getString(TopicConfigs.MESSAGE_TIMESTAMP_TYPE)
                                .equals("LogAppendTime"),
                        configs.getLong(TopicConfigs.MESSAGE_TIMESTAMP_BEFORE_MAX_MS),
                        configs.getLong(TopicConfigs.MESSAGE_TIMESTAMP_AFTER_MAX_MS),
                        configs.getLong(TopicConfigs.FLUSH_MESSAGES),
                        configs.getLong(TopicConfigs.FLUSH_MS),
                        configs.getLong(TopicConfigs.FILE_DELETE_DELAY_MS),
                        PRODUCER_ID_EXPIRY_MS);
        return new TopicSettings(
                log,
                configs.getInt(TopicConfigs.MIN_INSYNC_REPLICAS),
                replication,
                compression(configs));
    }

    private static Optional<Recompression.Target> compression(EffectiveConfigs configs) {
        String type = configs.getString(TopicConfigs.COMPRESSION_TYPE);
        return switch (type) {
            case TopicConfigs.AS_PRODUCED -> Optional.empty();
            case TopicConfigs.UNCOMPRESSED -> target(Compression.NONE, 0);
            case "gzip" ->
                    target(Compression.GZIP, configs.getInt(TopicConfigs.COMPRESSION_GZIP_LEVEL));
            case "snappy" -> target(Compression.SNAPPY, 0);
            case "lz4" ->
                    target(Compression.LZ4, configs.getInt(TopicConfigs.COMPRESSION_LZ4_LEVEL));
            case "zstd" ->
                    target(Compression.ZSTD, configs.getInt(TopicConfigs.COMPRESSION_ZSTD_LEVEL));
            default -> throw new IllegalStateException("Unknown compression.type " + type);
        };
    }

    private static Optional<Recompression.Target> target(Compression compression, int level) {
        return Optional.of(new Recompression.Target(compression, level));
    }

    Replica.Rules rules() {
        return new Replica.Rules(minInSync, replication.lagTimeMaxMs() * 1_000_000);
    }

    /** Kafka's producer.id.expiration.ms. */
    private static final long PRODUCER_ID_EXPIRY_MS = 24L * 60 * 60 * 1000;
}
