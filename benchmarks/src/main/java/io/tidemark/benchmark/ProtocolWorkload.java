package io.tidemark.benchmark;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;

/** Produce, consume and latency over the Kafka protocol, both sides in alternating order. */
final class ProtocolWorkload {
    private static final int PARTITIONS = 6;
    private static final double GB = 1 << 30;
    private static final Map<String, Object> BIG_BATCHES =
            Map.of(
                    ProducerConfig.BATCH_SIZE_CONFIG,
                    128 << 10,
                    ProducerConfig.LINGER_MS_CONFIG,
                    10);

    private final Results results;
    private final List<? extends Broker> brokers;
    private final double seconds;
    private int topics;

    ProtocolWorkload(Results results, List<? extends Broker> brokers, double seconds) {
        this.results = results;
        this.brokers = brokers;
        this.seconds = seconds;
    }

    /** Throughput and CPU. Both sides are warmed alike first: a cold JVM runs at half the speed. */
    void throughput(int runs) throws Exception {
        System.out.println("warming both sides");
        for (Broker broker : brokers) {
            warm(broker);
        }
        for (int run = 0; run < runs; run++) {
            System.out.printf("run %d of %d%n", run + 1, runs);
            for (Broker broker : run % 2 == 0 ? brokers : brokers.reversed()) {
                produce(broker, "1 KB", 1024, false, Map.of(), true);
                produce(broker, "1 KB, fsync", 1024, true, Map.of(), false);
                produce(broker, "100 B", 100, false, Map.of(), true);
                produce(broker, "128 KB batches", 1024, false, BIG_BATCHES, false);
            }
        }
    }

    private void warm(Broker broker) throws Exception {
        for (boolean fsync : new boolean[] {false, true}) {
            String topic = "warm-" + topics++;
            Load.createTopic(broker, topic, PARTITIONS, fsync);
            Load.Result small = Load.produce(broker, topic, 1024, seconds * 1.5, Map.of());
            Load.Result big = Load.produce(broker, topic, 1024, seconds / 2, BIG_BATCHES);
            Load.consume(broker, topic, PARTITIONS, small.records() + big.records());
            Load.deleteTopic(broker, topic);
        }
    }

    private void produce(
            Broker broker,
            String label,
            int size,
            boolean fsync,
            Map<String, Object> overrides,
            boolean thenConsume)
            throws Exception {
        String topic = "bench-" + topics++;
        Load.createTopic(broker, topic, PARTITIONS, fsync);
        double cpu = broker.cpuSeconds();
        Load.Result in = Load.produce(broker, topic, size, seconds, overrides);
        double used = broker.cpuSeconds() - cpu;
        results.add("produce " + label, broker.name(), "MiB/s", in.mibPerSecond());
        results.add("records/s, " + label, broker.name(), "records/s", in.records() / in.seconds());
        results.add("CPU in, " + label, broker.name(), "CPU s/GB", used / (in.bytes() / GB));
        if (thenConsume) {
            cpu = broker.cpuSeconds();
            Load.Result out = Load.consume(broker, topic, PARTITIONS, in.records());
            used = broker.cpuSeconds() - cpu;
            results.add("consume " + label, broker.name(), "MiB/s", out.mibPerSecond());
            results.add("CPU out, " + label, broker.name(), "CPU s/GB", used / (out.bytes() / GB));
        }
        Load.deleteTopic(broker, topic);
    }

    /** One record end to end, and acknowledgements at a fixed rate. */
    void latency(int runs, int count) throws Exception {
        for (int run = 0; run < runs + 1; run++) {
            System.out.println(
                    run == 0 ? "latency: warming" : "latency: run " + run + " of " + runs);
            Results into = run == 0 ? new Results() : results;
            for (Broker broker : run % 2 == 0 ? brokers : brokers.reversed()) {
                roundTrips(into, broker, count, false, "");
                roundTrips(into, broker, count, true, ", fsync");
                fixedRate(into, broker);
            }
        }
    }

    private void roundTrips(Results into, Broker broker, int count, boolean fsync, String suffix)
            throws Exception {
        String topic = "latency-" + topics++;
        Load.createTopic(broker, topic, 1, fsync);
        double[] latencies = Load.roundTrips(broker, topic, count);
        into.add("end to end p50" + suffix, broker.name(), "ms", Load.percentile(latencies, 50));
        into.add("end to end p99" + suffix, broker.name(), "ms", Load.percentile(latencies, 99));
        Load.deleteTopic(broker, topic);
    }

    private void fixedRate(Results into, Broker broker) throws Exception {
        String topic = "rate-" + topics++;
        Load.createTopic(broker, topic, PARTITIONS, false);
        double[] latencies = Load.produceAtRate(broker, topic, 1024, 5000, seconds);
        into.add("5,000/s p50", broker.name(), "ms", Load.percentile(latencies, 50));
        into.add("5,000/s p99", broker.name(), "ms", Load.percentile(latencies, 99));
        Load.deleteTopic(broker, topic);
    }
}
