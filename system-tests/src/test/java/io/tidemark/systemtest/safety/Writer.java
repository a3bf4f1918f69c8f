package io.tidemark.systemtest.safety;

import io.tidemark.testkit.history.HistoryRecorder;
import io.tidemark.testkit.history.Partition;

/**
 * What writers share: unique values, and where to record what became of them. A writer runs on a
 * thread of its own until it is closed, through any number of the broker's ends and starts.
 *
 * @param process the writer's number in the history
 */
record Writer(int process, Partition partition, HistoryRecorder recorder) {

    private static final long VALUES_PER_WRITER = 1_000_000_000L;

    long value(int sequence) {
        return process * VALUES_PER_WRITER + sequence;
    }
}
