package io.tidemark.partition.log;

/**
 * A topic's settings that its logs obey. Sizes in bytes, times in milliseconds; -1 means unlimited.
 *
 * @param fsyncBeforeAck flush=fsync: only durable records count as written
 * @param logAppendTime message.timestamp.type=LogAppendTime
 */
public record LogConfig(
        int segmentSizeBytes,
        long segmentMs,
        int indexIntervalBytes,
        int indexSizeBytes,
        long retentionMs,
        long retentionSizeBytes,
        int maxMessageBytes,
        boolean fsyncBeforeAck,
        boolean logAppendTime,
        long timestampBeforeMaxMs,
        long timestampAfterMaxMs,
        long flushMessages,
        long flushMs,
        long fileDeleteDelayMs,
        long producerIdExpiryMs) {}
