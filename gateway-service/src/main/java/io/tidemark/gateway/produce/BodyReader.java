package io.tidemark.gateway.produce;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.concurrent.ScheduledFuture;
import io.tidemark.gateway.edge.Packing;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.limit.InFlightBudget;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.netty.http.server.HttpServerRequest;

/**
 * Reads whole bodies into one array each, within limits: the length of one body, checked before and
 * while it is read; the bytes of all together; the time that one may take. On the connection's
 * event loop.
 */
final class BodyReader {

    private static final int RETRY_AFTER_SECONDS = 1;

    private final InFlightBudget budget;
    private final int maxBytes;
    private final Duration timeout;

    BodyReader(InFlightBudget budget, int maxBytes, Duration timeout) {
        this.budget = budget;
        this.maxBytes = maxBytes;
        this.timeout = timeout;
    }

    /** The body, which the receiver releases; or the error that answers the request. */
    Mono<Body> read(HttpServerRequest request) {
        String length = request.requestHeaders().get(HttpHeaderNames.CONTENT_LENGTH);
        long expected = length == null ? 0 : parse(length);
        if (expected > maxBytes) {
            return Mono.error(tooLarge());
        }
        if (!budget.tryReserve(expected)) {
            return Mono.error(busy());
        }
        return Mono.create(
                sink -> {
                    Gathering gathering = new Gathering(sink, (int) expected);
                    Packing.unpacked(request.requestHeaders(), request.receive())
                            .subscribe(gathering);
                    if (!gathering.done) {
                        request.withConnection(c -> gathering.limitTime(c.channel()));
                    }
                });
    }

    private static long parse(String length) {
        try {
            return Long.parseLong(length);
        } catch (NumberFormatException e) {
            throw ApiError.badRequest("Content-Length is not a number.").exception();
        }
    }

    private RuntimeException tooLarge() {
        return ApiError.tooLarge("The body is longer than %d bytes.".formatted(maxBytes))
                .exception();
    }

    private static RuntimeException busy() {
        return ApiError.busy("Too many bytes are in flight; try again soon.", RETRY_AFTER_SECONDS)
                .exception();
    }

    private final class Gathering implements CoreSubscriber<ByteBuf> {
        private final MonoSink<Body> sink;
        private byte[] bytes;
        private int length;
        private int reserved;
        private boolean done;
        private @Nullable Subscription subscription;
        private @Nullable ScheduledFuture<?> timer;

        Gathering(MonoSink<Body> sink, int expected) {
            this.sink = sink;
            this.bytes = new byte[expected];
            this.reserved = expected;
        }

        void limitTime(Channel channel) {
            timer =
                    channel.eventLoop()
                            .schedule(
                                    () ->
                                            fail(
                                                    ApiError.requestTimeout(
                                                                    "The body did not come in"
                                                                            + " time.")
                                                            .exception()),
                                    timeout.toMillis(),
                                    TimeUnit.MILLISECONDS);
        }

        @Override
        public void onSubscribe(Subscription s) {
            subscription = s;
            s.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(ByteBuf chunk) {
            int more = chunk.readableBytes();
            if (done || more == 0) {
                return;
            }
            int total = length + more;
            if (total > reserved && !grow(total)) {
                return;
            }
            chunk.readBytes(bytes, length, more);
            length = total;
        }

        private boolean grow(int total) {
            if (total > maxBytes) {
                fail(tooLarge());
                return false;
            }
            int target = Math.min(maxBytes, Math.max(total, 2 * bytes.length));
            if (!budget.tryReserve(target - reserved)) {
                fail(busy());
                return false;
            }
            reserved = target;
            bytes = Arrays.copyOf(bytes, target);
            return true;
        }

        private void fail(RuntimeException error) {
            if (end()) {
                budget.release(reserved);
                sink.error(error);
                if (subscription != null) {
                    subscription.cancel();
                }
            }
        }

        private boolean end() {
            if (done) {
                return false;
            }
            done = true;
            if (timer != null) {
                timer.cancel(false);
            }
            return true;
        }

        @Override
        public void onError(Throwable failure) {
            if (end()) {
                budget.release(reserved);
                sink.error(failure);
            }
        }

        @Override
        public void onComplete() {
            if (end()) {
                budget.release(reserved - length);
                sink.success(new Body(bytes, length, budget));
            }
        }
    }
}
