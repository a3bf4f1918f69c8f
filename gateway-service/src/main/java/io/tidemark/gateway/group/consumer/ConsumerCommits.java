package io.tidemark.gateway.group.consumer;

import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.group.CommittedOffset;
import io.tidemark.gateway.group.GroupErrors;
import io.tidemark.gateway.group.GroupLink;
import io.tidemark.gateway.group.GroupMember;
import io.tidemark.gateway.group.GroupOffsets.Committer;
import io.tidemark.gateway.group.member.TopicPartition;
import io.tidemark.protocol.ErrorCode;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An instance's commits: those it asks for, and those of the gateway on its behalf. Belongs to the
 * instance's loop.
 */
final class ConsumerCommits {

    private static final Logger LOG = LoggerFactory.getLogger(ConsumerCommits.class);

    private final RestConsumer consumer;
    private CompletionStage<?> last = CompletableFuture.completedFuture(null);
    private boolean scheduled;

    ConsumerCommits(RestConsumer consumer) {
        this.consumer = consumer;
    }

    /** Something more may be consumed: it is committed within the interval. */
    void noteConsumed() {
        if (scheduled
                || !consumer.settings().autoCommit()
                || consumer.positions().uncommitted().isEmpty()) {
            return;
        }
        scheduled = true;
        consumer.loop()
                .schedule(
                        this::commitConsumed,
                        consumer.parts().properties().autoCommitInterval().toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private void commitConsumed() {
        scheduled = false;
        if (!consumer.isGone()) {
            quietly(consumer.positions().uncommitted());
        }
    }

    /**
     * Commits what is consumed of partitions that go, where that is left to the gateway. Never
     * fails: who gets them then reads again what could not be committed.
     */
    CompletionStage<?> beforeGivingUp(Collection<TopicPartition> partitions) {
        return consumer.settings().autoCommit() && !consumer.isGone()
                ? quietly(consumer.positions().uncommitted(partitions))
                : CompletableFuture.completedFuture(null);
    }

    private CompletionStage<?> quietly(SortedMap<TopicPartition, Long> offsets) {
        if (offsets.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        Map<TopicPartition, CommittedOffset> commits = new TreeMap<>();
        offsets.forEach((partition, offset) -> commits.put(partition, CommittedOffset.at(offset)));
        return commit(commits)
                .handle(
                        (done, failure) -> {
                            if (failure != null) {
                                LOG.info(
                                        "{}: a commit on the client's behalf failed: {}",
                                        consumer.key(),
                                        failure.getMessage());
                            }
                            return null;
                        });
    }

    /** Commits all that is consumed, for a client that names nothing. */
    CompletionStage<?> commitAll() {
        Map<TopicPartition, CommittedOffset> commits = new TreeMap<>();
        consumer.positions()
                .uncommitted()
                .forEach((partition, offset) -> commits.put(partition, CommittedOffset.at(offset)));
        return commit(commits);
    }

    /**
     * Commits, after what was to be committed before.
     *
     * @return fails with an {@link io.tidemark.gateway.error.ApiErrorException} that names the
     *     first partition that was refused
     */
    CompletionStage<?> commit(Map<TopicPartition, CommittedOffset> offsets) {
        if (offsets.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        CompletionStage<?> result =
                last.exceptionally(failed -> null)
                        .thenComposeAsync(done -> send(offsets), consumer.loop())
                        .thenAcceptAsync(outcome -> settle(offsets, outcome), consumer.loop());
        last = result;
        return result;
    }

    private CompletionStage<SortedMap<TopicPartition, ErrorCode>> send(
            Map<TopicPartition, CommittedOffset> offsets) {
        GroupMember member = consumer.member();
        ConsumerParts parts = consumer.parts();
        return member == null
                ? parts.offsets()
                        .commit(
                                Committer.outside(consumer.key().group()),
                                offsets,
                                GroupLink.ADMIN,
                                parts.requestTimeout())
                : member.commit(offsets, parts.requestTimeout());
    }

    private void settle(
            Map<TopicPartition, CommittedOffset> offsets,
            SortedMap<TopicPartition, ErrorCode> outcome) {
        outcome.forEach(
                (partition, error) -> {
                    CommittedOffset offset = offsets.get(partition);
                    if (error == ErrorCode.NONE && offset != null) {
                        consumer.positions().committed(partition, offset.offset());
                    }
                });
        outcome.forEach(
                (partition, error) -> {
                    if (error != ErrorCode.NONE) {
                        throw refusal(partition, error).exception();
                    }
                });
    }

    private ApiError refusal(TopicPartition partition, ErrorCode error) {
        return switch (error) {
            case UNKNOWN_TOPIC_OR_PARTITION, UNKNOWN_TOPIC_ID ->
                    ApiError.partitionNotFound(partition.topic(), partition.partition());
            default ->
                    GroupErrors.of(
                            error,
                            consumer.key().group(),
                            "Partition %d of topic '%s' was not committed."
                                    .formatted(partition.partition(), partition.topic()));
        };
    }
}
