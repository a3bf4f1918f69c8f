package io.tidemark.coordinator.api;

import io.tidemark.coordinator.runtime.Coordinator;
import io.tidemark.coordinator.runtime.MetadataFeed.Update;
import io.tidemark.metadata.control.StreamMessage;
import io.tidemark.metadata.json.MetadataJson;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.http.ReactiveHttpOutputMessage;
import org.springframework.web.reactive.function.BodyInserter;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * One subscriber's metadata stream. Lines are made as the connection takes them: a slow subscriber
 * costs the memory of the lines that the HTTP server asks for ahead, and gets a snapshot when it
 * has fallen far behind. Ends when this coordinator leads no more.
 */
final class MetadataLines {
    private static final Duration SIGN_OF_LIFE = Duration.ofMillis(500);
    private static final byte[] LINE_END = {'\n'};

    private final Coordinator coordinator;
    private final AtomicLong version = new AtomicLong(-1);

    MetadataLines(Coordinator coordinator) {
        this.coordinator = coordinator;
    }

    Mono<Void> writeTo(ReactiveHttpOutputMessage output, BodyInserter.Context context) {
        return output.writeAndFlushWith(
                lines().map(line -> Mono.just(buffer(line, output.bufferFactory()))));
    }

    private Flux<byte[]> lines() {
        Flux<StreamMessage> updates =
                Mono.defer(() -> Mono.fromFuture(coordinator.feed().next(version.get())))
                        .publishOn(Schedulers.parallel())
                        .map(this::message)
                        .repeat(coordinator::isReady);
        Flux<StreamMessage> signs =
                Flux.interval(SIGN_OF_LIFE)
                        .onBackpressureDrop()
                        .map(tick -> new StreamMessage.Alive(version.get()));
        return Flux.merge(1, updates, signs)
                .takeWhile(message -> coordinator.isReady())
                .map(MetadataJson::encode);
    }

    private StreamMessage message(Update update) {
        version.set(update.image().version());
        return switch (update) {
            case Update.Snapshot snapshot -> new StreamMessage.Snapshot(snapshot.image());
            case Update.Changes changes ->
                    new StreamMessage.Changes(
                            changes.fromVersion(), changes.image().version(), changes.deltas());
        };
    }

    private static DataBuffer buffer(byte[] line, DataBufferFactory buffers) {
        return buffers.allocateBuffer(line.length + 1).write(line).write(LINE_END);
    }
}
