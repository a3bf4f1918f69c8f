package io.tidemark.gateway.routing;

import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.error.ErrorMapping;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.client.Response;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/**
 * One question to a partition's leader, until it is answered or its time is over. One step at a
 * time, on the thread that brought the news.
 *
 * <pre>
 *  ASKING   an answer                       done
 *  ASKING   a retriable error, or silence   WAITING
 *  ASKING   another leader                  ASKING it
 *  WAITING  another leader, or time         ASKING
 *  any      the question's time is over     failed with the last error
 * </pre>
 */
final class Question<S extends ApiMessage, T> {

    private final PartitionClient client;
    private final String topicName;
    private final int partition;
    private final Lane lane;
    private final Function<TopicImage, ApiMessage> request;
    private final Function<S, Reply<T>> reader;
    private final Duration each;
    private final long deadlineNanos;
    private final long leaderDeadlineNanos;
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private int attempt;

    Question(
            PartitionClient client,
            String topicName,
            int partition,
            Lane lane,
            Function<TopicImage, ApiMessage> request,
            Function<S, Reply<T>> reader,
            Duration each,
            Patience limit) {
        this.client = client;
        this.topicName = topicName;
        this.partition = partition;
        this.lane = lane;
        this.request = request;
        this.reader = reader;
        this.each = each;
        long nowNanos = client.clock().nanos();
        this.deadlineNanos = nowNanos + limit.timeout().toNanos();
        this.leaderDeadlineNanos = nowNanos + limit.leaderless().toNanos();
    }

    CompletionStage<T> result() {
        return result;
    }

    void ask() {
        attempt++;
        Optional<TopicImage> found = client.view().topic(topicName);
        if (found.isEmpty()) {
            fail(client.view().topicMissing(topicName));
            return;
        }
        TopicImage topic = found.get();
        if (partition >= topic.partitions().size()) {
            fail(ApiError.partitionNotFound(topicName, partition));
            return;
        }
        Leader leader = client.leaders().of(topic, partition);
        if (leader.exists()) {
            ask(topic, leader);
        } else {
            again(
                    topic,
                    ApiError.of(
                            ErrorCode.LEADER_NOT_AVAILABLE,
                            "Partition %d of topic '%s' has no leader."
                                    .formatted(partition, topicName)),
                    leaderDeadlineNanos);
        }
    }

    private void ask(TopicImage topic, Leader leader) {
        Duration limit = shorter(each, left());
        AtomicBoolean ended = new AtomicBoolean();
        CompletableFuture<?> change =
                client.leaders()
                        .awaitChange(topic, new int[] {partition}, limit)
                        .toCompletableFuture();
        client.<S>send(leader.nodeId(), lane, request.apply(topic), limit)
                .whenComplete(
                        (response, failure) -> {
                            if (ended.compareAndSet(false, true)) {
                                change.cancel(false);
                                answered(topic, response, failure);
                            } else if (response != null) {
                                response.close();
                            }
                        });
        change.thenRun(
                () -> {
                    if (ended.compareAndSet(false, true)) {
                        ask();
                    }
                });
    }

    private void answered(
            TopicImage topic, @Nullable Response<S> response, @Nullable Throwable failure) {
        if (response == null) {
            again(topic, ApiError.unavailable(message(failure)));
            return;
        }
        Reply<T> reply;
        try (response) {
            reply = reader.apply(response.message());
        } catch (RuntimeException bug) {
            result.completeExceptionally(bug);
            return;
        }
        switch (reply) {
            case Reply.Answer<T>(T value) -> result.complete(value);
            case Reply.Refused<T>(ErrorCode error, String message) -> {
                ApiError refusal = Refusal.error(error, topicName, partition, message);
                if (Refusal.isForNow(error)) {
                    again(topic, refusal);
                } else {
                    fail(refusal);
                }
            }
        }
    }

    private void again(TopicImage topic, ApiError last) {
        again(topic, last, deadlineNanos);
    }

    private void again(TopicImage topic, ApiError last, long endNanos) {
        Duration left = until(endNanos);
        Duration wait = shorter(Duration.ofMillis(PartitionClient.backoffMs(attempt)), left);
        if (left.isZero()) {
            fail(last);
            return;
        }
        client.leaders()
                .awaitChange(topic, new int[] {partition}, wait)
                .whenComplete(
                        (changed, timeUp) -> {
                            if (timeUp != null && until(endNanos).isZero()) {
                                fail(last);
                            } else {
                                ask();
                            }
                        });
    }

    private void fail(ApiError error) {
        result.completeExceptionally(error.exception());
    }

    private Duration left() {
        return until(deadlineNanos);
    }

    private Duration until(long endNanos) {
        return Duration.ofNanos(Math.max(0, endNanos - client.clock().nanos()));
    }

    static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    static String message(@Nullable Throwable failure) {
        if (failure == null) {
            return "no response";
        }
        return String.valueOf(ErrorMapping.unwrap(failure).getMessage());
    }
}
