package io.tidemark.partition.log;

/** Two offsets of a log that its owner moves and the {@link LogStore} checkpoints. Any thread. */
final class LogMarks {
    private final String topic;
    private final int partition;
    private volatile long recoveryPoint;
    private volatile long logStartOffset;

    LogMarks(String topic, int partition) {
        this.topic = topic;
        this.partition = partition;
    }

    String topic() {
        return topic;
    }

    int partition() {
        return partition;
    }

    /** All records below it are durable. */
    long recoveryPoint() {
        return recoveryPoint;
    }

    void recoveryPoint(long offset) {
        recoveryPoint = offset;
    }

    long logStartOffset() {
        return logStartOffset;
    }

    void logStartOffset(long offset) {
        logStartOffset = offset;
    }
}
