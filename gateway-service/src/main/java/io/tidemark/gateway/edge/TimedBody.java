package io.tidemark.gateway.edge;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.concurrent.ScheduledFuture;
import io.tidemark.gateway.error.ApiError;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/** A request for WebFlux whose body must come in time, and is unpacked where it was packed. */
final class TimedBody extends ServerHttpRequestDecorator {

    private final HttpHeaders headers;
    private final EventLoop loop;
    private final Duration timeout;

    TimedBody(ServerHttpRequest request, HttpServerRequest asked, Duration timeout) {
        super(request);
        this.headers = asked.requestHeaders();
        EventLoop[] own = new EventLoop[1];
        asked.withConnection(connection -> own[0] = connection.channel().eventLoop());
        this.loop = own[0];
        this.timeout = timeout;
    }

    @Override
    public Flux<DataBuffer> getBody() {
        Flux<DataBuffer> body = super.getBody().takeUntilOther(tooLate());
        return Packing.isPacked(headers)
                ? Packing.plain(headers, body.map(TimedBody::bytes))
                        .map(DefaultDataBufferFactory.sharedInstance::wrap)
                : body;
    }

    private static byte[] bytes(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }

    private Mono<Void> tooLate() {
        return Mono.create(
                sink -> {
                    ScheduledFuture<?> timer =
                            loop.schedule(
                                    () ->
                                            sink.error(
                                                    ApiError.requestTimeout(
                                                                    "The body did not come in"
                                                                            + " time.")
                                                            .exception()),
                                    timeout.toMillis(),
                                    TimeUnit.MILLISECONDS);
                    sink.onDispose(() -> timer.cancel(false));
                });
    }
}
