package io.tidemark.gateway.trace;

import io.micrometer.tracing.Span;
import io.tidemark.gateway.error.ErrorMapping;
import io.tidemark.gateway.produce.batch.Delivery;
import io.tidemark.gateway.produce.batch.Producer.Candidate;
import io.tidemark.gateway.produce.body.ParsedRecord;
import io.tidemark.protocol.record.RecordHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerResponse;

/**
 * One produce request's part in a trace: its span, that of the append, and the {@code traceparent}
 * that its records carry on. One thread at a time.
 */
public final class RequestTrace {
    private static final Logger LOG = LoggerFactory.getLogger(RequestTrace.class);

    /** Of requests that nobody traces: does nothing. */
    static final RequestTrace NONE = new RequestTrace(null, null, "");

    private static final int CLIENT_GONE = 499;

    private final @Nullable Spans spans;
    private final @Nullable TraceParent carried;
    private final ByteBuffer text; // of what is carried, shared by all records
    private final String topic;
    private boolean marked;
    private boolean appended;
    private boolean ended;

    /** The spans of a request that is traced here. */
    record Spans(Span request, Span append) {}

    private RequestTrace(@Nullable Spans spans, @Nullable TraceParent carried, String topic) {
        this.spans = spans;
        this.carried = carried;
        this.text =
                ByteBuffer.wrap(
                        carried == null
                                ? new byte[0]
                                : carried.text().getBytes(StandardCharsets.US_ASCII));
        this.topic = topic;
    }

    /** Not traced here: what the client sent is carried on. */
    static RequestTrace carrying(TraceParent parent, String topic) {
        return new RequestTrace(null, parent, topic);
    }

    /** Traced here: its records name the append as their origin. */
    static RequestTrace traced(Spans spans, String topic) {
        var append = spans.append.context();
        return new RequestTrace(
                spans,
                new TraceParent(
                        append.traceId(), append.spanId(), Boolean.TRUE.equals(append.sampled())),
                topic);
    }

    /** The records, with the header that carries the trace on where they have none themselves. */
    public List<Candidate> mark(List<Candidate> candidates) {
        return carried == null ? candidates : candidates.stream().map(this::mark).toList();
    }

    /** The record, with the header that carries the trace on where it has none itself. */
    public Candidate mark(Candidate candidate) {
        ParsedRecord record = candidate.record();
        if (carried == null || record == null || named(record)) {
            return candidate;
        }
        marked = true;
        List<RecordHeader> headers = new ArrayList<>(record.headers().size() + 1);
        headers.addAll(record.headers());
        headers.add(new RecordHeader(TraceParent.NAME, text.duplicate()));
        return Candidate.of(
                new ParsedRecord(
                        record.partition(),
                        record.timestampMs(),
                        record.key(),
                        record.value(),
                        headers));
    }

    private static boolean named(ParsedRecord record) {
        for (RecordHeader header : record.headers()) {
            if (header.name().equals(TraceParent.NAME)) {
                return true;
            }
        }
        return false;
    }

    /** The records have their outcomes. */
    public void appended(Delivery delivery) {
        if (spans == null) {
            return;
        }
        appended = true;
        Span append = spans.append;
        append.tag("messaging.batch.message_count", delivery.size());
        boolean failed = false;
        for (int i = 0; i < delivery.size(); i++) {
            failed |= delivery.error(i) != null;
        }
        if (failed) {
            append.tag("error.type", "refused");
        } else if (delivery.size() == 1) {
            append.tag("messaging.destination.partition.id", delivery.partition(0));
            append.tag("messaging.tidemark.offset", delivery.offset(0));
        }
        append.end();
    }

    /** Whether records are to be marked. */
    public boolean carries() {
        return carried != null;
    }

    /** The answer, with the request's end noted when it comes to one. */
    public Mono<Void> ends(Mono<Void> answer, HttpServerResponse response) {
        if (carried == null) {
            return answer;
        }
        return answer.doOnSuccess(done -> answered(response.status().code()))
                .doOnError(this::failed)
                .doOnCancel(() -> answered(CLIENT_GONE));
    }

    private void failed(Throwable failure) {
        int status = ErrorMapping.of(failure).status();
        LOG.atDebug()
                .addKeyValue("traceId", carried == null ? "" : carried.traceId())
                .addKeyValue("topic", topic)
                .log("A produce request failed with {}", status, failure);
        answered(status);
    }

    private void answered(int status) {
        if (spans == null || ended) {
            return;
        }
        ended = true;
        if (!appended && marked) {
            spans.append.end(); // a stream's records had their outcomes one by one
        } else if (!appended) {
            spans.append.abandon();
        }
        spans.request.tag("http.response.status_code", status);
        spans.request.end();
    }
}
