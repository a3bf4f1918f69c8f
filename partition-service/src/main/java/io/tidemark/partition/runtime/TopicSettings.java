package io.tidemark.partition.runtime;

import io.tidemark.metadata.config.EffectiveConfigs;
import io.tidemark.metadata.config.TopicConfigs;
import io.tidemark.partition.log.LogConfig;
import io.tidemark.partition.replica.Replica;

/** A topic's configuration as its partitions use it, parsed once. */
public record TopicSettings(LogConfig log, int minInSync, ReplicationSettings replication) {

    static TopicSettings of(EffectiveConfigs configs, ReplicationSettings replication) {
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
                log, configs.getInt(TopicConfigs.MIN_INSYNC_REPLICAS), replication);
    }

    Replica.Rules rules() {
        return new Replica.Rules(minInSync, replication.lagTimeMaxMs() * 1_000_000);
    }

    /** Kafka's producer.id.expiration.ms. */
    private static final long PRODUCER_ID_EXPIRY_MS = 24L * 60 * 60 * 1000;
}
