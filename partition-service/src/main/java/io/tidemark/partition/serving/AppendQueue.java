package io.tidemark.partition.serving;

import io.tidemark.protocol.ErrorCode;
import java.util.ArrayDeque;

/**
 * Appends of one partition that wait to be safe, in the order of their offsets. Owned by the
 * partition's event loop.
 */
final class AppendQueue {
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

    private record Waiting(
            long lastOffset,
            long baseOffset,
            long appendTimeMs,
            long deadlineNanos,
            AppendReply reply) {}

    void add(
            long lastOffset,
            long baseOffset,
            long appendTimeMs,
            long deadlineNanos,
            AppendReply reply) {
        waiting.add(new Waiting(lastOffset, baseOffset, appendTimeMs, deadlineNanos, reply));
    }

    /** Answers those that lie below {@code safeEnd}. */
    void release(long safeEnd, long logStartOffset) {
        Waiting head = waiting.peek();
        while (head != null && head.lastOffset < safeEnd) {
            waiting.remove();
            head.reply.acknowledged(head.baseOffset, head.appendTimeMs, logStartOffset);
            head = waiting.peek();
        }
    }

    /** Gives up all of them. */
    void fail(ErrorCode error, String message) {
        Waiting head = waiting.poll();
        while (head != null) {
            head.reply.refused(error, message);
            head = waiting.poll();
        }
    }

    /** Gives up those whose time is over; the records may become safe all the same. */
    void expire(long nowNanos) {
        waiting.removeIf(
                append -> {
                    boolean late = append.deadlineNanos - nowNanos <= 0;
                    if (late) {
                        append.reply.refused(
                                ErrorCode.REQUEST_TIMED_OUT,
                                "The records were not safe in time; they may become so later.");
                    }
                    return late;
                });
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }
}
