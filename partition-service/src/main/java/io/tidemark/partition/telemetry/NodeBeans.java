package io.tidemark.partition.telemetry;

import io.tidemark.partition.metrics.PartitionMetrics;
import io.tidemark.partition.serving.Traffic;
import io.tidemark.telemetry.jmx.KafkaBeans;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * A node over JMX, under Kafka's names. Beans of topics and APIs come as those do, looked for every
 * five seconds. Any thread.
 */
public final class NodeBeans {
    private static final String TOPICS = "kafka.server:type=BrokerTopicMetrics,name=";
    private static final String REPLICAS = "kafka.server:type=ReplicaManager,name=";

    private static final Map<String, ToLongFunction<Traffic.Counts>> BY_TOPIC =
            Map.of(
                    "MessagesInPerSec", Traffic.Counts::recordsIn,
                    "BytesInPerSec", Traffic.Counts::bytesIn,
                    "BytesOutPerSec", Traffic.Counts::bytesOut);

    private final KafkaBeans beans;
    private final Surveyor surveyor;
    private final PartitionMetrics metrics;
    private final ApiCounts apis;
    private final int maxTopics;

    /**
     * @param maxTopics topics with beans of their own, the first in alphabetical order
     */
    public NodeBeans(
            KafkaBeans beans,
            Surveyor surveyor,
            PartitionMetrics metrics,
            ApiCounts apis,
            int maxTopics) {
        this.beans = beans;
        this.surveyor = surveyor;
        this.metrics = metrics;
        this.apis = apis;
        this.maxTopics = maxTopics;
    }

    /** Adds the beans, and has them kept. */
    public void start() {
        BY_TOPIC.forEach(
                (name, counter) ->
                        beans.meter(
                                TOPICS + name,
                                eventType(name),
                                () -> counter.applyAsLong(surveyor.survey().traffic())));
        beans.meter(TOPICS + "ReplicationBytesInPerSec", "bytes", metrics::bytesReplicated);
        beans.meter(
                TOPICS + "ReplicationBytesOutPerSec",
                "bytes",
                () -> surveyor.survey().traffic().replicaBytesOut());
        beans.meter(REPLICAS + "IsrShrinksPerSec", "shrinks", metrics::isrShrinks);
        beans.meter(REPLICAS + "IsrExpandsPerSec", "expands", metrics::isrExpands);
        beans.gauge(REPLICAS + "PartitionCount", () -> surveyor.survey().partitions().size());
        gauge("LeaderCount", Survey.Line::leading);
        gauge("UnderReplicatedPartitions", Survey.Line::underReplicated);
        gauge("UnderMinIsrPartitionCount", Survey.Line::underMinInSync);
        gauge("AtMinIsrPartitionCount", Survey.Line::atMinInSync);
        gauge("OfflineReplicaCount", line -> !line.online());
        beans.start(this::keep);
    }

    private static String eventType(String name) {
        return name.startsWith("Messages") ? "messages" : "bytes";
    }

    private void gauge(String name, Predicate<Survey.Line> which) {
        beans.gauge(REPLICAS + name, () -> (int) surveyor.survey().count(which));
    }

    private void keep() {
        BY_TOPIC.forEach(
                (name, counter) -> {
                    Map<String, LongSupplier> wanted = new HashMap<>();
                    for (String topic : surveyor.survey().topics(maxTopics).keySet()) {
                        wanted.put(
                                TOPICS + name + ",topic=" + topic,
                                () -> counter.applyAsLong(traffic(topic)));
                    }
                    beans.meters(name, wanted, eventType(name));
                });
        Map<String, LongSupplier> requests = new HashMap<>();
        apis.forEach(
                api -> {
                    String of = ",request=" + api.api();
                    requests.put(
                            "kafka.network:type=RequestMetrics,name=RequestsPerSec" + of,
                            api.count());
                });
        beans.meters("requests", requests, "requests");
    }

    private Traffic.Counts traffic(String topic) {
        Survey.Topic known = surveyor.survey().topics().get(topic);
        return known == null ? Traffic.Counts.NONE : known.traffic();
    }
}
