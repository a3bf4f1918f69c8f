package io.tidemark.partition.telemetry;

import io.tidemark.partition.serving.PartitionStats;
import io.tidemark.partition.serving.Traffic;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Predicate;

/**
 * A node's partitions at one moment.
 *
 * @param partitions in no particular order
 * @param topics those of which something is stored here, by name
 * @param traffic of all partitions since the start, of those that are gone too
 */
public record Survey(
        List<Line> partitions, SortedMap<String, Topic> topics, Traffic.Counts traffic) {

    /**
     * @param online whether its log directory is
     */
    public record Line(String topic, int index, boolean online, PartitionStats stats) {

        boolean leading() {
            return online && stats.leading();
        }

        boolean underReplicated() {
            return leading() && stats.inSync().inSync() < stats.inSync().replicas();
        }

        boolean underMinInSync() {
            return leading() && stats.inSync().inSync() < stats.inSync().minInSync();
        }

        boolean atMinInSync() {
            return leading() && stats.inSync().inSync() == stats.inSync().minInSync();
        }
    }

    /**
     * One topic's share of this node.
     *
     * @param traffic since the node started or the topic came
     * @param sizeBytes on this node's disks
     * @param lag records that the replica furthest behind lacks, of partitions led here
     */
    public record Topic(Traffic.Counts traffic, long sizeBytes, long lag) {
        static final Topic EMPTY = new Topic(Traffic.Counts.NONE, 0, 0);

        Topic plus(Line line, Traffic.Counts newTraffic) {
            return new Topic(
                    traffic.plus(newTraffic),
                    sizeBytes + (line.online ? line.stats.sizeBytes() : 0),
                    Math.max(lag, line.online ? line.stats.inSync().lag() : 0));
        }
    }

    /** The first so many topics by name: what is shown of each must not grow without bound. */
    SortedMap<String, Topic> topics(int most) {
        return topics.size() <= most
                ? topics
                : topics.headMap(topics.keySet().stream().skip(most).findFirst().orElseThrow());
    }

    long count(Predicate<Line> which) {
        return partitions.stream().filter(which).count();
    }

    long largestLag() {
        return partitions.stream()
                .filter(Line::leading)
                .mapToLong(line -> line.stats.inSync().lag())
                .max()
                .orElse(0);
    }
}
