package io.tidemark.gateway.produce;

import io.netty.buffer.ByteBuf;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.error.ApiErrorException;
import io.tidemark.gateway.error.JsonText;
import io.tidemark.gateway.produce.batch.Delivery;
import io.tidemark.gateway.produce.batch.Producer.Candidate;
import io.tidemark.gateway.produce.body.ObjectSplitter;
import io.tidemark.gateway.produce.body.Splitter;
import io.tidemark.gateway.produce.body.V3Record;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Concatenated v3 records, and their delivery reports. */
record V3Dialect(String clusterId, String topic, int maxUnitBytes) implements Dialect {

    @Override
    public Splitter splitter() {
        return new ObjectSplitter(maxUnitBytes);
    }

    @Override
    public Unit parse(byte[] bytes, int from, int length) {
        try {
            V3Record v3 = V3Record.parse(bytes, from, length);
            return new Unit(Candidate.of(v3.record()), v3);
        } catch (ApiErrorException e) {
            return new Unit(Candidate.refused(e.error()), null);
        }
    }

    @Override
    public void report(Unit unit, Delivery delivery, int index, StringBuilder out) {
        ApiError error = delivery.error(index);
        if (error != null || unit.v3() == null) {
            appendError(error == null ? ApiError.internal() : error, out);
        } else {
            out.append("{\"error_code\":200,");
            appendStored(unit.v3(), delivery, index, out);
        }
        out.append('\n');
    }

    private static void appendError(ApiError error, StringBuilder out) {
        out.append("{\"error_code\":").append(error.errorCode()).append(",\"message\":");
        JsonText.quote(error.message(), out);
        out.append('}');
    }

    /** Where a record was stored, from {@code "cluster_id"} to the closing brace. */
    void appendStored(V3Record v3, Delivery delivery, int index, StringBuilder out) {
        out.append("\"cluster_id\":");
        JsonText.quote(clusterId, out);
        out.append(",\"topic_name\":");
        JsonText.quote(topic, out);
        out.append(",\"partition_id\":").append(delivery.partition(index));
        out.append(",\"offset\":").append(delivery.offset(index));
        out.append(",\"timestamp\":\"")
                .append(Instant.ofEpochMilli(delivery.timestampMs(index)))
                .append('"');
        appendPart("key", v3.keyType(), v3.record().key(), out);
        appendPart("value", v3.valueType(), v3.record().value(), out);
        out.append('}');
    }

    private static void appendPart(
            String name, V3Record.@Nullable Type type, @Nullable ByteBuf bytes, StringBuilder out) {
        if (type != null) {
            out.append(",\"").append(name).append("\":{\"type\":\"").append(type);
            out.append("\",\"size\":").append(bytes == null ? 0 : bytes.readableBytes());
            out.append('}');
        }
    }
}
