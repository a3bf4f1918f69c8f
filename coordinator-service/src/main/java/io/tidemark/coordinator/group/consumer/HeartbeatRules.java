package io.tidemark.coordinator.group.consumer;

import io.tidemark.coordinator.group.assignor.Assignors;
import io.tidemark.metadata.pattern.TopicPattern;
import io.tidemark.protocol.ErrorCode;
import java.util.Optional;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.jspecify.annotations.Nullable;

/** What a ConsumerGroupHeartbeat must say, whatever the group. */
final class HeartbeatRules {
    /** From this version on a member chooses its own id. */
    private static final short OWN_IDS_VERSION = 1;

    /** A set of partitions takes memory up to its highest. */
    private static final int MAX_PARTITION = 1_000_000;

    /** The same of all topics together: a megabyte. */
    private static final long MAX_PARTITIONS = 8_000_000;

    /** How much of a pattern an error repeats. */
    private static final int MAX_SHOWN = 200;

    private HeartbeatRules() {}

    static Optional<Refusal> check(short version, ConsumerGroupHeartbeatRequestData request) {
        if (request.groupId().isEmpty()) {
            return invalid("GroupId can't be empty.");
        }
        if (request.memberEpoch() < Member.AWAY) {
            return invalid("MemberEpoch " + request.memberEpoch() + " is less than -2.");
        }
        boolean coordinatorMayName =
                version < OWN_IDS_VERSION && request.memberEpoch() == Member.JOINING;
        if (request.memberId().isEmpty() && !coordinatorMayName) {
            return invalid("MemberId can't be empty.");
        }
        if (isEmpty(request.instanceId())) {
            return invalid("InstanceId can't be empty.");
        }
        if (isEmpty(request.rackId())) {
            return invalid("RackId can't be empty.");
        }
        if (request.memberEpoch() == Member.AWAY && request.instanceId() == null) {
            return invalid("InstanceId can't be null where a member leaves to come back.");
        }
        if (request.memberEpoch() < Member.JOINING) {
            return Optional.empty();
        }
        Optional<Refusal> joining =
                request.memberEpoch() == Member.JOINING ? joining(request) : partitions(request);
        return joining.or(() -> assignor(request)).or(() -> regex(request));
    }

    private static Optional<Refusal> partitions(ConsumerGroupHeartbeatRequestData request) {
        if (request.topicPartitions() == null) {
            return Optional.empty();
        }
        long highest = 0;
        for (var topic : request.topicPartitions()) {
            int last = 0;
            for (int partition : topic.partitions()) {
                if (partition < 0 || partition > MAX_PARTITION) {
                    return invalid("There is no partition " + partition + ".");
                }
                last = Math.max(last, partition);
            }
            highest += last;
        }
        return highest <= MAX_PARTITIONS
                ? Optional.empty()
                : invalid(
                        "TopicPartitions has topics of %,d partitions in all, and at most %,d are taken."
                                .formatted(highest, MAX_PARTITIONS));
    }

    private static Optional<Refusal> joining(ConsumerGroupHeartbeatRequestData request) {
        if (request.rebalanceTimeoutMs() < 0) {
            return invalid("RebalanceTimeoutMs must be provided in first request.");
        }
        if (request.topicPartitions() == null || !request.topicPartitions().isEmpty()) {
            return invalid("TopicPartitions must be empty when (re-)joining.");
        }
        if (request.subscribedTopicNames() == null && request.subscribedTopicRegex() == null) {
            return invalid(
                    "Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when"
                            + " (re-)joining.");
        }
        return Optional.empty();
    }

    private static Optional<Refusal> assignor(ConsumerGroupHeartbeatRequestData request) {
        String name = request.serverAssignor();
        if (name == null || Assignors.byName(name).isPresent()) {
            return Optional.empty();
        }
        return Refusal.because(
                ErrorCode.UNSUPPORTED_ASSIGNOR,
                "ServerAssignor "
                        + name
                        + " is not supported. Supported assignors: "
                        + String.join(", ", Assignors.names())
                        + ".");
    }

    private static Optional<Refusal> regex(ConsumerGroupHeartbeatRequestData request) {
        String regex = request.subscribedTopicRegex();
        if (regex == null || regex.isEmpty()) {
            return Optional.empty();
        }
        return TopicPattern.measure(regex) instanceof TopicPattern.Invalid(String problem)
                ? badPattern(regex, problem)
                : Optional.empty();
    }

    /** The pattern cannot be taken, however often it is sent. */
    static Optional<Refusal> badPattern(String regex, String problem) {
        return Refusal.because(
                ErrorCode.INVALID_REGULAR_EXPRESSION,
                "SubscribedTopicRegex `"
                        + shortened(regex)
                        + "` is not accepted: "
                        + problem
                        + ".");
    }

    private static String shortened(String regex) {
        return regex.length() <= MAX_SHOWN ? regex : regex.substring(0, MAX_SHOWN) + "...";
    }

    private static Optional<Refusal> invalid(String message) {
        return Refusal.because(ErrorCode.INVALID_REQUEST, message);
    }

    private static boolean isEmpty(@Nullable String value) {
        return value != null && value.isEmpty();
    }
}
