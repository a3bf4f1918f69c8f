package io.tidemark.testkit.chaos;

import io.tidemark.testkit.history.Partition;
import java.util.List;

/** A client that writes to one partition until it is closed, on a thread of its own. */
interface ChaosWriter extends AutoCloseable {

    Partition partition();

    /** Calls that failed for good so far, in words; some, where there are many. */
    List<String> failures();

    /** How many calls have failed for good. */
    long failureCount();

    /** Stops sending and awaits all answers; the cluster must be well. */
    @Override
    void close() throws InterruptedException;

    /** Gives up whatever is still unanswered. */
    void abandon();
}
