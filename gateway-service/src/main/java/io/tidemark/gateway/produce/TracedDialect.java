package io.tidemark.gateway.produce;

import io.tidemark.gateway.produce.batch.Delivery;
import io.tidemark.gateway.produce.body.Splitter;
import io.tidemark.gateway.trace.RequestTrace;

/** A dialect whose records carry a trace on. */
record TracedDialect(Dialect dialect, RequestTrace trace) implements Dialect {

    @Override
    public Splitter splitter() {
        return dialect.splitter();
    }

    @Override
    public Unit parse(byte[] bytes, int from, int length) {
        Unit unit = dialect.parse(bytes, from, length);
        return new Unit(trace.mark(unit.candidate()), unit.v3());
    }

    @Override
    public void report(Unit unit, Delivery delivery, int index, StringBuilder out) {
        dialect.report(unit, delivery, index, out);
    }
}
