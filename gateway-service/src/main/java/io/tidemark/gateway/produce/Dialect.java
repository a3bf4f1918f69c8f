package io.tidemark.gateway.produce;

import io.tidemark.gateway.produce.batch.Delivery;
import io.tidemark.gateway.produce.batch.Producer.Candidate;
import io.tidemark.gateway.produce.body.ParsedRecord;
import io.tidemark.gateway.produce.body.Splitter;
import io.tidemark.gateway.produce.body.Toll;
import io.tidemark.gateway.produce.body.V3Record;
import org.jspecify.annotations.Nullable;

/** How a stream of records is cut, read and reported. */
interface Dialect {

    /** A new splitter for one stream. */
    Splitter splitter();

    /** Reads one unit; what is wrong with it is its error. */
    Unit parse(byte[] bytes, int from, int length);

    /** Writes what became of a unit, with its separator. */
    void report(Unit unit, Delivery delivery, int index, StringBuilder out);

    /**
     * A unit of a stream.
     *
     * @param v3 where the dialect is v3 and the unit is good
     */
    record Unit(Candidate candidate, @Nullable V3Record v3) {

        /** What it takes beside its bytes, until it has been reported. */
        int heapBytes() {
            ParsedRecord record = candidate.record();
            int headers = record == null ? 0 : record.headers().size();
            return Toll.RECORD_BYTES + headers * Toll.HEADER_BYTES;
        }
    }
}
