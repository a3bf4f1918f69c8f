package io.tidemark.gateway.routing;

import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.error.ErrorMapping;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/**
 * One question about many partitions of a topic, to each of their leaders at once, until all are
 * answered or its time is over. What a leader refuses for now is asked again, again together: a
 * topic of thousands of partitions takes a few requests and not thousands.
 *
 * <pre>
 *  ASKING   all leaders have answered, all partitions      done
 *  ASKING   all leaders have answered, some are left       WAITING
 *  ASKING   a leader that owes its answer leads no more    as though it had refused
 *  WAITING  another leader, or time                        ASKING
 *  any      the question's time is over                    failed with the last error
 * </pre>
 */
final class WideQuestion<S extends ApiMessage> {

    /** For one leader's answer: a silent one leaves time for another. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final PartitionClient client;
    private final String topicName;
    private final Lane lane;
    private final BiFunction<TopicImage, int[], ApiMessage> request;
    private final BiConsumer<S, Outcome> reader;
    private final long deadlineNanos;
    private final long leaderDeadlineNanos;
    private final CompletableFuture<@Nullable Void> result = new CompletableFuture<>();

    /** Those that are not answered yet, with what was last said of them. */
    private final SortedMap<Integer, ApiError> left = new TreeMap<>();

    private int attempt;
    private @Nullable ApiError fatal;

    /** Told of each partition in an answer. */
    interface Outcome {

        /** The partition is answered, or refused by an error. */
        void of(int partition, ErrorCode error);
    }

    WideQuestion(
            PartitionClient client,
            String topicName,
            int[] partitions,
            Lane lane,
            BiFunction<TopicImage, int[], ApiMessage> request,
            BiConsumer<S, Outcome> reader,
            Patience limit) {
        this.client = client;
        this.topicName = topicName;
        this.lane = lane;
        this.request = request;
        this.reader = reader;
        long nowNanos = client.clock().nanos();
        this.deadlineNanos = nowNanos + limit.timeout().toNanos();
        this.leaderDeadlineNanos = nowNanos + limit.leaderless().toNanos();
        for (int partition : partitions) {
            left.put(partition, ApiError.unavailable("Nothing was answered in time."));
        }
    }

    CompletionStage<@Nullable Void> result() {
        return result;
    }

    void ask() {
        int[] open;
        synchronized (left) {
            attempt++;
            open = left.keySet().stream().mapToInt(each -> each).toArray();
        }
        TopicImage topic = client.view().topic(topicName).orElse(null);
        if (topic == null) {
            fail(client.view().topicMissing(topicName));
            return;
        }
        Map<Integer, List<Integer>> byLeader = new TreeMap<>();
        for (int partition : open) {
            if (partition >= topic.partitions().size()) {
                fail(ApiError.partitionNotFound(topicName, partition));
                return;
            }
            byLeader.computeIfAbsent(
                            client.leaders().of(topic, partition).nodeId(),
                            leader -> new ArrayList<>())
                    .add(partition);
        }
        List<Integer> leaderless = byLeader.remove(PartitionImage.NO_LEADER);
        if (leaderless != null) {
            synchronized (left) {
                leaderless.forEach(each -> left.replace(each, noLeader(each)));
            }
        }
        List<CompletableFuture<?>> asked = new ArrayList<>();
        byLeader.forEach(
                (leader, partitions) ->
                        asked.add(
                                ask(
                                        topic,
                                        leader,
                                        partitions.stream().mapToInt(each -> each).toArray())));
        CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                .whenComplete((all, failure) -> next(topic, leaderless != null, failure));
    }

    private ApiError noLeader(int partition) {
        return ApiError.of(
                ErrorCode.LEADER_NOT_AVAILABLE,
                "Partition %d of topic '%s' has no leader.".formatted(partition, topicName));
    }

    /** Completes when the leader has answered, or leads one of them no more. */
    private CompletableFuture<@Nullable Void> ask(TopicImage topic, int leader, int[] partitions) {
        CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
        int round = attempt;
        Duration limit = Question.shorter(PATIENCE, until(deadlineNanos));
        CompletableFuture<?> change =
                client.leaders().awaitChange(topic, partitions, limit).toCompletableFuture();
        client.<S>send(leader, lane, request.apply(topic, partitions), limit)
                .whenComplete(
                        (response, failure) -> {
                            change.cancel(false);
                            answered(round, partitions, response, failure, ended);
                        });
        change.thenRun(() -> ended.complete(null));
        return ended;
    }

    private void answered(
            int round,
            int[] partitions,
            @Nullable Response<S> response,
            @Nullable Throwable failure,
            CompletableFuture<@Nullable Void> ended) {
        if (response == null) {
            ApiError error = ApiError.unavailable(Question.message(failure));
            synchronized (left) {
                for (int partition : partitions) {
                    left.replace(partition, error);
                }
            }
            ended.complete(null);
            return;
        }
        try (response) {
            reader.accept(
                    response.message(), (partition, error) -> outcome(round, partition, error));
            ended.complete(null);
        } catch (RuntimeException bug) {
            ended.completeExceptionally(bug);
        }
    }

    /** What a leader says that was given up since counts no more. */
    private void outcome(int round, int partition, ErrorCode error) {
        synchronized (left) {
            if (round != attempt) {
                return;
            }
            if (error == ErrorCode.NONE) {
                left.remove(partition);
                return;
            }
            ApiError refusal =
                    Refusal.error(
                            error,
                            topicName,
                            partition,
                            "Partition %d of topic '%s': %s."
                                    .formatted(
                                            partition,
                                            topicName,
                                            error.name()
                                                    .toLowerCase(java.util.Locale.ROOT)
                                                    .replace('_', ' ')));
            left.replace(partition, refusal);
            if (!Refusal.isForNow(error)) {
                fatal = refusal;
            }
        }
    }

    private void next(TopicImage topic, boolean leaderless, @Nullable Throwable bug) {
        int[] open;
        ApiError error;
        synchronized (left) {
            open = left.keySet().stream().mapToInt(each -> each).toArray();
            error = fatal != null || left.isEmpty() ? fatal : left.values().iterator().next();
        }
        long deadline = leaderless ? leaderDeadlineNanos : deadlineNanos;
        if (bug != null) {
            result.completeExceptionally(ErrorMapping.unwrap(bug));
        } else if (open.length == 0) {
            result.complete(null);
        } else if (error != null && (fatal != null || until(deadline).isZero())) {
            fail(error);
        } else {
            Duration wait =
                    Question.shorter(
                            Duration.ofMillis(PartitionClient.backoffMs(attempt)), until(deadline));
            client.leaders()
                    .awaitChange(topic, open, wait)
                    .whenComplete((changed, timeUp) -> ask());
        }
    }

    private void fail(ApiError error) {
        result.completeExceptionally(error.exception());
    }

    private Duration until(long deadline) {
        return Duration.ofNanos(Math.max(0, deadline - client.clock().nanos()));
    }
}
