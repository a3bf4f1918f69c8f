package io.tidemark.partition.fetch;

import io.tidemark.partition.serving.Partition;
import io.tidemark.partition.serving.PartitionLoop;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads all partitions of a fetch once. It goes from loop to loop, so that the bytes of the whole
 * response are counted in one place; with one loop, or partitions of the connection's own, it stays
 * where it is.
 */
final class FetchRead {
    private final List<Place> places;
    private final PartitionReads reads;
    private final boolean first;
    private final List<List<Integer>> byLoop = new ArrayList<>();
    private final List<PartitionLoop> loops = new ArrayList<>();
    private final PartitionReads.@Nullable Result[] results;
    private int remainingBytes;
    private int bytes;
    private boolean news;

    /** A target with its partition, or the answer where there is none. */
    record Place(
            FetchTarget target,
            @Nullable Partition partition,
            PartitionReads.@Nullable Result absence) {}

    /**
     * @param first whether the request is looked at for the first time: what it tells of a replica
     *     may not be true any more later
     */
    FetchRead(List<Place> places, PartitionReads reads, int maxBytes, boolean first) {
        this.first = first;
        this.places = places;
        this.reads = reads;
        this.remainingBytes = maxBytes;
        this.results = new PartitionReads.Result[places.size()];
        Map<PartitionLoop, List<Integer>> groups = new IdentityHashMap<>(2);
        for (int i = 0; i < places.size(); i++) {
            Partition partition = places.get(i).partition;
            if (partition == null) {
                results[i] = places.get(i).absence;
                news = true;
                continue;
            }
            List<Integer> group = groups.get(partition.loop());
            if (group == null) {
                group = new ArrayList<>();
                groups.put(partition.loop(), group);
                loops.add(partition.loop());
                byLoop.add(group);
            }
            group.add(i);
        }
    }

    /** Reads, and then calls {@code done} on the last loop it came to. */
    void start(Consumer<FetchRead> done) {
        visit(0, done);
    }

    private void visit(int stop, Consumer<FetchRead> done) {
        if (stop == loops.size()) {
            done.accept(this);
            return;
        }
        loops.get(stop)
                .execute(
                        () -> {
                            byLoop.get(stop).forEach(this::read);
                            visit(stop + 1, done);
                        });
    }

    private void read(int i) {
        Place place = places.get(i);
        if (place.partition == null) {
            return;
        }
        int maxBytes = Math.min(place.target.partitionMaxBytes(), remainingBytes);
        PartitionReads.Result result =
                reads.read(
                        place.partition,
                        place.target,
                        new PartitionReads.Share(Math.max(0, maxBytes), bytes == 0, first));
        results[i] = result;
        bytes += result.bytes();
        remainingBytes -= result.bytes();
        news |= result.news();
    }

    /** Counts what was read as given, once it is. */
    void count(boolean toReplica) {
        for (int i = 0; i < results.length; i++) {
            PartitionReads.Result result = results[i];
            Partition partition = places.get(i).partition;
            if (partition != null && result != null && result.bytes() > 0) {
                partition.traffic().fetched(result.bytes(), toReplica);
            }
        }
    }

    /** Bytes of records read. */
    int bytes() {
        return bytes;
    }

    /** Whether a partition gave an error, or other news: the client is told at once. */
    boolean news() {
        return news;
    }

    PartitionReads.Result result(int i) {
        PartitionReads.Result result = results[i];
        if (result == null) {
            throw new IllegalStateException("not read yet");
        }
        return result;
    }

    /** Gives the bytes back: they will not be sent. */
    void release() {
        for (PartitionReads.@Nullable Result result : results) {
            if (result != null) {
                result.records().release();
            }
        }
    }
}
