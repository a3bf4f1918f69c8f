package io.tidemark.gateway.produce.batch;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.tidemark.environment.Clock;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.routing.Leader;
import io.tidemark.gateway.routing.PartitionClient;
import io.tidemark.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import reactor.util.concurrent.Queues;

/**
 * The partitions that belong to one event loop. Records come in from any thread by a queue; the
 * loop is woken once for whatever has gathered.
 */
final class ProducerLoop {

    /** How exactly a record's time is over: as long as many requests take. */
    private static final int TICK_MS = 50;

    private static final int RETRY_AFTER_SECONDS = 1;

    /** A partition of one incarnation of a topic. */
    record Target(Uuid topicId, String topic, int partition) {

        /** Looked up for each request; the name follows from the id. */
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Target target
                    && partition == target.partition
                    && topicId.equals(target.topicId);
        }

        @Override
        public int hashCode() {
            return 31 * topicId.hashCode() + partition;
        }
    }

    /** Records of one request for one partition. */
    record Handover(Target target, List<PendingRecord> records) {}

    private final EventLoop loop;
    private final Clock clock;
    private final BatchSender sender;
    private final ProduceObserver observer;
    private final BooleanSupplier crowded;
    private final Queue<Handover> inbox = Queues.<Handover>unboundedMultiproducer().get();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Map<Target, LoopEffects> effects = new HashMap<>();
    private final List<PartitionProducer> touched = new ArrayList<>();
    private final Completions completions = new Completions();
    private boolean ticking;

    ProducerLoop(
            EventLoop loop,
            Clock clock,
            BatchSender sender,
            ProduceObserver observer,
            BooleanSupplier crowded) {
        this.loop = loop;
        this.clock = clock;
        this.sender = sender;
        this.observer = observer;
        this.crowded = crowded;
    }

    /** Whether {@code executor} is this loop. */
    boolean runsOn(Executor executor) {
        return executor == loop;
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
        Handover handover = inbox.poll();
        while (handover != null) {
            PartitionProducer producer =
                    effects.computeIfAbsent(handover.target, LoopEffects::new).producer;
            if (producer.stalled() && crowded.getAsBoolean()) {
                refuse(handover);
            } else {
                handover.records.forEach(producer::offer);
                touched.add(producer);
            }
            handover = inbox.poll();
        }
        touched.forEach(PartitionProducer::proceed);
        touched.clear();
        completions.flush();
        tickWhileBusy();
    }

    /** Partitions that wait for a leader must not use up the memory of all the others. */
    private void refuse(Handover handover) {
        ApiError busy =
                ApiError.busy(
                        "Too many bytes wait for the leader of partition %d of '%s'; try again soon."
                                .formatted(handover.target.partition, handover.target.topic),
                        RETRY_AFTER_SECONDS);
        for (PendingRecord record : handover.records) {
            record.delivery().failed(record.index(), handover.target.partition, busy, completions);
        }
    }

    /** Forgets the partitions of a deleted topic; what is under way finds out by itself. */
    void forget(Uuid topicId) {
        loop.execute(
                () ->
                        effects.entrySet()
                                .removeIf(
                                        each ->
                                                each.getKey().topicId().equals(topicId)
                                                        && each.getValue().producer.idle()));
    }

    /** A partition may have another leader. Any thread. */
    void leaderChanged(Target target) {
        loop.execute(
                () -> {
                    LoopEffects found = effects.get(target);
                    if (found != null) {
                        found.checkLeader();
                        completions.flush();
                    }
                });
    }

    /** Any partition may have another leader. Any thread. */
    void leadersChanged() {
        loop.execute(
                () -> {
                    effects.values().forEach(LoopEffects::checkLeader);
                    completions.flush();
                });
    }

    private void tickWhileBusy() {
        if (!ticking) {
            ticking = true;
            loop.schedule(this::tick, TICK_MS, TimeUnit.MILLISECONDS);
        }
    }

    private void tick() {
        ticking = false;
        boolean busy = false;
        for (LoopEffects each : effects.values()) {
            each.producer.onTick();
            busy |= !each.producer.idle();
        }
        completions.flush();
        if (busy) {
            tickWhileBusy();
        }
    }

    /** Carries decisions out, and brings what comes of them back to the loop. */
    private final class LoopEffects implements ProducerEffects {
        private final Target target;
        private final PartitionProducer producer;
        private Leader lastAsked;
        private boolean deciding;

        LoopEffects(Target target) {
            this.target = target;
            this.lastAsked = sender.leader(target);
            this.producer =
                    new PartitionProducer(
                            target.partition,
                            clock,
                            PooledByteBufAllocator.DEFAULT,
                            this,
                            completions,
                            observer);
        }

        void checkLeader() {
            if (!sender.leader(target).equals(lastAsked)) {
                producer.onLeaderChanged();
            }
        }

        @Override
        public void askProducerId() {
            deciding = true;
            lastAsked = sender.leader(target);
            if (lastAsked.exists()) {
                sender.producerId(lastAsked).whenComplete(this::answered);
            } else {
                onLoop(() -> producer.onNoProducerId(sender.withoutLeader(target)));
            }
            deciding = false;
        }

        private void answered(BatchSender.@Nullable ProducerId id, @Nullable Throwable failure) {
            onLoop(
                    () -> {
                        if (id != null) {
                            producer.onProducerId(id.id(), id.epoch());
                        } else {
                            producer.onNoProducerId(
                                    new SendOutcome.NotSent(
                                            ErrorCode.NETWORK_EXCEPTION,
                                            "No producer id was had: " + failure));
                        }
                    });
        }

        @Override
        public void send(long attempt, ByteBuf batch, long timeoutNanos) {
            deciding = true;
            lastAsked = sender.leader(target);
            sender.send(target, lastAsked, batch, timeoutNanos)
                    .whenComplete(
                            (outcome, bug) ->
                                    onLoop(
                                            () ->
                                                    producer.onSent(
                                                            attempt,
                                                            bug == null
                                                                    ? outcome
                                                                    : new SendOutcome.Unknown(
                                                                            bug.toString()))));
            deciding = false;
        }

        @Override
        public void waitBeforeAttempt(int attempt) {
            loop.schedule(
                    () -> run(producer::onTimer),
                    PartitionClient.backoffMs(attempt),
                    TimeUnit.MILLISECONDS);
        }

        @Override
        public int maxBatchBytes() {
            return sender.maxBatchBytes(target);
        }

        @Override
        public long storagePatienceNanos() {
            return sender.storagePatienceNanos(target);
        }

        /** At once where that is possible, but never into the middle of a decision. */
        private void onLoop(Runnable event) {
            if (loop.inEventLoop() && !deciding) {
                run(event);
            } else {
                loop.execute(() -> run(event));
            }
        }

        private void run(Runnable event) {
            event.run();
            completions.flush();
        }
    }
}
