package io.tidemark.gateway.stream.group;

import io.tidemark.gateway.consume.OffsetLookup;
import io.tidemark.gateway.group.CommittedOffset;
import io.tidemark.gateway.group.GroupMember;
import io.tidemark.gateway.group.member.TopicPartition;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.Uuid;

/**
 * Finds where newly assigned partitions begin: at what the group has committed, else where the
 * client asked for. The latter is committed at once, so that whoever comes next begins there too
 * and not later, when the log's end has moved on.
 */
final class PartitionStart {

    /** Until it is tried again, where it failed. */
    static final long RETRY_MS = 1_000;

    private final GroupStreams parts;
    private final GroupMember member;
    private final long startMs;
    private final Map<TopicPartition, Long> numbered;
    private final Map<Uuid, TopicImage> topics = new HashMap<>();

    /**
     * @param startMs a time, or one of {@link OffsetLookup}'s
     * @param numbered the partitions, with the number of their assignment
     */
    PartitionStart(
            GroupStreams parts,
            GroupMember member,
            long startMs,
            Map<TopicPartition, Long> numbered) {
        this.parts = parts;
        this.member = member;
        this.startMs = startMs;
        this.numbered = numbered;
    }

    /**
     * Where one begins.
     *
     * @param number of its assignment
     */
    record Start(TopicPartition partition, long number, long offset) {}

    /**
     * Where all begin that could be found out.
     *
     * @param asked all that were looked for; those without a start are to be tried again
     */
    record Found(Set<TopicPartition> asked, List<Start> starts, Map<Uuid, TopicImage> topics) {

        TopicImage topic(Uuid id) {
            TopicImage topic = topics.get(id);
            if (topic == null) {
                throw new IllegalStateException("a partition of no topic: " + id);
            }
            return topic;
        }
    }

    /** Called on the member's loop. */
    CompletionStage<Found> find() {
        List<TopicPartition> wanted = new ArrayList<>();
        for (TopicPartition each : numbered.keySet()) {
            parts.topic(each)
                    .ifPresent(
                            topic -> {
                                topics.put(topic.id(), topic);
                                wanted.add(each);
                            });
        }
        return member.committed(wanted, GroupStreams.TIMEOUT)
                .thenCompose(committed -> complete(wanted, committed));
    }

    private CompletionStage<Found> complete(
            List<TopicPartition> wanted, SortedMap<TopicPartition, CommittedOffset> committed) {
        SortedMap<TopicPartition, Long> known = new TreeMap<>();
        committed.forEach((each, offset) -> known.put(each, offset.offset()));
        Map<Uuid, List<TopicPartition>> missing = new HashMap<>();
        for (TopicPartition each : wanted) {
            if (!known.containsKey(each)) {
                missing.computeIfAbsent(each.topicId(), id -> new ArrayList<>()).add(each);
            }
        }
        if (missing.isEmpty()) {
            return CompletableFuture.completedFuture(found(known));
        }
        SortedMap<TopicPartition, Long> begun = new TreeMap<>();
        List<CompletableFuture<?>> asked = new ArrayList<>();
        missing.forEach(
                (topicId, partitions) -> {
                    TopicImage topic = topics.get(topicId);
                    if (topic != null) {
                        asked.add(look(topic, partitions, begun));
                    }
                });
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                .thenComposeAsync(done -> commit(known, begun), member.loop());
    }

    private CompletableFuture<?> look(
            TopicImage topic,
            List<TopicPartition> partitions,
            SortedMap<TopicPartition, Long> begun) {
        CompletionStage<long[]> ends =
                parts.lookup().all(topic, OffsetLookup.LATEST, GroupStreams.TIMEOUT);
        CompletionStage<long[]> found =
                startMs == OffsetLookup.LATEST
                        ? ends
                        : parts.lookup().all(topic, startMs, GroupStreams.TIMEOUT);
        return ends.thenAcceptBoth(
                        found,
                        (end, at) -> {
                            synchronized (begun) {
                                for (TopicPartition each : partitions) {
                                    int p = each.partition();
                                    if (p < end.length) {
                                        begun.put(each, at[p] < 0 ? end[p] : at[p]);
                                    }
                                }
                            }
                        })
                .toCompletableFuture();
    }

    private CompletionStage<Found> commit(
            SortedMap<TopicPartition, Long> known, SortedMap<TopicPartition, Long> begun) {
        SortedMap<TopicPartition, CommittedOffset> sent = new TreeMap<>();
        begun.forEach((each, offset) -> sent.put(each, CommittedOffset.at(offset)));
        return member.commit(sent, GroupStreams.TIMEOUT)
                .thenApply(
                        outcome -> {
                            begun.forEach(
                                    (each, offset) -> {
                                        if (outcome.get(each) == ErrorCode.NONE) {
                                            known.put(each, offset);
                                        }
                                    });
                            return found(known);
                        });
    }

    private Found found(SortedMap<TopicPartition, Long> offsets) {
        List<Start> starts = new ArrayList<>();
        offsets.forEach(
                (each, offset) ->
                        starts.add(new Start(each, numbered.getOrDefault(each, 0L), offset)));
        return new Found(numbered.keySet(), starts, Map.copyOf(topics));
    }
}
