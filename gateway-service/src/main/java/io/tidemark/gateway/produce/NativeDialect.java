package io.tidemark.gateway.produce;

import io.tidemark.gateway.consume.Cursor;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.error.ApiErrorException;
import io.tidemark.gateway.error.JsonText;
import io.tidemark.gateway.produce.batch.Delivery;
import io.tidemark.gateway.produce.batch.Producer.Candidate;
import io.tidemark.gateway.produce.body.LineSplitter;
import io.tidemark.gateway.produce.body.NativeRecord;
import io.tidemark.gateway.produce.body.Splitter;
import io.tidemark.metadata.image.TopicImage;

/** NDJSON records, and a line for each of them. */
record NativeDialect(TopicImage topic, int maxUnitBytes) implements Dialect {

    @Override
    public Splitter splitter() {
        return new LineSplitter(maxUnitBytes);
    }

    @Override
    public Unit parse(byte[] bytes, int from, int length) {
        try {
            return new Unit(Candidate.of(NativeRecord.parse(bytes, from, length)), null);
        } catch (ApiErrorException e) {
            return new Unit(Candidate.refused(e.error()), null);
        }
    }

    @Override
    public void report(Unit unit, Delivery delivery, int index, StringBuilder out) {
        appendOutcome(delivery, index, out);
        out.append('\n');
    }

    private void appendOutcome(Delivery delivery, int index, StringBuilder out) {
        ApiError error = delivery.error(index);
        if (error == null) {
            appendStored(delivery, index, out);
        } else {
            out.append("{\"error_code\":").append(error.errorCode()).append(",\"message\":");
            JsonText.quote(error.message(), out);
            out.append('}');
        }
    }

    /** What became of all records, as a JSON array. */
    StringBuilder outcomes(Delivery delivery) {
        StringBuilder json = new StringBuilder(160 * delivery.size()).append('[');
        for (int i = 0; i < delivery.size(); i++) {
            json.append(i == 0 ? "" : ",");
            appendOutcome(delivery, i, json);
        }
        return json.append(']');
    }

    /**
     * Where the only record was stored.
     *
     * @throws io.tidemark.gateway.error.ApiErrorException where it was not
     */
    StringBuilder stored(Delivery delivery) {
        ApiError error = delivery.error(0);
        if (error != null) {
            throw error.exception();
        }
        StringBuilder json = new StringBuilder(160);
        appendStored(delivery, 0, json);
        return json;
    }

    /** Where a record was stored, with a cursor from which a stream begins with it. */
    void appendStored(Delivery delivery, int index, StringBuilder out) {
        int partition = delivery.partition(index);
        long offset = delivery.offset(index);
        out.append("{\"topic\":");
        JsonText.quote(topic.name(), out);
        out.append(",\"partition\":").append(partition);
        out.append(",\"offset\":").append(offset);
        out.append(",\"timestamp\":").append(delivery.timestampMs(index));
        if (offset >= 0) {
            String cursor =
                    Cursor.before(topic.id(), topic.partitions().size(), partition, offset).text();
            out.append(",\"cursor\":\"").append(cursor).append('"');
        }
        out.append('}');
    }
}
