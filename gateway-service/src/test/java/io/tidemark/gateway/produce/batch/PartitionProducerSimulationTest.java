package io.tidemark.gateway.produce.batch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.tidemark.environment.Clock;
import io.tidemark.gateway.produce.body.ParsedRecord;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.record.BatchHeader;
import io.tidemark.protocol.record.RecordReader;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The producer against a model of a partition whose leader is lost, answers errors, answers late or
 * never, and takes requests out of the buffers of connections that were given up long ago. Whatever
 * happens: nothing is stored twice, what was acknowledged is stored where it was said to be, what
 * failed for certain is not stored, and every record gets its outcome in its time.
 */
class PartitionProducerSimulationTest {

    private static final long TIMEOUT_NANOS = 5_000_000_000L;
    private static final long STEP_NANOS = 20_000_000L;
    private static final long SLACK_NANOS = 1_000_000_000L;
    private static final int SEEDS = 400;
    private static final int STEPS = 1_500;

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 30})
    void shouldNeitherLoseNorRepeatARecord(int faultsPerHundred) {
        for (int seed = 0; seed < SEEDS; seed++) {
            new Run(seed, faultsPerHundred).go();
        }
    }

    /** A request on its way to a leader, or in a buffer of one. */
    private record Request(long attempt, int epoch, ByteBuffer batch, long deadlineNanos) {}

    private record Answer(Request request, SendOutcome outcome) {}

    /** What the model log knows of a producer. */
    private static final class Remembered {
        int nextSequence;
        final ArrayDeque<int[]> batches = new ArrayDeque<>();
    }

    private static final class Run implements ProducerEffects, Clock {
        private final Random random;
        private final int seed;
        private final int faultsPerHundred;
        private final Completions completions = new Completions();
        private final PartitionProducer producer;
        private final List<String> log = new ArrayList<>();
        private final Map<Long, Remembered> remembered = new HashMap<>();
        private final ArrayDeque<Request> wire = new ArrayDeque<>();
        private final ArrayDeque<Answer> answers = new ArrayDeque<>();
        private final List<Request> lurking = new ArrayList<>();
        private final List<Runnable> later = new ArrayList<>();
        private final Map<String, Delivery> deliveries = new HashMap<>();
        private final Set<String> poison = new HashSet<>();
        private long nanos = 1;
        private int leaderEpoch;
        private boolean leader = true;
        private int offered;
        private long producerIds = 100;
        private boolean calm;

        Run(int seed, int faultsPerHundred) {
            this.seed = seed;
            this.faultsPerHundred = faultsPerHundred;
            this.random = new Random(seed);
            this.producer =
                    new PartitionProducer(
                            0,
                            this,
                            new UnpooledByteBufAllocator(false),
                            this,
                            completions,
                            new ProduceObserver() {
                                @Override
                                public void batchAppended(int records, int bytes, long nanos) {}

                                @Override
                                public void batchRefused(ErrorCode error) {}
                            });
        }

        void go() {
            for (int step = 0; step < STEPS; step++) {
                step();
            }
            calm = true;
            if (!leader) {
                elect();
            }
            for (int step = 0; step < 1_000 && !producer.idle(); step++) {
                step();
            }
            assertThat(producer.idle()).as("seed %d comes to rest", seed).isTrue();
            lurking.forEach(this::append);
            check();
        }

        private boolean fault() {
            return !calm && random.nextInt(100) < faultsPerHundred;
        }

        private void step() {
            nanos += random.nextInt((int) STEP_NANOS);
            if (wire.stream().anyMatch(this::late)
                    || answers.stream().anyMatch(answer -> late(answer.request))) {
                breakConnection();
            }
            switch (random.nextInt(10)) {
                case 0, 1 -> offer();
                case 2, 3 -> serve();
                case 4 -> runLater();
                case 5 -> producer.onTick();
                case 6 -> changeLeader();
                case 7, 8 -> deliver();
                default -> lurk();
            }
            completions.flush();
        }

        private boolean late(Request request) {
            return nanos >= request.deadlineNanos;
        }

        private void offer() {
            if (calm) {
                return;
            }
            for (int i = random.nextInt(4); i >= 0; i--) {
                String value = "r" + offered++;
                if (fault() && random.nextInt(4) == 0) {
                    value += "-bad";
                    poison.add(value);
                }
                long timeout =
                        faultsPerHundred > 0 && random.nextInt(5) == 0
                                ? TIMEOUT_NANOS / 8
                                : TIMEOUT_NANOS;
                long deadlineNanos = nanos + timeout;
                String name = value;
                Delivery delivery =
                        new Delivery(
                                1,
                                Runnable::run,
                                done ->
                                        assertThat(nanos)
                                                .as("seed %d: %s in time", seed, name)
                                                .isLessThan(deadlineNanos + SLACK_NANOS));
                deliveries.put(value, delivery);
                ByteBuf bytes = Unpooled.wrappedBuffer(value.getBytes(UTF_8));
                producer.offer(
                        new PendingRecord(
                                new ParsedRecord(-1, -1, null, bytes, List.of()),
                                1,
                                delivery,
                                0,
                                deadlineNanos));
            }
            producer.proceed();
        }

        /** The leader takes the next request of the connection, which may break. */
        private void serve() {
            Request request = wire.poll();
            if (request == null) {
                return;
            }
            if (fault()) {
                wire.addFirst(request);
                breakConnection();
                return;
            }
            if (request.epoch != leaderEpoch || !leader) {
                answer(request, new SendOutcome.Refused(ErrorCode.NOT_LEADER_OR_FOLLOWER, ""));
                return;
            }
            if (fault()) {
                answer(request, new SendOutcome.Refused(ErrorCode.NOT_ENOUGH_REPLICAS, ""));
                return;
            }
            SendOutcome outcome = append(request);
            if (fault()) {
                answer(request, new SendOutcome.Refused(ErrorCode.REQUEST_TIMED_OUT, ""));
            } else if (fault()) {
                wire.addFirst(request); // taken already, when the connection breaks
                breakConnection();
            } else {
                answer(request, outcome);
            }
        }

        /** Everything under way is in doubt; some of it is taken much later, in order, or never. */
        private void breakConnection() {
            List<Request> lost = new ArrayList<>();
            answers.forEach(answer -> lost.add(answer.request));
            if (random.nextBoolean()) {
                lurking.addAll(wire);
            }
            lost.addAll(wire);
            wire.clear();
            answers.clear();
            SendOutcome unknown = new SendOutcome.Unknown("broken");
            lost.forEach(request -> producer.onSent(request.attempt, unknown));
        }

        /** A leader that was paused takes what lies in its buffers. */
        private void lurk() {
            if (!lurking.isEmpty() && random.nextInt(3) == 0) {
                Request request = lurking.removeFirst();
                if (request.epoch == leaderEpoch && leader) {
                    append(request);
                }
            }
        }

        /** Answers come in order, after a while: what waits for one may be stored already. */
        private void answer(Request request, SendOutcome outcome) {
            answers.add(new Answer(request, outcome));
        }

        private void deliver() {
            Answer answer = answers.poll();
            if (answer != null) {
                producer.onSent(answer.request.attempt, answer.outcome);
            }
        }

        private SendOutcome append(Request request) {
            ByteBuffer batch = request.batch;
            long id = BatchHeader.producerId(batch, 0);
            int base = BatchHeader.baseSequence(batch, 0);
            int count = BatchHeader.recordCount(batch, 0);
            List<String> values = values(batch);
            if (values.stream().anyMatch(poison::contains)) {
                return new SendOutcome.Refused(ErrorCode.INVALID_RECORD, "bad");
            }
            Remembered known = remembered.computeIfAbsent(id, key -> new Remembered());
            for (int[] each : known.batches) {
                if (each[0] == base && each[1] == count) {
                    return new SendOutcome.Appended(each[2], -1);
                }
            }
            if (base != known.nextSequence) {
                return new SendOutcome.Refused(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, "gap");
            }
            int offset = log.size();
            log.addAll(values);
            known.nextSequence += count;
            known.batches.add(new int[] {base, count, offset});
            if (known.batches.size() > PartitionProducer.MAX_IN_FLIGHT) {
                known.batches.remove();
            }
            return new SendOutcome.Appended(offset, -1);
        }

        private static List<String> values(ByteBuffer batch) {
            List<String> values = new ArrayList<>();
            try (RecordReader reader = new RecordReader(batch.duplicate(), 0, 1 << 20)) {
                while (reader.next()) {
                    ByteBuffer value = Objects.requireNonNull(reader.value());
                    values.add(UTF_8.decode(value.duplicate()).toString());
                }
                assertThat(reader.corruption()).isNull();
            }
            return values;
        }

        private void changeLeader() {
            if (!leader) {
                if (random.nextInt(4) == 0) {
                    elect();
                }
            } else if (fault()) {
                leaderEpoch++;
                leader = random.nextBoolean();
                dropConnection();
                producer.onLeaderChanged();
            } else if (producer.idle() && fault()) {
                remembered.clear(); // the log has forgotten its producers
                lurking.clear();
            }
        }

        private void elect() {
            leaderEpoch++;
            leader = true;
            dropConnection();
            producer.onLeaderChanged();
        }

        /** What was sent to the old leader is refused for its epoch, whenever it is taken. */
        private void dropConnection() {
            wire.clear();
            answers.clear();
        }

        private void runLater() {
            if (!later.isEmpty()) {
                later.remove(random.nextInt(later.size())).run();
            }
        }

        private void check() {
            assertThat(log).as("seed %d stores nothing twice", seed).doesNotHaveDuplicates();
            deliveries.forEach(
                    (value, delivery) -> {
                        var error = delivery.error(0);
                        if (error == null) {
                            assertThat(delivery.offset(0))
                                    .as("seed %d: %s", seed, value)
                                    .isNotNegative();
                            assertThat(log.get((int) delivery.offset(0)))
                                    .as("seed %d: what is acknowledged is stored", seed)
                                    .isEqualTo(value);
                        } else if (!error.message().contains("unknown")) {
                            assertThat(log)
                                    .as("seed %d: failed for certain: %s", seed, error)
                                    .doesNotContain(value);
                        }
                    });
            if (faultsPerHundred == 0) {
                assertThat(log).hasSize(offered);
                assertThat(log).isSortedAccordingTo((a, b) -> number(a) - number(b));
            }
        }

        private static int number(String value) {
            return Integer.parseInt(value.substring(1));
        }

        // ---- effects

        @Override
        public void askProducerId() {
            later.add(
                    () -> {
                        if (fault()) {
                            producer.onNoProducerId(
                                    new SendOutcome.NotSent(ErrorCode.NETWORK_EXCEPTION, "none"));
                        } else {
                            producer.onProducerId(producerIds++, (short) 0);
                        }
                    });
        }

        @Override
        public void send(long attempt, ByteBuf batch, long timeoutNanos) {
            assertThat(timeoutNanos).isPositive();
            if (!leader) {
                later.add(
                        () ->
                                producer.onSent(
                                        attempt,
                                        new SendOutcome.NotSent(
                                                ErrorCode.LEADER_NOT_AVAILABLE, "none")));
                return;
            }
            ByteBuffer copy = ByteBuffer.allocate(batch.readableBytes());
            batch.getBytes(batch.readerIndex(), copy.duplicate());
            wire.add(new Request(attempt, leaderEpoch, copy, nanos + timeoutNanos));
        }

        @Override
        public void waitBeforeAttempt(int attempt) {
            later.add(producer::onTimer);
        }

        @Override
        public int maxBatchBytes() {
            return 500;
        }

        @Override
        public long storagePatienceNanos() {
            return TIMEOUT_NANOS / 2;
        }

        @Override
        public long wallMs() {
            return nanos / 1_000_000;
        }

        @Override
        public long nanos() {
            return nanos;
        }
    }
}
