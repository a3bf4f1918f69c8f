package io.tidemark.gateway.produce.batch;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.tidemark.environment.Clock;
import io.tidemark.gateway.routing.PartitionClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import reactor.util.concurrent.Queues;

/**
 * The partitions that belong to one event loop. Records come in from any thread by a queue; the
 * loop is woken once for whatever has gathered.
 */
final class ProducerLoop {

    /** A partition of one incarnation of a topic. */
    record Target(Uuid topicId, String topic, int partition) {}

    /** Records of one request for one partition. */
    record Handover(Target target, List<PendingRecord> records) {}

    private final EventLoop loop;
    private final Clock clock;
    private final BatchSender sender;
    private final ProduceObserver observer;
    private final Queue<Handover> inbox = Queues.<Handover>unboundedMultiproducer().get();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Map<Target, PartitionProducer> producers = new HashMap<>();
    private final Completions completions = new Completions();

    ProducerLoop(EventLoop loop, Clock clock, BatchSender sender, ProduceObserver observer) {
        this.loop = loop;
        this.clock = clock;
        this.sender = sender;
        this.observer = observer;
    }

    /** Hands records over. Any thread. */
    void offer(Handover handover) {
        inbox.add(handover);
        if (scheduled.compareAndSet(false, true)) {
            loop.execute(this::drain);
        }
    }

    private void drain() {
        // Before the queue is read: what comes in from now on schedules another round.
        scheduled.set(false);
        List<PartitionProducer> touched = new ArrayList<>();
        Handover handover = inbox.poll();
        while (handover != null) {
            PartitionProducer producer =
                    producers.computeIfAbsent(handover.target, this::createProducer);
            for (PendingRecord record : handover.records) {
                producer.offer(record);
            }
            touched.add(producer);
            handover = inbox.poll();
        }
        touched.forEach(PartitionProducer::proceed);
        completions.flush();
    }

    /** Forgets the partitions of a deleted topic; what is under way finds out by itself. */
    void forget(Uuid topicId) {
        loop.execute(
                () ->
                        producers
                                .entrySet()
                                .removeIf(
                                        each ->
                                                each.getKey().topicId().equals(topicId)
                                                        && each.getValue().idle()));
    }

    private PartitionProducer createProducer(Target target) {
        LoopEffects effects = new LoopEffects(target);
        PartitionProducer producer =
                new PartitionProducer(
                        target.partition,
                        clock,
                        PooledByteBufAllocator.DEFAULT,
                        effects,
                        completions,
                        observer);
        effects.producer = producer;
        return producer;
    }

    /** Carries decisions out, and brings what comes of them back to the loop. */
    private final class LoopEffects implements PartitionProducer.Effects {
        private final Target target;
        private @Nullable PartitionProducer producer;

        LoopEffects(Target target) {
            this.target = target;
        }

        @Override
        public void askProducerId() {
            sender.producerId()
                    .whenComplete(
                            (id, failure) ->
                                    onLoop(
                                            p -> {
                                                if (failure == null) {
                                                    p.onProducerId(id.id(), id.epoch());
                                                } else {
                                                    p.onProducerIdFailed(
                                                            String.valueOf(failure.getMessage()));
                                                }
                                            }));
        }

        @Override
        public void send(ByteBuf batch, long timeoutNanos) {
            sender.send(target, batch, timeoutNanos)
                    .whenComplete(
                            (outcome, bug) ->
                                    onLoop(
                                            p ->
                                                    p.onSent(
                                                            bug == null
                                                                    ? outcome
                                                                    : new SendOutcome.Unknown(
                                                                            bug.toString()))));
        }

        @Override
        public void waitBeforeAttempt(int attempt) {
            loop.schedule(
                    () -> onLoop(PartitionProducer::onTimer),
                    PartitionClient.backoffMs(attempt),
                    TimeUnit.MILLISECONDS);
        }

        @Override
        public int maxBatchBytes() {
            return sender.maxBatchBytes(target);
        }

        private void onLoop(Consumer<PartitionProducer> event) {
            if (loop.inEventLoop()) {
                run(event);
            } else {
                loop.execute(() -> run(event));
            }
        }

        private void run(Consumer<PartitionProducer> event) {
            event.accept(Objects.requireNonNull(producer));
            completions.flush();
        }
    }
}
