package io.tidemark.gateway.group.consumer;

import io.tidemark.gateway.admin.AdminBody;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.group.member.Subscription;
import io.tidemark.gateway.group.member.TopicPartition;
import io.tidemark.gateway.pattern.PatternThread;
import io.tidemark.gateway.routing.ClusterView;
import io.tidemark.gateway.security.Access;
import io.tidemark.metadata.pattern.TopicPattern;
import io.tidemark.metadata.security.Authorizer.Operation;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What an instance may subscribe to, or be assigned. */
final class Subscriptions {

    /** How long an answer waits for the coordinator's word. */
    static final long PATIENCE_MS = 2_000;

    private static final int MAX_NAME_CHARS = 249;
    private static final int MAX_PATTERN_CHARS = 1_000;

    private final ClusterView view;
    private final Access access;
    private final PatternThread patterns;

    Subscriptions(ClusterView view, Access access, PatternThread patterns) {
        this.view = view;
        this.access = access;
        this.patterns = patterns;
    }

    /**
     * What a body asks for.
     *
     * @throws io.tidemark.gateway.error.ApiErrorException where it is malformed, or goes against
     *     what the instance reads already
     */
    Subscription of(RestConsumer consumer, AdminBody body) {
        List<String> topics = body.strings("topics");
        String pattern = body.textOrNull("topic_pattern");
        if (pattern != null && !topics.isEmpty()) {
            throw conflict("topics and topic_pattern are mutually exclusive: give one.");
        }
        if (consumer.isAssigned()) {
            throw conflict(
                    "Consumer instance '%s' has partitions assigned by hand, which excludes a subscription; delete the subscription first."
                            .formatted(consumer.key().instance()));
        }
        Subscription wanted = pattern == null ? topics(body, topics) : pattern(body, pattern);
        Subscription present = consumer.subscription();
        if (!(present instanceof Subscription.Nothing) && present.getClass() != wanted.getClass()) {
            throw new ApiError(
                            409,
                            40901,
                            "Consumer instance '%s' is subscribed to %s already; delete the subscription first."
                                    .formatted(consumer.key().instance(), text(present)))
                    .exception();
        }
        return wanted;
    }

    private Subscription topics(AdminBody body, List<String> topics) {
        if (topics.isEmpty()) {
            throw body.wrong(
                    "topics", "is empty, so there is nothing to subscribe to; DELETE unsubscribes");
        }
        for (String topic : topics) {
            if (topic.isEmpty()
                    || topic.length() > MAX_NAME_CHARS
                    || !topic.matches("[a-zA-Z0-9._-]+")) {
                throw body.wrong("topics", "has '" + topic + "', which cannot name a topic");
            }
            access.requireTopic(Access.ANONYMOUS, Operation.READ, topic);
        }
        return new Subscription.Topics(topics);
    }

    private static Subscription pattern(AdminBody body, String pattern) {
        if (pattern.isEmpty() || pattern.length() > MAX_PATTERN_CHARS) {
            throw body.wrong(
                    "topic_pattern", "must have 1 to " + MAX_PATTERN_CHARS + " characters");
        }
        Optional<String> problem = TopicPattern.problemWith(pattern);
        if (problem.isPresent()) {
            throw body.wrong(
                    "topic_pattern", "'%s' is not accepted: %s".formatted(pattern, problem.get()));
        }
        return new Subscription.Pattern(pattern);
    }

    /** Whether partitions may be assigned by hand. */
    void requireAssignable(RestConsumer consumer, AdminBody body, List<TopicPartition> partitions) {
        if (!(consumer.subscription() instanceof Subscription.Nothing)) {
            throw conflict(
                    "Consumer instance '%s' is subscribed to %s, which excludes an assignment by hand; delete the subscription first."
                            .formatted(consumer.key().instance(), text(consumer.subscription())));
        }
        if (partitions.isEmpty()) {
            throw body.wrong("partitions", "is empty, so there is nothing to assign");
        }
        for (TopicPartition each : partitions) {
            access.requireTopic(Access.ANONYMOUS, Operation.READ, each.topic());
        }
    }

    private static RuntimeException conflict(String message) {
        return new ApiError(409, 40903, message).exception();
    }

    private static String text(Subscription subscription) {
        return switch (subscription) {
            case Subscription.Topics(List<String> names) -> "topics " + String.join(", ", names);
            case Subscription.Pattern(String regex) -> "the pattern '" + regex + "'";
            case Subscription.Nothing() -> "nothing";
        };
    }

    /** The topics of a subscription; those that match, of a pattern. */
    CompletionStage<List<String>> topics(Subscription subscription) {
        return switch (subscription) {
            case Subscription.Topics(List<String> names) ->
                    CompletableFuture.completedFuture(names);
            case Subscription.Pattern(String regex) -> patterns.ask(() -> matching(regex));
            case Subscription.Nothing() -> CompletableFuture.completedFuture(List.of());
        };
    }

    private List<String> matching(String regex) {
        return TopicPattern.parse(regex) instanceof TopicPattern.Valid(TopicPattern pattern)
                ? view.image().topics().keySet().stream().filter(pattern::matches).sorted().toList()
                : List.of();
    }
}
