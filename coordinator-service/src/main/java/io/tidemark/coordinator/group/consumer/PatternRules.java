package io.tidemark.coordinator.group.consumer;

import io.tidemark.coordinator.group.GroupWorld;
import io.tidemark.coordinator.group.pattern.Verdict;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.pattern.TopicPattern;
import io.tidemark.protocol.ErrorCode;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;

/** What patterns are taken, and what those of a group may cost: all groups share one thread. */
final class PatternRules {
    private PatternRules() {}

    /**
     * Whether the request's pattern, if any, is one; looks at what it matches, too, so that a
     * member that joins is assigned that at once where it can be.
     */
    static CompletionStage<Optional<Refusal>> checkNew(
            GroupWorld world, ConsumerGroupHeartbeatRequestData request) {
        String regex = request.subscribedTopicRegex();
        if (regex == null || regex.isEmpty() || request.memberEpoch() < Member.JOINING) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return world.patterns().ask(regex).thenApply(verdict -> refusal(regex, verdict));
    }

    private static Optional<Refusal> refusal(String regex, Verdict verdict) {
        return switch (verdict) {
            case Verdict.Valid() -> Optional.empty();
            case Verdict.Invalid(String problem) -> HeartbeatRules.badPattern(regex, problem);
            case Verdict.Busy() ->
                    Refusal.because(
                            ErrorCode.COORDINATOR_LOAD_IN_PROGRESS,
                            "Too many patterns of topics wait to be matched. Try again.");
            case Verdict.Closed() ->
                    Refusal.because(
                            ErrorCode.NOT_COORDINATOR, "This coordinator does not lead any more.");
        };
    }

    /** Whether the member has a pattern, of an older release, that is not taken today. */
    static Optional<Refusal> checkStored(
            ConsumerGroup group, ConsumerGroupHeartbeatRequestData request, GroupWorld world) {
        if (request.subscribedTopicRegex() != null) {
            return Optional.empty();
        }
        return group.member(request.memberId())
                .map(member -> member.subscription().regex())
                .filter(regex -> !regex.isEmpty())
                .flatMap(
                        regex ->
                                world.patterns()
                                        .problem(regex)
                                        .flatMap(
                                                problem ->
                                                        HeartbeatRules.badPattern(regex, problem)));
    }

    /**
     * Whether the group's patterns, with this one, take too much to be matched with all topics.
     *
     * @param member whose pattern it is; empty for one that joins
     */
    static Optional<Refusal> checkWork(
            ConsumerGroup group, Optional<Member> member, String regex, ClusterImage image) {
        boolean known =
                regex.isEmpty()
                        || member.filter(m -> m.subscription().regex().equals(regex)).isPresent();
        if (known) {
            return Optional.empty();
        }
        SortedSet<String> patterns = group.patterns();
        if (!patterns.add(regex)) {
            return Optional.empty(); // it is matched already
        }
        Set<String> topics = image.topics().keySet();
        long chars = TopicPattern.chars(topics);
        long work = 0;
        for (String each : patterns) {
            if (TopicPattern.measure(each) instanceof TopicPattern.Size size) {
                work += size.work(chars);
            }
        }
        return work <= TopicPattern.MAX_WORK
                ? Optional.empty()
                : Refusal.because(
                        ErrorCode.INVALID_REGULAR_EXPRESSION,
                        "The %,d patterns of the group would take %,d steps for the names of all %,d topics, and at most %,d are taken; simplify SubscribedTopicRegex, or share one pattern."
                                .formatted(
                                        patterns.size(),
                                        work,
                                        topics.size(),
                                        TopicPattern.MAX_WORK));
    }
}
