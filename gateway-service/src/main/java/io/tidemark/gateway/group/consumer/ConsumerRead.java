package io.tidemark.gateway.group.consumer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.Future;
import io.tidemark.gateway.consume.LogRecord;
import io.tidemark.gateway.consume.PartitionRead;
import io.tidemark.gateway.consume.PartitionsReader;
import io.tidemark.gateway.consume.RecordsJson;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.error.ErrorMapping;
import io.tidemark.gateway.group.consumer.Registration.Standing;
import io.tidemark.gateway.group.member.TopicPartition;
import io.tidemark.gateway.group.position.ConsumerPositions;
import io.tidemark.gateway.group.position.ConsumerPositions.Spot;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One read of an instance, from the request until its answer has left. Belongs to the instance's
 * loop.
 *
 * <pre>
 *  WAITING     records are there, or the time is over   WRITING
 *  WRITING     the directory knows what is given        SENDING
 *  SENDING     sent, or not                             DONE: positions move, or stay
 *  WAITING     closed, failed, superseded               DONE
 * </pre>
 */
final class ConsumerRead {

    private static final int RETRY_AFTER_SECONDS = 1;

    /** What an answer takes beside its keys and values, for each record. */
    private static final int RECORD_OVERHEAD_BYTES = 200;

    private final RestConsumer consumer;
    private final ConsumerParts parts;
    private final ConsumerPositions positions;
    private final ReadQuery query;
    private final LogFetch log;
    private final CompletableFuture<Boolean> result = new CompletableFuture<>();

    /** The answer, until it is taken to be sent, or nobody is there to take it. */
    private final AtomicReference<@Nullable ByteBuf> body = new AtomicReference<>();

    private State state = State.WAITING;
    private @Nullable Future<?> deadline;
    private boolean sent;
    private long reservedBytes;

    /** What the answer has, by topic, where somebody wants to know. */
    private Map<String, List<LogRecord>> answered = Map.of();

    private enum State {
        WAITING,
        WRITING,
        SENDING,
        DONE
    }

    ConsumerRead(RestConsumer consumer, ReadQuery query) {
        this.consumer = consumer;
        this.parts = consumer.parts();
        this.positions = consumer.positions();
        this.query = query;
        this.log = new LogFetch(consumer, query, this::found, this::fail);
    }

    /**
     * Completes when there is an answer to {@link #take}. Fails with an {@link
     * io.tidemark.gateway.error.ApiErrorException}.
     */
    CompletionStage<Boolean> result() {
        return result;
    }

    /** The answer, for the one who sends it; null where the exchange is over. Any thread. */
    @Nullable ByteBuf take() {
        return body.getAndSet(null);
    }

    private void answer(ByteBuf answer) {
        body.set(answer);
        result.complete(true);
    }

    void begin() {
        if (state != State.WAITING) {
            return;
        }
        deadline =
                consumer.loop()
                        .schedule(this::timeIsOver, query.timeoutMs(), TimeUnit.MILLISECONDS);
        wake();
    }

    /** Something has changed: an assignment, a position, a refusal. */
    void wake() {
        if (state != State.WAITING) {
            return;
        }
        ApiError obstacle = consumer.obstacle();
        if (obstacle != null) {
            fail(obstacle);
            return;
        }
        if (!positions.unresolved().isEmpty()) {
            consumer.findPositions()
                    .thenAccept(
                            error -> {
                                if (error != null) {
                                    fail(error);
                                } else {
                                    log.readOn();
                                }
                            });
        }
        log.readOn();
    }

    private void timeIsOver() {
        if (state == State.WAITING) {
            log.timeIsOver();
            if (state == State.WAITING) {
                finishEmpty();
            }
        }
    }

    /** Ends a read that waits, with nothing: the client has asked anew, or the gateway stops. */
    void supersede() {
        if (state == State.WAITING) {
            finishEmpty();
        }
    }

    boolean isDone() {
        return state == State.DONE;
    }

    boolean isWaiting() {
        return state == State.WAITING;
    }

    private void finishEmpty() {
        done();
        answer(Unpooled.wrappedBuffer("[]".getBytes(StandardCharsets.US_ASCII)));
    }

    private void fail(ApiError error) {
        if (state == State.WAITING || state == State.WRITING) {
            done();
            result.completeExceptionally(error.exception());
        }
    }

    // ---- what was found

    private void found(List<PartitionsReader.Answer> answers) {
        if (state == State.WAITING) {
            Map<TopicPartition, Long> next = new TreeMap<>();
            write(select(answers, next), next);
        }
        PartitionRead.releaseAll(answers.stream().map(PartitionsReader.Answer::read).toList());
    }

    private void write(Map<String, List<LogRecord>> records, Map<TopicPartition, Long> next) {
        if (next.isEmpty()) {
            log.readOn();
            return;
        }
        long bytes = 0;
        for (List<LogRecord> each : records.values()) {
            for (LogRecord record : each) {
                bytes += record.sizeBytes() * 2L + RECORD_OVERHEAD_BYTES;
            }
        }
        if (!parts.budget().tryReserve(bytes)) {
            fail(
                    ApiError.busy(
                            "The gateway's memory for records under way is used up.",
                            RETRY_AFTER_SECONDS));
            return;
        }
        reservedBytes = bytes;
        state = State.WRITING;
        positions.begin(next);
        ByteBuf answer = json(records, (int) bytes);
        if (parts.deliveries().watches()) {
            answered = records;
        }
        consumer.giving()
                .whenCompleteAsync(
                        (standing, failure) -> marked(answer, standing, failure), consumer.loop());
    }

    /** Takes records up to the limit, and notes where each partition goes on. */
    private Map<String, List<LogRecord>> select(
            List<PartitionsReader.Answer> answers, Map<TopicPartition, Long> next) {
        Map<String, List<LogRecord>> selected = new LinkedHashMap<>();
        long bytes = 0;
        for (PartitionsReader.Answer answer : answers) {
            Spot spot = ReadPlan.spot(answer.from());
            TopicPartition partition = spot.partition();
            if (!(answer.read() instanceof PartitionRead.Records found) || !positions.isAt(spot)) {
                continue;
            }
            long position = found.nextOffset();
            for (LogRecord record : found.records()) {
                bytes += record.sizeBytes();
                if (bytes > query.maxBytes() && !selected.isEmpty()) {
                    position = record.offset();
                    break;
                }
                selected.computeIfAbsent(partition.topic(), name -> new ArrayList<>()).add(record);
                next.put(partition, position);
            }
            if (next.containsKey(partition)) {
                next.put(partition, position);
            }
        }
        return selected;
    }

    private ByteBuf json(Map<String, List<LogRecord>> records, int expectedBytes) {
        RecordsJson json =
                new RecordsJson(
                        consumer.settings().format(),
                        query.withTimestamp(),
                        query.withHeaders(),
                        parts.text().get());
        json.begin(expectedBytes);
        records.forEach(
                (topic, rows) -> {
                    for (LogRecord row : rows) {
                        json.add(topic, row);
                    }
                });
        json.end();
        return json.toBuffer(PooledByteBufAllocator.DEFAULT, parts.readBudget());
    }

    private void marked(ByteBuf answer, @Nullable Standing standing, @Nullable Throwable failure) {
        if (state != State.WRITING || failure != null || standing == Standing.TAKEN) {
            answer.release();
            if (failure != null) {
                fail(ErrorMapping.of(failure));
            } else if (state == State.WRITING) {
                fail(consumer.takenElsewhere());
            }
            return;
        }
        state = State.SENDING;
        answer(answer);
    }

    // ---- the end

    /** The answer's last byte has gone to the socket. Any thread. */
    void sent() {
        consumer.loop().execute(() -> sent = true);
    }

    /** The exchange is over, however it went. Any thread. */
    void close() {
        consumer.loop()
                .execute(
                        () -> {
                            done();
                            ByteBuf nobodys = take();
                            if (nobodys != null) {
                                nobodys.release();
                            }
                        });
    }

    private void arrived() {
        answered.forEach(parts.deliveries()::delivered);
        boolean full = reservedBytes >= query.maxBytes(); // there is more, probably
        if (full) {
            consumer.ahead().start(query.maxBytes());
        }
    }

    private void done() {
        if (state == State.DONE) {
            return;
        }
        boolean given = state == State.SENDING || state == State.WRITING;
        state = State.DONE;
        if (deadline != null) {
            deadline.cancel(false);
        }
        log.stop();
        if (given) {
            positions.end(sent);
            parts.budget().release(reservedBytes);
            if (sent) {
                arrived();
            }
            consumer.given();
        }
        consumer.readEnded(this);
    }
}
