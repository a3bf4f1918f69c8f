package io.tidemark.gateway.produce;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.EventLoop;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.error.ErrorMapping;
import io.tidemark.gateway.limit.InFlightBudget;
import io.tidemark.gateway.produce.Dialect.Unit;
import io.tidemark.gateway.produce.batch.Delivery;
import io.tidemark.gateway.produce.batch.Producer.Candidate;
import io.tidemark.gateway.produce.body.Splitter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.netty.channel.AbortedException;

/**
 * Produces the records of a stream as they come, and publishes a report for each, in order. Reads
 * no further while {@code maxInFlightBytes} of this stream have no report taken by the client, or
 * while the gateway's budget is used up: the client's own connection is what waits.
 *
 * <p>Everything happens on the connection's event loop.
 */
final class RecordStream implements Publisher<ByteBuf> {

    private static final int BUDGET_RETRY_MS = 10;

    /**
     * What is taken in one task before others on the loop have a turn: a socket is hardly read for
     * so much at once, but a packed body may hold a thousand times of it.
     */
    private static final int TURN_BYTES = 1 << 20;

    private static final int TURN_MS = 1;

    private final Publisher<ByteBuf> source;
    private final EventLoop loop;
    private final ByteBufAllocator allocator;
    private final Destination destination;
    private final Dialect dialect;
    private final InFlightBudget budget;
    private final int maxInFlightBytes;

    /** Where the records go. */
    @FunctionalInterface
    interface Destination {
        /**
         * @param listener told on the connection's loop when every record has its outcome
         */
        void produce(List<Candidate> records, Consumer<Delivery> listener);
    }

    RecordStream(
            Publisher<ByteBuf> source,
            EventLoop loop,
            ByteBufAllocator allocator,
            Destination destination,
            Dialect dialect,
            StreamLimits limits) {
        this.source = source;
        this.loop = loop;
        this.allocator = allocator;
        this.destination = destination;
        this.dialect = dialect;
        this.budget = limits.budget();
        this.maxInFlightBytes = limits.maxInFlightBytes();
    }

    @Override
    public void subscribe(Subscriber<? super ByteBuf> reports) {
        Exchange exchange = new Exchange(reports);
        reports.onSubscribe(exchange);
        source.subscribe(exchange);
    }

    /** The records of one chunk, and what they take: bytes, or objects where these are more. */
    private static final class Group {
        final List<Unit> units = new ArrayList<>();
        final int bytes;
        @Nullable Delivery delivery;

        Group(int bytes) {
            this.bytes = bytes;
        }
    }

    private final class Exchange implements CoreSubscriber<ByteBuf>, Subscription {
        private final Subscriber<? super ByteBuf> reports;
        private final Splitter splitter = dialect.splitter();
        private final ArrayDeque<Group> groups = new ArrayDeque<>();
        private @Nullable Subscription chunks;
        private long demand;
        private int heldBytes;
        private int turnBytes;
        private boolean reading;
        private boolean reporting;
        private boolean waitingForBudget;
        private boolean sourceEnded;
        private boolean inputEnded;
        private boolean ended;

        Exchange(Subscriber<? super ByteBuf> reports) {
            this.reports = reports;
        }

        @Override
        public void onSubscribe(Subscription s) {
            chunks = s;
            readOn();
        }

        private void readOn() {
            Subscription input = chunks;
            if (input != null
                    && !reading
                    && !inputEnded
                    && !ended
                    && heldBytes < maxInFlightBytes) {
                reading = true;
                if (turnBytes < TURN_BYTES) {
                    input.request(1);
                } else {
                    turnBytes = 0;
                    // Not a mere task: tasks of tasks may come before what others have sent.
                    loop.schedule(() -> input.request(1), TURN_MS, TimeUnit.MILLISECONDS);
                }
            }
        }

        @Override
        public void onNext(ByteBuf chunk) {
            byte[] bytes = ByteBufUtil.getBytes(chunk);
            take(bytes);
        }

        private void take(byte[] bytes) {
            if (ended) {
                return;
            }
            waitingForBudget = !budget.tryReserve(bytes.length);
            if (waitingForBudget) {
                loop.schedule(() -> take(bytes), BUDGET_RETRY_MS, TimeUnit.MILLISECONDS);
                return;
            }
            int pendingBefore = splitter.pendingBytes();
            heldBytes += bytes.length;
            if (turnBytes == 0) {
                loop.execute(() -> turnBytes = 0);
            }
            turnBytes += bytes.length;
            List<Unit> units = new ArrayList<>();
            Splitter.Progress progress =
                    splitter.feed(bytes, (b, from, n) -> units.add(dialect.parse(b, from, n)));
            if (progress == Splitter.Progress.TOO_LONG) {
                units.add(
                        new Unit(
                                Candidate.refused(
                                        ApiError.tooLarge(
                                                "A record is too long; the stream ends here.")),
                                null));
                inputEnded = true;
                if (chunks != null) {
                    chunks.cancel();
                }
            }
            int consumed =
                    inputEnded
                            ? pendingBefore + bytes.length
                            : pendingBefore + bytes.length - splitter.pendingBytes();
            produce(units, consumed);
            reading = false;
            if (sourceEnded) {
                endInput();
            } else {
                readOn();
            }
        }

        private void produce(List<Unit> units, int bytes) {
            int more = Math.max(0, units.stream().mapToInt(Unit::heapBytes).sum() - bytes);
            budget.reserve(more);
            heldBytes += more;
            Group group = new Group(bytes + more);
            group.units.addAll(units);
            groups.add(group);
            if (units.isEmpty()) {
                report();
                return;
            }
            destination.produce(
                    units.stream().map(Unit::candidate).toList(),
                    delivery -> {
                        group.delivery = delivery;
                        report();
                    });
        }

        /**
         * Publishes what may be. The client may ask for more while it takes a report, which comes
         * back here: the loop under way sees what that has changed.
         */
        private void report() {
            if (reporting) {
                return;
            }
            reporting = true;
            try {
                for (Group group = groups.peek(); mayReport(group); group = groups.peek()) {
                    groups.remove();
                    heldBytes -= group.bytes;
                    budget.release(group.bytes);
                    if (!group.units.isEmpty() && !ended) {
                        demand--;
                        reports.onNext(render(group, group.delivery));
                    }
                }
            } finally {
                reporting = false;
            }
            if (inputEnded && groups.isEmpty() && !ended) {
                ended = true;
                reports.onComplete();
            }
            readOn();
        }

        private boolean mayReport(@Nullable Group group) {
            return group != null
                    && (group.units.isEmpty() || (group.delivery != null && (ended || demand > 0)));
        }

        private ByteBuf render(Group group, @Nullable Delivery delivery) {
            StringBuilder text = new StringBuilder(128 * group.units.size());
            for (int i = 0; delivery != null && i < delivery.size(); i++) {
                dialect.report(group.units.get(i), delivery, i, text);
            }
            return ByteBufUtil.writeUtf8(allocator, text);
        }

        @Override
        public void onComplete() {
            sourceEnded = true;
            if (!waitingForBudget) {
                endInput();
            }
        }

        private void endInput() {
            if (inputEnded) {
                return;
            }
            int pending = splitter.pendingBytes();
            List<Unit> units = new ArrayList<>();
            splitter.end((b, from, n) -> units.add(dialect.parse(b, from, n)));
            inputEnded = true;
            produce(units, pending);
        }

        @Override
        public void onError(Throwable failure) {
            release();
            if (!ended) {
                ended = true;
                boolean gone =
                        failure instanceof AbortedException
                                || AbortedException.isConnectionReset(failure);
                reports.onError(
                        gone
                                ? AbortedException.beforeSend()
                                : ErrorMapping.of(failure).exception());
            }
            report();
        }

        private void release() {
            if (!inputEnded) {
                inputEnded = true;
                heldBytes -= splitter.pendingBytes();
                budget.release(splitter.pendingBytes());
            }
        }

        @Override
        public void request(long n) {
            if (loop.inEventLoop()) {
                demanded(n);
            } else {
                loop.execute(() -> demanded(n));
            }
        }

        private void demanded(long n) {
            demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
            report();
        }

        @Override
        public void cancel() {
            loop.execute(
                    () -> {
                        ended = true;
                        release();
                        if (chunks != null) {
                            chunks.cancel();
                        }
                        report();
                    });
        }
    }
}
