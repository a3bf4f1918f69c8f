package io.tidemark.coordinator.group.consumer;

import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.pattern.TopicPattern;
import io.tidemark.protocol.ErrorCode;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;

/** What the patterns of a group may cost: they are matched on the thread that all groups share. */
final class PatternRules {
    private PatternRules() {}

    /** Whether the member has a pattern, of an older release, that is not taken today. */
    static Optional<Refusal> checkStored(
            ConsumerGroup group, ConsumerGroupHeartbeatRequestData request) {
        if (request.subscribedTopicRegex() != null) {
            return Optional.empty();
        }
        return group.member(request.memberId())
                .map(member -> member.subscription().regex())
                .filter(regex -> !regex.isEmpty())
                .flatMap(
                        regex ->
                                TopicPattern.problemWith(regex)
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
        long work = 0;
        for (String each : patterns) {
            if (TopicPattern.parse(each) instanceof TopicPattern.Valid(TopicPattern pattern)) {
                work += pattern.work(topics);
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
