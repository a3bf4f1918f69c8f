package io.tidemark.gateway.group.consumer;

import io.netty.util.concurrent.EventExecutor;
import io.tidemark.gateway.consume.OffsetLookup;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.error.ErrorMapping;
import io.tidemark.gateway.group.CommittedOffset;
import io.tidemark.gateway.group.GroupLink;
import io.tidemark.gateway.group.GroupOffsets.Committer;
import io.tidemark.gateway.group.member.TopicPartition;
import io.tidemark.gateway.group.position.ConsumerPositions;
import io.tidemark.gateway.group.position.ConsumerPositions.Spot;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Finds where to begin: what the group has committed, else as {@code auto.offset.reset} says.
 * Belongs to the instance's loop.
 */
final class PositionFinder {

    private final ConsumerParts parts;
    private final String group;
    private final InstanceSettings settings;
    private final EventExecutor loop;
    private final ConsumerPositions positions;
    private @Nullable CompletableFuture<@Nullable ApiError> underWay;

    PositionFinder(
            ConsumerParts parts,
            String group,
            InstanceSettings settings,
            EventExecutor loop,
            ConsumerPositions positions) {
        this.parts = parts;
        this.group = group;
        this.settings = settings;
        this.loop = loop;
        this.positions = positions;
    }

    /**
     * Completes on the loop when all have been looked for; with an error where one was not found.
     */
    CompletionStage<@Nullable ApiError> find() {
        if (underWay != null) {
            return underWay;
        }
        List<TopicPartition> wanted = positions.unresolved();
        CompletableFuture<@Nullable ApiError> result = new CompletableFuture<>();
        if (wanted.isEmpty()) {
            result.complete(null);
            return result;
        }
        underWay = result;
        parts.offsets()
                .committed(
                        Committer.outside(group), wanted, GroupLink.ADMIN, parts.requestTimeout())
                .thenComposeAsync(committed -> resolve(wanted, committed), loop)
                .whenCompleteAsync(
                        (done, failure) -> {
                            underWay = null;
                            result.complete(failure == null ? null : ErrorMapping.of(failure));
                        },
                        loop);
        return result;
    }

    private CompletionStage<?> resolve(
            List<TopicPartition> wanted, SortedMap<TopicPartition, CommittedOffset> committed) {
        List<CompletableFuture<?>> lookups = new ArrayList<>();
        for (TopicPartition each : wanted) {
            CommittedOffset known = committed.get(each);
            if (known != null) {
                positions.resolve(each, known.offset());
                positions.committed(each, known.offset());
            } else {
                lookups.add(reset(each).toCompletableFuture());
            }
        }
        return CompletableFuture.allOf(lookups.toArray(CompletableFuture[]::new));
    }

    private CompletionStage<?> reset(TopicPartition partition) {
        long where =
                switch (settings.offsetReset()) {
                    case EARLIEST -> OffsetLookup.EARLIEST;
                    case LATEST -> OffsetLookup.LATEST;
                    case NONE ->
                            throw new ApiError(
                                            409,
                                            40903,
                                            "Group '%s' has no offset that can be read in partition %d of topic '%s', and auto.offset.reset is none."
                                                    .formatted(
                                                            group,
                                                            partition.partition(),
                                                            partition.topic()))
                                    .exception();
                };
        return parts.lookup()
                .one(partition.topic(), partition.partition(), where, parts.requestTimeout())
                .thenAcceptAsync(offset -> positions.resolve(partition, offset), loop);
    }

    /** Why a position that the log does not hold any more cannot be mended; null where it can. */
    @Nullable ApiError refusalOf(Spot spot) {
        return settings.offsetReset() == InstanceSettings.OffsetReset.NONE
                ? new ApiError(
                        409,
                        40903,
                        "Offset %d of partition %d of topic '%s' is not in the log, and auto.offset.reset is none."
                                .formatted(
                                        spot.offset(),
                                        spot.partition().partition(),
                                        spot.partition().topic()))
                : null;
    }

    /**
     * The log does not hold a position any more: begins as the settings say, unless it has moved
     * meanwhile. Completes on the loop; fails where no place was found.
     */
    CompletionStage<?> beginAnew(Spot spot) {
        TopicPartition partition = spot.partition();
        long where =
                settings.offsetReset() == InstanceSettings.OffsetReset.EARLIEST
                        ? OffsetLookup.EARLIEST
                        : OffsetLookup.LATEST;
        return parts.lookup()
                .one(partition.topic(), partition.partition(), where, parts.requestTimeout())
                .whenCompleteAsync(
                        (found, failure) -> {
                            if (found != null && positions.isAt(spot)) {
                                positions.seek(partition, found);
                            }
                        },
                        loop);
    }
}
