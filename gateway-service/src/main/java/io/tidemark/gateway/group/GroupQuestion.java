package io.tidemark.gateway.group;

import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.error.ErrorMapping;
import io.tidemark.gateway.routing.Lane;
import io.tidemark.gateway.routing.PartitionClient;
import io.tidemark.gateway.routing.Reply;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.client.NotSentException;
import io.tidemark.protocol.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/**
 * One question to the coordinator of groups, by way of one node after the other, until it is
 * answered or its time is over. Every node is tried once without a wait; then they are waited for.
 * One step at a time, on the thread that brought the news.
 */
final class GroupQuestion<S extends ApiMessage, T> {

    private final GroupLink link;
    private final String group;
    private final Lane lane;
    private final Supplier<ApiMessage> request;
    private final Function<S, Reply<T>> reader;
    private final GroupLink.Repeat repeat;
    private final long deadlineNanos;
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private int attempt;

    GroupQuestion(
            GroupLink link,
            String group,
            Lane lane,
            Supplier<ApiMessage> request,
            Function<S, Reply<T>> reader,
            GroupLink.Repeat repeat,
            long deadlineNanos) {
        this.link = link;
        this.group = group;
        this.lane = lane;
        this.request = request;
        this.reader = reader;
        this.repeat = repeat;
        this.deadlineNanos = deadlineNanos;
    }

    CompletionStage<T> result() {
        return result;
    }

    void ask() {
        List<Integer> nodes = link.nodes(group);
        int number = attempt++;
        if (nodes.isEmpty()) {
            again(nodes, ApiError.unavailable("No node of the cluster is alive."));
            return;
        }
        int node = nodes.get(number % nodes.size());
        link.<S>send(node, lane, request.get(), left())
                .whenComplete((response, failure) -> answered(nodes, response, failure));
    }

    private void answered(
            List<Integer> nodes, @Nullable Response<S> response, @Nullable Throwable failure) {
        if (response == null) {
            failed(
                    nodes,
                    failure == null
                            ? new IllegalStateException("no response")
                            : ErrorMapping.unwrap(failure));
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
                ApiError refusal = GroupErrors.of(error, group, message);
                if (error.retriable() && mayRepeat(error)) {
                    again(nodes, refusal);
                } else {
                    fail(refusal);
                }
            }
        }
    }

    private boolean mayRepeat(ErrorCode error) {
        return switch (error) {
            case COORDINATOR_LOAD_IN_PROGRESS, NOT_COORDINATOR -> true;
            default -> repeat == GroupLink.Repeat.ALWAYS;
        };
    }

    private void failed(List<Integer> nodes, Throwable cause) {
        boolean notSent = cause instanceof NotSentException;
        String message = "Group '" + group + "': " + cause.getMessage();
        if (notSent || repeat == GroupLink.Repeat.ALWAYS) {
            again(nodes, ApiError.unavailable(message + "."));
        } else {
            fail(ApiError.unavailable(message + "; whether it was carried out is unknown."));
        }
    }

    private void again(List<Integer> nodes, ApiError last) {
        Duration left = left();
        if (left.isZero()) {
            fail(last);
        } else if (attempt < nodes.size()) {
            ask();
        } else {
            long waitMs = PartitionClient.backoffMs(attempt - nodes.size() + 1);
            link.pause(
                    Math.min(waitMs, left.toMillis() + 1),
                    () -> {
                        if (left().isZero()) {
                            fail(last);
                        } else {
                            ask();
                        }
                    });
        }
    }

    private void fail(ApiError error) {
        result.completeExceptionally(error.exception());
    }

    private Duration left() {
        return Duration.ofNanos(Math.max(0, deadlineNanos - link.clock().nanos()));
    }
}
