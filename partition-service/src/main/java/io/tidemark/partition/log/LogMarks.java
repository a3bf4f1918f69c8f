package io.tidemark.partition.log;

/** Three offsets of a log that its owner moves and the {@link LogStore} checkpoints. Any thread. */
final class LogMarks {
    private final String topic;
    private final int partition;
    private final Runnable onStartMoved;
    private volatile long recoveryPoint;
    private volatile long logStartOffset;
    private volatile long highWatermark;

    /**
     * @param onStartMoved told, on the mover's thread, behind each move of the log start
     */
    LogMarks(String topic, int partition, Runnable onStartMoved) {
        this.topic = topic;
        this.partition = partition;
        this.onStartMoved = onStartMoved;
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
        onStartMoved.run();
    }

    /** As it was known last; a replica goes on from there after a restart. */
    long highWatermark() {
        return highWatermark;
    }

    void highWatermark(long offset) {
        highWatermark = offset;
    }
}
