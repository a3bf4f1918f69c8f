package io.tidemark.partition.telemetry;

import io.tidemark.environment.Clock;
import io.tidemark.partition.storage.LogDirectories;
import io.tidemark.partition.storage.LogDirectory;
import io.tidemark.telemetry.exposition.Families;
import java.io.IOException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node's partitions, topics and disks under our own names. On the scraping thread. */
public final class NodeFamilies {
    private static final Logger LOG = LoggerFactory.getLogger(NodeFamilies.class);
    private static final String P = "tidemark_partition_";
    private static final String T = "tidemark_topic_";

    private final Surveyor surveyor;
    private final LogDirectories directories;
    private final Clock clock;
    private final int maxTopics;

    /**
     * @param maxTopics topics shown by name, the first in alphabetical order
     */
    public NodeFamilies(Surveyor surveyor, LogDirectories directories, Clock clock, int maxTopics) {
        this.surveyor = surveyor;
        this.directories = directories;
        this.clock = clock;
        this.maxTopics = maxTopics;
    }

    /** What is to be shown now. */
    public Families gather() {
        Survey survey = surveyor.survey();
        Families families = new Families();
        partitions(families, survey);
        topics(families, survey);
        directories.all().forEach(directory -> directory(families, directory));
        directories
                .leftOut()
                .keySet()
                .forEach(path -> online(families, path.toAbsolutePath().toString(), false));
        return families;
    }

    private static void partitions(Families families, Survey survey) {
        families.gauge(P + "leaders", "Partitions led here", survey.count(Survey.Line::leading));
        families.gauge(
                P + "underreplicated",
                "Partitions led here with fewer in-sync replicas than assigned",
                survey.count(Survey.Line::underReplicated));
        families.gauge(
                P + "underminisr",
                "Partitions led here with fewer in-sync replicas than min.insync.replicas",
                survey.count(Survey.Line::underMinInSync));
        families.gauge(
                P + "atminisr",
                "Partitions led here with just min.insync.replicas in sync",
                survey.count(Survey.Line::atMinInSync));
        families.gauge(
                P + "offline_replicas",
                "Replicas whose log directory has failed",
                survey.count(line -> !line.online()));
        families.gauge(
                P + "replica_lag_max",
                "Records that the follower furthest behind lacks, of partitions led here",
                survey.largestLag());
        families.counter(
                P + "messages_in", "Records appended as leader", survey.traffic().recordsIn());
        families.counter(
                P + "consumer_bytes_out",
                "Bytes of record batches given to consumers",
                survey.traffic().bytesOut());
        families.counter(
                P + "replication_bytes_out",
                "Bytes of record batches given to followers",
                survey.traffic().replicaBytesOut());
    }

    private void topics(Families families, Survey survey) {
        for (Map.Entry<String, Survey.Topic> entry : survey.topics(maxTopics).entrySet()) {
            String topic = entry.getKey();
            Survey.Topic figures = entry.getValue();
            families.counter(
                    T + "messages_in",
                    "Records appended as leader",
                    figures.traffic().recordsIn(),
                    "topic",
                    topic);
            families.counter(
                    T + "bytes_in",
                    "Bytes of record batches appended as leader",
                    figures.traffic().bytesIn(),
                    "topic",
                    topic);
            families.counter(
                    T + "bytes_out",
                    "Bytes of record batches given to consumers",
                    figures.traffic().bytesOut(),
                    "topic",
                    topic);
            families.gauge(
                    T + "size_bytes",
                    "Bytes on this node's disks",
                    figures.sizeBytes(),
                    "topic",
                    topic);
            families.gauge(
                    T + "replica_lag",
                    "Records that the follower furthest behind lacks",
                    figures.lag(),
                    "topic",
                    topic);
        }
        families.gauge(
                T + "hidden",
                "Topics that are not shown by name, beyond tidemark.partition.metrics.max-topics",
                Math.max(0, survey.topics().size() - maxTopics));
    }

    private void directory(Families families, LogDirectory directory) {
        String path = directory.path().toAbsolutePath().toString();
        online(families, path, directory.online());
        if (!directory.online()) {
            return;
        }
        try {
            families.gauge(
                    P + "log_directory_total_bytes",
                    "Size of the file system that a log directory is on",
                    directory.totalBytes(),
                    "directory",
                    path);
            families.gauge(
                    P + "log_directory_usable_bytes",
                    "Free space of the file system that a log directory is on",
                    directory.disk().usableBytes(),
                    "directory",
                    path);
        } catch (IOException e) {
            LOG.debug("The space of {} is not known", path, e);
        }
        families.gauge(
                P + "log_directory_slow_seconds",
                "Time of a sync where syncs take 200 ms and more at present, else 0",
                directory.syncTimes().slowMs(clock.nanos()).orElse(0) / 1000.0,
                "directory",
                path);
    }

    private static void online(Families families, String path, boolean online) {
        families.gauge(
                P + "log_directory_online",
                "1 while a log directory is in use, 0 once it has failed",
                online ? 1 : 0,
                "directory",
                path);
    }
}
