package io.tidemark.partition.telemetry;

import io.tidemark.partition.metrics.PartitionMetrics;
import io.tidemark.partition.serving.Traffic;
import io.tidemark.telemetry.exposition.Families;
import java.util.HashSet;
import java.util.Set;

/**
 * A node under the names that dashboards for Kafka read: {@code kafka_server_*} and {@code
 * kafka_network_*} as the JMX exporter's usual rules make them, {@code kafka_topic_partition_*} as
 * kafka_exporter does, of the partitions that are led here. On the scraping thread.
 */
public final class KafkaFamilies {
    private static final String TOPICS = "kafka_server_brokertopicmetrics_";
    private static final String REPLICAS = "kafka_server_replicamanager_";

    private final Surveyor surveyor;
    private final PartitionMetrics metrics;
    private final ApiCounts apis;
    private final ProcessFigures process = new ProcessFigures();
    private final int maxTopics;

    /**
     * @param maxTopics topics shown by name, the first in alphabetical order
     */
    public KafkaFamilies(
            Surveyor surveyor, PartitionMetrics metrics, ApiCounts apis, int maxTopics) {
        this.surveyor = surveyor;
        this.metrics = metrics;
        this.apis = apis;
        this.maxTopics = maxTopics;
    }

    /** What is to be shown now. */
    public Families gather() {
        Survey survey = surveyor.survey();
        Families families = new Families();
        traffic(families, survey.traffic());
        families.counter(
                TOPICS + "replicationbytesin",
                "Bytes copied from leaders",
                metrics.bytesReplicated());
        families.counter(
                TOPICS + "replicationbytesout",
                "Bytes given to followers",
                survey.traffic().replicaBytesOut());
        Set<String> shown = new HashSet<>();
        survey.topics(maxTopics)
                .forEach(
                        (topic, figures) -> {
                            shown.add(topic);
                            traffic(families, figures.traffic(), "topic", topic);
                        });
        replicas(families, survey);
        survey.partitions().stream()
                .filter(line -> line.leading() && shown.contains(line.topic()))
                .forEach(line -> offsets(families, line));
        apis.forEach(api -> requests(families, api));
        process.addTo(families);
        families.gauge(
                "kafka_server_socket_server_metrics_connection_count",
                "Open connections of Kafka clients and of other nodes",
                apis.connections(),
                "listener",
                "KAFKA");
        return families;
    }

    private static void traffic(Families families, Traffic.Counts counts, String... topic) {
        families.counter(TOPICS + "messagesin", "Records appended", counts.recordsIn(), topic);
        families.counter(TOPICS + "bytesin", "Bytes appended", counts.bytesIn(), topic);
        families.counter(TOPICS + "bytesout", "Bytes given to consumers", counts.bytesOut(), topic);
        Traffic.Requests requests = counts.requests();
        families.counter(
                TOPICS + "totalproducerequests",
                "Partitions in produce requests",
                requests.produces(),
                topic);
        families.counter(
                TOPICS + "failedproducerequests",
                "Partitions in produce requests that were refused",
                requests.failedProduces(),
                topic);
        families.counter(
                TOPICS + "totalfetchrequests",
                "Partitions in fetches of consumers and replicas",
                requests.fetches(),
                topic);
        families.counter(
                TOPICS + "failedfetchrequests",
                "Partitions in fetches that were refused",
                requests.failedFetches(),
                topic);
    }

    private void replicas(Families families, Survey survey) {
        families.gauge(
                REPLICAS + "leadercount",
                "Partitions led here",
                survey.count(Survey.Line::leading));
        families.gauge(
                REPLICAS + "partitioncount", "Partitions stored here", survey.partitions().size());
        families.gauge(
                REPLICAS + "offlinereplicacount",
                "Replicas whose log directory has failed",
                survey.count(line -> !line.online()));
        families.gauge(
                REPLICAS + "underreplicatedpartitions",
                "Led here, with fewer in-sync replicas than assigned",
                survey.count(Survey.Line::underReplicated));
        families.gauge(
                REPLICAS + "underminisrpartitioncount",
                "Led here, with fewer in-sync replicas than min.insync.replicas",
                survey.count(Survey.Line::underMinInSync));
        families.gauge(
                REPLICAS + "atminisrpartitioncount",
                "Led here, with just min.insync.replicas in sync",
                survey.count(Survey.Line::atMinInSync));
        families.counter(
                REPLICAS + "isrshrinks", "In-sync sets that lost a replica", metrics.isrShrinks());
        families.counter(
                REPLICAS + "isrexpands",
                "In-sync sets that a replica joined",
                metrics.isrExpands());
    }

    private static void offsets(Families families, Survey.Line line) {
        String[] labels = {"topic", line.topic(), "partition", Integer.toString(line.index())};
        families.gauge(
                "kafka_topic_partition_current_offset",
                "High watermark",
                line.stats().highWatermark(),
                labels);
        families.gauge(
                "kafka_topic_partition_oldest_offset",
                "Log start offset",
                line.stats().logStartOffset(),
                labels);
        families.gauge("kafka_log_log_size", "Bytes", line.stats().sizeBytes(), labels);
        families.gauge(
                "kafka_cluster_partition_replicascount",
                "Replicas assigned",
                line.stats().inSync().replicas(),
                labels);
        families.gauge(
                "kafka_cluster_partition_atminisr",
                "1 with just min.insync.replicas in sync",
                line.atMinInSync() ? 1 : 0,
                labels);
        families.gauge(
                "kafka_cluster_partition_underminisr",
                "1 with fewer in-sync replicas than min.insync.replicas",
                line.underMinInSync() ? 1 : 0,
                labels);
    }

    private static void requests(Families families, ApiCounts.Counted api) {
        families.counter(
                "kafka_network_requestmetrics_requests",
                "Requests",
                api.count().getAsLong(),
                "request",
                api.api());
        families.counter(
                "kafka_network_requestmetrics_totaltimems",
                "Time of all requests together, in ms",
                api.totalMs().getAsDouble(),
                "request",
                api.api());
    }
}
