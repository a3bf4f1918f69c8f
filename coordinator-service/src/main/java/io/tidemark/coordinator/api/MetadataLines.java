package io.tidemark.coordinator.api;

import io.tidemark.coordinator.runtime.MetadataFeed;
import io.tidemark.coordinator.runtime.MetadataFeed.Update;
import io.tidemark.metadata.control.StreamMessage;
import io.tidemark.metadata.json.MetadataJson;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
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

    private final MetadataFeed feed;
    private final BooleanSupplier leads;
    private final AtomicLong version = new AtomicLong(-1);

    /**
     * @param leads whether the coordinator leads without a break since before this; once false it
     *     stays so, or a stream that has ended its updates would go on giving signs of life
     */
    MetadataLines(MetadataFeed feed, BooleanSupplier leads) {
        this.feed = feed;
        this.leads = leads;
    }

    Mono<Void> writeTo(ReactiveHttpOutputMessage output, BodyInserter.Context context) {
        return output.writeAndFlushWith(
                lines().map(line -> Mono.just(buffer(line, output.bufferFactory()))));
    }

    private Flux<byte[]> lines() {
        Flux<StreamMessage> updates =
                Mono.defer(() -> Mono.fromFuture(feed.next(version.get())))
                        .publishOn(Schedulers.parallel())
                        .map(this::message)
                        .repeat(leads);
        Flux<StreamMessage> signs =
                Flux.interval(SIGN_OF_LIFE)
                        .onBackpressureDrop()
                        .map(tick -> new StreamMessage.Alive(feed.version()));
        return Flux.merge(1, updates, signs)
                .takeWhile(message -> leads.getAsBoolean())
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
