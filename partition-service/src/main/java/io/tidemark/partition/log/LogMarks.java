package io.tidemark.partition.log;

/** Three offsets of a log that its owner moves and the {@link LogStore} checkpoints. Any thread. */
final class LogMarks {
    private final String topic;
    private final int partition;
    private final Checkpoints checkpoints;
    private volatile long recoveryPoint;
    private volatile long logStartOffset;
    private volatile long highWatermark;

    /** The files of which the offsets are part. */
    record Checkpoints(
            OffsetCheckpoint recoveryPoints,
            OffsetCheckpoint logStarts,
            OffsetCheckpoint highWatermarks) {

        /** A log has gone. */
        void moved() {
            recoveryPoints.moved();
            logStarts.moved();
            highWatermarks.moved();
        }
    }

    LogMarks(String topic, int partition, Checkpoints checkpoints) {
        this.topic = topic;
        this.partition = partition;
        this.checkpoints = checkpoints;
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
        checkpoints.recoveryPoints.moved();
    }

    long logStartOffset() {
        return logStartOffset;
    }

    void logStartOffset(long offset) {
        logStartOffset = offset;
        checkpoints.logStarts.moved();
    }

    /** As it was known last; a replica goes on from there after a restart. */
    long highWatermark() {
        return highWatermark;
    }

    void highWatermark(long offset) {
        highWatermark = offset;
        checkpoints.highWatermarks.moved();
    }
}
