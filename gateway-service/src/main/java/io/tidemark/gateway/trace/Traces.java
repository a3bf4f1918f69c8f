package io.tidemark.gateway.trace;

import io.micrometer.tracing.Link;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import io.netty.handler.codec.http.HttpHeaders;
import io.tidemark.gateway.consume.LogRecord;
import io.tidemark.gateway.stream.DeliveryObserver;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes spans where tracing is on; where it is off, only carries on what clients send. Names and
 * attributes follow OpenTelemetry's conventions for HTTP and messaging.
 */
public final class Traces implements DeliveryObserver {
    private static final int MAX_LINKS = 128;
    private static final Traces OFF = new Traces(null);

    private final @Nullable Tracer tracer;

    private Traces(@Nullable Tracer tracer) {
        this.tracer = tracer;
    }

    /** Makes no spans. */
    public static Traces off() {
        return OFF;
    }

    static Traces by(Tracer tracer) {
        return new Traces(tracer);
    }

    /** Whether spans are made. */
    @Override
    public boolean watches() {
        return tracer != null;
    }

    /**
     * Begins a produce request.
     *
     * @param headers its own
     */
    public RequestTrace begin(HttpHeaders headers, String topic) {
        TraceParent parent = TraceParent.parse(headers.get(TraceParent.NAME));
        if (tracer == null) {
            return parent == null ? RequestTrace.NONE : RequestTrace.carrying(parent, topic);
        }
        Span.Builder request =
                tracer.spanBuilder()
                        .name("POST " + topic)
                        .kind(Span.Kind.SERVER)
                        .tag("http.request.method", "POST")
                        .tag("messaging.destination.name", topic);
        if (parent == null) {
            request.setNoParent();
        } else {
            request.setParent(context(tracer, parent));
        }
        Span started = request.start();
        Span append =
                tracer.spanBuilder()
                        .setParent(started.context())
                        .name("send " + topic)
                        .kind(Span.Kind.PRODUCER)
                        .tag("messaging.system", "kafka")
                        .tag("messaging.operation.type", "send")
                        .tag("messaging.destination.name", topic)
                        .start();
        return RequestTrace.traced(new RequestTrace.Spans(started, append), topic);
    }

    /**
     * Records were written to a stream, or given to a REST consumer: a span of its own, linked to
     * the appends of those that are traced; none where none is.
     */
    @Override
    public void delivered(String topic, List<LogRecord> records) {
        if (tracer == null) {
            return;
        }
        List<Link> links = new ArrayList<>();
        for (LogRecord record : records) {
            TraceParent origin = origin(record);
            if (origin != null && origin.sampled() && links.size() < MAX_LINKS) {
                links.add(new Link(context(tracer, origin)));
            }
        }
        if (links.isEmpty()) {
            return;
        }
        Span.Builder delivery =
                tracer.spanBuilder()
                        .setNoParent()
                        .name("deliver " + topic)
                        .kind(Span.Kind.CONSUMER)
                        .tag("messaging.system", "kafka")
                        .tag("messaging.operation.type", "receive")
                        .tag("messaging.destination.name", topic)
                        .tag("messaging.batch.message_count", records.size());
        links.forEach(delivery::addLink);
        delivery.start().end();
    }

    private static @Nullable TraceParent origin(LogRecord record) {
        for (LogRecord.Header header : record.headers()) {
            byte[] value = header.value();
            if (value != null && header.name().equals(TraceParent.NAME)) {
                return TraceParent.parse(new String(value, StandardCharsets.ISO_8859_1));
            }
        }
        return null;
    }

    private static TraceContext context(Tracer tracer, TraceParent parent) {
        return tracer.traceContextBuilder()
                .traceId(parent.traceId())
                .spanId(parent.spanId())
                .sampled(parent.sampled())
                .build();
    }
}
