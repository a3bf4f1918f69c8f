package io.tidemark.gateway.produce.batch;

import io.netty.channel.EventLoop;
import io.tidemark.environment.Clock;
import io.tidemark.environment.Entropy;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.produce.body.ParsedRecord;
import io.tidemark.gateway.routing.ClusterView;
import io.tidemark.gateway.routing.Lane;
import io.tidemark.gateway.routing.Leaders;
import io.tidemark.gateway.routing.PartitionClient;
import io.tidemark.gateway.routing.Patience;
import io.tidemark.metadata.image.Delta;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.protocol.record.BatchBuilder;
import io.tidemark.protocol.record.BatchHeader;
import io.tidemark.protocol.record.Partitioner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Produces records: picks partitions, checks what can be checked before sending, and hands the
 * records to the loops of their partitions. Any thread.
 */
public final class Producer {

    private final List<ProducerLoop> loops = new ArrayList<>();
    private final Map<Uuid, List<StickyPartition>> sticky = new ConcurrentHashMap<>();
    private final Leaders leaders;
    private final Clock clock;
    private final Entropy entropy;
    private final TopicLimits limits;
    private final AtomicLong pending = new AtomicLong();

    /**
     * @param loops that partitions are spread over
     * @param crowded whether memory is so short that a partition without a leader takes no more
     */
    public Producer(
            List<? extends EventLoop> loops,
            ClusterView view,
            Leaders leaders,
            PartitionClient client,
            Clock clock,
            Entropy entropy,
            TopicLimits limits,
            ProduceObserver observer,
            BooleanSupplier crowded) {
        this.leaders = leaders;
        this.clock = clock;
        this.entropy = entropy;
        this.limits = limits;
        for (EventLoop loop : loops) {
            Lane lane = Lane.produce(this.loops.size());
            BatchSender sender = new BatchSender(view, leaders, client, limits, lane);
            this.loops.add(new ProducerLoop(loop, clock, sender, observer, crowded));
        }
        view.onChange((image, deltas) -> forgetDeleted(deltas));
        leaders.onChange(new Rerouting(view));
    }

    /** Brings news of leaders to the loops of their partitions. */
    private final class Rerouting implements Leaders.Listener {
        private final ClusterView view;

        Rerouting(ClusterView view) {
            this.view = view;
        }

        @Override
        public void leaderChanged(Uuid topicId, int partition) {
            view.image()
                    .topic(topicId)
                    .ifPresent(
                            topic ->
                                    loop(topicId, partition)
                                            .leaderChanged(
                                                    new ProducerLoop.Target(
                                                            topicId, topic.name(), partition)));
        }

        @Override
        public void leadersChanged() {
            loops.forEach(ProducerLoop::leadersChanged);
        }
    }

    private ProducerLoop loop(Uuid topicId, int partition) {
        return loops.get(loopIndex(topicId, partition));
    }

    private void forgetDeleted(List<Delta> deltas) {
        for (Delta delta : deltas) {
            if (delta instanceof Delta.TopicDeleted deleted) {
                sticky.remove(deleted.topicId());
                limits.forget(deleted.topicId());
                loops.forEach(loop -> loop.forget(deleted.topicId()));
            }
        }
    }

    /**
     * A record, or the reason why it cannot be produced.
     *
     * @param error null where there is a record
     */
    public record Candidate(@Nullable ParsedRecord record, @Nullable ApiError error) {
        public static Candidate of(ParsedRecord record) {
            return new Candidate(record, null);
        }

        public static Candidate refused(ApiError error) {
            return new Candidate(null, error);
        }
    }

    /**
     * Produces the records of one request, in order where they go to one partition.
     *
     * @param partition for all of them; {@link ParsedRecord#ANY_PARTITION} leaves it to each
     * @param patience until the outcome of a record
     * @param executor runs {@code listener} when every record has its outcome; a single thread
     * @return the outcomes, complete when the listener runs
     */
    public Delivery produce(
            TopicImage topic,
            int partition,
            List<Candidate> candidates,
            Patience patience,
            Executor executor,
            Consumer<Delivery> listener) {
        pending.addAndGet(candidates.size());
        Delivery delivery =
                new Delivery(
                        candidates.size(),
                        executor,
                        done -> {
                            pending.addAndGet(-done.size());
                            listener.accept(done);
                        });
        Completions refused = new Completions();
        Map<Integer, List<PendingRecord>> byPartition =
                candidates.size() == 1 ? new java.util.HashMap<>(2) : new LinkedHashMap<>();
        long wallMs = clock.wallMs();
        long now = clock.nanos();
        int keyless = -1;
        for (int i = 0; i < candidates.size(); i++) {
            Candidate candidate = candidates.get(i);
            ParsedRecord record = candidate.record();
            ApiError error = record == null ? candidate.error() : refusal(topic, partition, record);
            if (record == null || error != null) {
                delivery.failed(i, partition, error == null ? ApiError.internal() : error, refused);
                continue;
            }
            int target = partition >= 0 ? partition : record.partition();
            if (target < 0 && record.key() != null) {
                target = Partitioner.partition(record.key(), topic.partitions().size());
            } else if (target < 0) {
                if (keyless < 0) {
                    keyless = stickyPartition(topic, executor, candidates);
                }
                target = keyless;
            }
            long timestampMs =
                    record.timestampMs() == ParsedRecord.NOW ? wallMs : record.timestampMs();
            byPartition
                    .computeIfAbsent(target, p -> new ArrayList<>())
                    .add(
                            new PendingRecord(
                                    record,
                                    timestampMs,
                                    delivery,
                                    i,
                                    now + limit(topic, target, patience).toNanos()));
        }
        byPartition.forEach((target, records) -> handOver(topic, target, records));
        refused.flush();
        return delivery;
    }

    private Duration limit(TopicImage topic, int partition, Patience patience) {
        return leaders.of(topic, partition).exists() ? patience.timeout() : patience.leaderless();
    }

    /** Records taken of which the outcome has not been told. */
    public long pendingRecords() {
        return pending.get();
    }

    private void handOver(TopicImage topic, int partition, List<PendingRecord> records) {
        loop(topic.id(), partition)
                .offer(
                        new ProducerLoop.Handover(
                                new ProducerLoop.Target(topic.id(), topic.name(), partition),
                                records));
    }

    private int stickyPartition(TopicImage topic, Executor executor, List<Candidate> candidates) {
        int bytes = 0;
        for (Candidate candidate : candidates) {
            bytes += candidate.record() == null ? 0 : candidate.record().sizeBytes();
        }
        int own = loopIndex(executor);
        List<StickyPartition> perLoop =
                sticky.computeIfAbsent(
                        topic.id(),
                        id -> loops.stream().map(loop -> new StickyPartition(entropy)).toList());
        return perLoop.get(own).next(topic, bytes, p -> loopIndex(topic.id(), p) == own);
    }

    /** The loop that a request is read on; any where it is none of these. */
    private int loopIndex(Executor executor) {
        for (int i = 0; i < loops.size(); i++) {
            if (loops.get(i).runsOn(executor)) {
                return i;
            }
        }
        return 0;
    }

    private int loopIndex(Uuid topicId, int partition) {
        return Math.floorMod(topicId.hashCode() + partition, loops.size());
    }

    private @Nullable ApiError refusal(TopicImage topic, int partition, ParsedRecord record) {
        int asked = partition >= 0 ? partition : record.partition();
        if (asked >= topic.partitions().size()) {
            return ApiError.partitionNotFound(topic.name(), asked);
        }
        if (partition >= 0 && record.partition() >= 0 && record.partition() != partition) {
            return ApiError.invalidPayload(
                    "The record asks for partition %d, the path for %d."
                            .formatted(record.partition(), partition));
        }
        int size =
                BatchHeader.SIZE_BYTES
                        + BatchBuilder.maxRecordBytes(
                                record.key(), record.value(), record.headers());
        int limit = limits.maxMessageBytes(topic);
        if (size > limit) {
            return new ApiError(
                    413,
                    42206,
                    "The record takes %d bytes; topic '%s' takes %d at most (max.message.bytes)."
                            .formatted(size, topic.name(), limit));
        }
        return null;
    }
}
