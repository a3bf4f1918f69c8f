package io.tidemark.gateway.group.consumer;

import io.tidemark.gateway.consume.LogRecord;
import io.tidemark.gateway.consume.PartitionRead;
import io.tidemark.gateway.consume.PartitionsReader.Answer;
import io.tidemark.gateway.consume.PartitionsReader.From;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Fetches what the next read of an instance will ask for, while its client is busy with the answer
 * before: neither waits for the other. Nothing moves by it; what is fetched is only a guess, which
 * the next read takes where its positions are still those. Belongs to the instance's loop.
 *
 * <pre>
 *  none -- start --> under way -- all leaders have answered --> there -- take, or a second --> none
 *                        +------- take: handed on as it comes ----------------------------------^
 * </pre>
 */
final class ReadAhead {

    /** A client that reads in a loop is back sooner; for any other it is only memory. */
    private static final long KEPT_MS = 1_000;

    private final RestConsumer consumer;
    private final ConsumerParts parts;
    private @Nullable Guess guess;

    /** What was fetched, or is about to be. */
    private static final class Guess {
        private final List<Answer> answers = new ArrayList<>();
        private int open;
        private long reservedBytes;
        private @Nullable Consumer<List<Answer>> taker;
    }

    ReadAhead(RestConsumer consumer) {
        this.consumer = consumer;
        this.parts = consumer.parts();
    }

    /**
     * Begins to fetch from where the positions are, unless that has begun.
     *
     * @param maxBytes over all partitions
     */
    void start(int maxBytes) {
        if (guess != null) {
            return;
        }
        Map<Integer, List<From>> byLeader =
                ReadPlan.of(parts, consumer.positions().readable()).byLeader();
        if (byLeader.isEmpty()) {
            return;
        }
        Guess begun = new Guess();
        begun.open = byLeader.size();
        guess = begun;
        byLeader.forEach(
                (leader, wanted) ->
                        parts.look(
                                leader,
                                wanted,
                                maxBytes,
                                consumer.loop(),
                                (answers, failure) -> came(begun, answers)));
    }

    private void came(Guess begun, @Nullable List<Answer> answers) {
        if (answers != null) {
            add(begun, answers);
        }
        begun.open--;
        if (begun.open > 0) {
            return;
        }
        if (begun.taker != null) {
            hand(begun, begun.taker);
        } else {
            var unused =
                    consumer.loop().schedule(() -> forget(begun), KEPT_MS, TimeUnit.MILLISECONDS);
        }
    }

    /** Keeps records where there is memory for them; what is amiss the next read will meet. */
    private void add(Guess begun, List<Answer> answers) {
        for (Answer answer : answers) {
            if (answer.read()
                            instanceof
                            PartitionRead.Records(
                                    int partition,
                                    List<LogRecord> records,
                                    long next,
                                    long end)
                    && !records.isEmpty()) {
                long bytes = records.stream().mapToLong(LogRecord::sizeBytes).sum();
                if (parts.budget().tryReserve(bytes)) {
                    begun.reservedBytes += bytes;
                    begun.answers.add(answer);
                }
            }
        }
    }

    /**
     * Gives what was fetched ahead to the next read, now or once it is there.
     *
     * @param taker called once, in a task of the loop or at once; the list may be empty
     * @return false where nothing was begun; then {@code taker} is never called
     */
    boolean take(Consumer<List<Answer>> taker) {
        Guess begun = guess;
        if (begun == null || begun.taker != null) {
            return false;
        }
        begun.taker = taker;
        if (begun.open == 0) {
            hand(begun, taker);
        }
        return true;
    }

    private void hand(Guess begun, Consumer<List<Answer>> taker) {
        forget(begun);
        taker.accept(begun.answers);
    }

    private void forget(Guess begun) {
        if (guess == begun) {
            guess = null;
            parts.budget().release(begun.reservedBytes);
        }
    }
}
