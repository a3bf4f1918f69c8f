package io.tidemark.gateway.runtime;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tidemark.gateway.limit.InFlightBudget;
import io.tidemark.gateway.produce.batch.ProduceObserver;
import io.tidemark.protocol.ErrorCode;
import java.util.concurrent.TimeUnit;

/** What Prometheus learns of batches and of the memory they take. */
public final class ProduceMetrics implements ProduceObserver {

    private final MeterRegistry registry;
    private final Timer latency;
    private final DistributionSummary records;
    private final DistributionSummary bytes;

    public ProduceMetrics(MeterRegistry registry, InFlightBudget budget) {
        this.registry = registry;
        this.latency =
                Timer.builder("tidemark.gateway.produce.latency")
                        .description("From the building of a batch to its acknowledgement")
                        .publishPercentileHistogram()
                        .register(registry);
        this.records =
                DistributionSummary.builder("tidemark.gateway.produce.batch.records")
                        .description("Records in a batch")
                        .register(registry);
        this.bytes =
                DistributionSummary.builder("tidemark.gateway.produce.batch.size")
                        .baseUnit("bytes")
                        .description("Bytes of a batch")
                        .register(registry);
        Gauge.builder("tidemark.gateway.inflight", budget, InFlightBudget::usedBytes)
                .baseUnit("bytes")
                .description("Bytes of request bodies held")
                .register(registry);
        Gauge.builder("tidemark.gateway.inflight.limit", budget, InFlightBudget::capacityBytes)
                .baseUnit("bytes")
                .description("Bytes of request bodies that may be held; beyond it 429")
                .register(registry);
    }

    @Override
    public void batchAppended(int recordCount, int sizeBytes, long nanos) {
        latency.record(nanos, TimeUnit.NANOSECONDS);
        records.record(recordCount);
        bytes.record(sizeBytes);
    }

    @Override
    public void batchRefused(ErrorCode error) {
        registry.counter("tidemark.gateway.produce.refused", "error", error.name()).increment();
    }
}
