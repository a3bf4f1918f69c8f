package io.tidemark.gateway.produce;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.limit.InFlightBudget;
import io.tidemark.gateway.produce.batch.Delivery;
import io.tidemark.gateway.produce.batch.Producer.Candidate;
import io.tidemark.gateway.produce.body.LineSplitter;
import io.tidemark.gateway.produce.body.Splitter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Flux;

class RecordStreamTest {
    private static final int LINES = 100;

    private final EventLoop loop = new DefaultEventLoop();
    private final InFlightBudget budget = new InFlightBudget(1 << 20);
    private final List<Runnable> deliveries = new ArrayList<>();

    @AfterEach
    void stop() {
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @Test
    void shouldReportEachRecordOnceToAClientThatAsksForMoreWhileItTakesOne() throws Exception {
        // Given
        Client client = new Client(2);
        loop.submit(() -> stream().subscribe(client)).get();

        // When
        loop.submit(() -> deliveries.forEach(Runnable::run)).get();

        // Then
        assertThat(loop.submit(() -> List.copyOf(client.reports)).get())
                .isEqualTo(IntStream.range(0, LINES).mapToObj(RecordStreamTest::line).toList());
        assertThat(client.completions).isEqualTo(1);
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void shouldGiveBackWhatAClientThatGoesAwayLeaves() throws Exception {
        // Given
        Client client = new Client(0);
        loop.submit(() -> stream().subscribe(client)).get();
        assertThat(budget.usedBytes()).isPositive();

        // When
        loop.submit(() -> client.subscription().cancel()).get();
        loop.submit(() -> deliveries.forEach(Runnable::run)).get();

        // Then
        assertThat(budget.usedBytes()).isZero();
        assertThat(client.reports).isEmpty();
    }

    @Test
    void shouldLetOthersHaveTheirTurnWhileMuchComesAtOnce() throws Exception {
        // Given: what little becomes that was packed well
        int pieces = 1_000;
        AtomicInteger taken = new AtomicInteger();
        byte[] blank = " \n".repeat(16 << 10).getBytes(StandardCharsets.UTF_8);
        Publisher<ByteBuf> unpacked =
                Flux.range(0, pieces)
                        .map(
                                piece -> {
                                    taken.incrementAndGet();
                                    return Unpooled.wrappedBuffer(blank);
                                });
        Client client = new Client(1);

        // When
        loop.submit(() -> stream(unpacked).subscribe(client)).get();

        // Then
        assertThat(taken.get()).isPositive().isLessThan(pieces);
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> loop.submit(() -> client.completions == 1).get());
        assertThat(taken.get()).isEqualTo(pieces);
        assertThat(budget.usedBytes()).isZero();
    }

    private RecordStream stream() {
        return stream(lines());
    }

    private RecordStream stream(Publisher<ByteBuf> source) {
        return new RecordStream(
                source,
                loop,
                UnpooledByteBufAllocator.DEFAULT,
                this::produce,
                new Echo(),
                new StreamLimits(budget, 1 << 10, 1 << 20));
    }

    private void produce(List<Candidate> records, Consumer<Delivery> listener) {
        Delivery delivery = new Delivery(records.size(), loop, done -> {});
        deliveries.add(() -> listener.accept(delivery));
    }

    private static String line(int i) {
        return "record " + i + "\n";
    }

    /** A line for each chunk that is asked for. */
    private static Publisher<ByteBuf> lines() {
        return subscriber ->
                subscriber.onSubscribe(
                        new Subscription() {
                            private int next;

                            @Override
                            public void request(long n) {
                                if (next < LINES) {
                                    subscriber.onNext(
                                            ByteBufUtil.writeUtf8(
                                                    UnpooledByteBufAllocator.DEFAULT,
                                                    line(next++)));
                                } else {
                                    subscriber.onComplete();
                                }
                            }

                            @Override
                            public void cancel() {
                                next = LINES;
                            }
                        });
    }

    /** Asks for one more within each report that it takes, as an HTTP response does. */
    private static final class Client implements Subscriber<ByteBuf> {
        private final List<String> reports = new ArrayList<>();
        private final long first;
        private int completions;
        private Subscription subscription = new None();

        private Client(long first) {
            this.first = first;
        }

        Subscription subscription() {
            return subscription;
        }

        @Override
        public void onSubscribe(Subscription s) {
            subscription = s;
            if (first > 0) {
                s.request(first);
            }
        }

        @Override
        public void onNext(ByteBuf report) {
            subscription.request(1);
            reports.add(report.toString(StandardCharsets.UTF_8));
        }

        @Override
        public void onError(Throwable failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void onComplete() {
            completions++;
        }
    }

    private static final class None implements Subscription {
        @Override
        public void request(long n) {}

        @Override
        public void cancel() {}
    }

    /** Reports a line by itself. */
    private static final class Echo implements Dialect {
        @Override
        public Splitter splitter() {
            return new LineSplitter(1 << 10);
        }

        @Override
        public Unit parse(byte[] bytes, int from, int length) {
            String line = new String(bytes, from, length, StandardCharsets.UTF_8);
            return new Unit(Candidate.refused(ApiError.tooLarge(line)), null);
        }

        @Override
        public void report(Unit unit, Delivery delivery, int index, StringBuilder out) {
            ApiError read = unit.candidate().error();
            out.append(read == null ? "" : read.message()).append('\n');
        }
    }
}
