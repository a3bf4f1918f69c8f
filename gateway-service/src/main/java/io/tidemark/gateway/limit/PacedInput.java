package io.tidemark.gateway.limit;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * A request body that is read no faster than its connection may be: what is asked for is asked for
 * later while there is a debt. On the connection's event loop.
 */
public final class PacedInput implements Publisher<ByteBuf> {

    private final Publisher<ByteBuf> source;
    private final Meter meter;
    private final EventLoop loop;

    public PacedInput(Publisher<ByteBuf> source, Meter meter, EventLoop loop) {
        this.source = source;
        this.meter = meter;
        this.loop = loop;
    }

    @Override
    public void subscribe(Subscriber<? super ByteBuf> reader) {
        source.subscribe(
                new Subscriber<>() {
                    @Override
                    public void onSubscribe(Subscription input) {
                        reader.onSubscribe(new Paced(input));
                    }

                    @Override
                    public void onNext(ByteBuf chunk) {
                        reader.onNext(chunk);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        reader.onError(failure);
                    }

                    @Override
                    public void onComplete() {
                        reader.onComplete();
                    }
                });
    }

    private final class Paced implements Subscription {
        private final Subscription input;
        private volatile boolean cancelled;

        Paced(Subscription input) {
            this.input = input;
        }

        @Override
        public void request(long n) {
            long waitMs = meter.waitMs();
            if (waitMs == 0) {
                input.request(n);
            } else if (!cancelled) {
                loop.schedule(() -> request(n), waitMs, TimeUnit.MILLISECONDS);
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
            input.cancel();
        }
    }
}
