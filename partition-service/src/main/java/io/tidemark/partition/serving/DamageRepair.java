package io.tidemark.partition.serving;

import io.tidemark.environment.DiskFullException;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.partition.log.PartitionLog;
import io.tidemark.partition.log.PartitionLog.Gap;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.record.RecordBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the other replicas, one after the other, for what is damaged here, and puts it back in its
 * place; the rest of the log stays as it is. Any of them will do: below the high watermark all have
 * the same, and above it nobody is asked. Belongs to the partition's loop.
 */
final class DamageRepair {
    private static final Logger log = LoggerFactory.getLogger(DamageRepair.class);
    private static final long FIRST_RETRY_MS = 250;
    private static final long MAX_RETRY_MS = 10_000;
    private static final int MAX_BYTES = 8 << 20;

    /** Who has given nothing for so long counts as having nothing, though it is asked on. */
    private static final long PATIENCE_NANOS = 30_000_000_000L;

    /** So often a leader may have nothing there yet before it counts as having nothing. */
    private static final int LEADERS_CHANCES = 3;

    private final PartitionIdentity partition;
    private final StoredLog stored;
    private final Surroundings around;
    private final Listener listener;
    private final Entrance entrance;
    private List<Integer> peers = List.of();
    private int leader = PartitionImage.NO_LEADER;
    private boolean running;
    private int run; // counts them: what is under way when one ends is void
    private int turn;
    private int leaderHadNothing;
    private long retryMs;
    private long sinceNanos;

    /** Who waits for the log to be whole. */
    interface Listener {
        /** Some of what was damaged is as it was. */
        void someMended();

        /** Nothing is damaged any more. */
        void mended() throws IOException;

        /** It cannot be put back in its place. Not told of a leader, which has no other way. */
        void cannotBeMended(String reason) throws IOException;
    }

    DamageRepair(Parts parts, Listener listener) {
        this.partition = parts.partition();
        this.stored = parts.stored();
        this.around = parts.around();
        this.entrance = parts.entrance();
        this.listener = listener;
    }

    /** Begins; or goes on with other replicas. Ends by itself when nothing is damaged any more. */
    void begin(PartitionImage decided) {
        leader = decided.leader();
        peers = peers(decided);
        if (!running) {
            running = true;
            run++;
            turn = 0;
            leaderHadNothing = 0;
            retryMs = FIRST_RETRY_MS;
            sinceNanos = around.clock().nanos();
            carryOut(run, this::ask);
        }
    }

    /** The leader first: it is sure to have what was committed. */
    private List<Integer> peers(PartitionImage decided) {
        List<Integer> others = new ArrayList<>(decided.replicas());
        others.removeIf(id -> id == around.nodeId() || id == leader);
        if (leader != PartitionImage.NO_LEADER && leader != around.nodeId()) {
            others.addFirst(leader);
        }
        return others;
    }

    /** Whether all were asked for long enough, and none had it. */
    boolean isInVain() {
        return running && around.clock().nanos() - sinceNanos >= PATIENCE_NANOS;
    }

    /** Whatever is under way is not wanted any more. */
    void end() {
        running = false;
    }

    private void ask() throws IOException {
        PartitionLog records = stored.log();
        if (records.firstDamagedOffset().isEmpty()) {
            running = false;
            listener.mended();
            return;
        }
        Optional<Gap> gap = records.firstGap();
        if (gap.isEmpty()) {
            giveUp("bytes are missing");
            return;
        }
        if (peers.isEmpty()) {
            later();
            return;
        }
        int peer = peers.get(turn % peers.size());
        around.replicator().ask(peer, request(gap.get()), new Answer(peer, gap.get()));
    }

    private FetchRequestData request(Gap gap) {
        int bytes = Math.min(gap.sizeBytes(), MAX_BYTES);
        FetchTopic topic =
                new FetchTopic().setTopicId(partition.topicId()).setTopic(partition.topic());
        topic.partitions()
                .add(
                        new FetchPartition()
                                .setPartition(partition.index())
                                .setFetchOffset(gap.fromOffset())
                                .setPartitionMaxBytes(bytes));
        FetchRequestData request =
                new FetchRequestData().setMaxWaitMs(0).setMinBytes(0).setMaxBytes(bytes);
        request.topics().add(topic);
        return request;
    }

    private final class Answer implements ReplicaTransport.Receiver {
        private final int of = run;
        private final int peer;
        private final Gap asked;

        Answer(int peer, Gap asked) {
            this.peer = peer;
            this.asked = asked;
        }

        @Override
        public void answered(FetchResponseData response) {
            carryOut(of, () -> take(response));
        }

        @Override
        public void failed(Throwable cause) {
            carryOut(of, DamageRepair.this::next);
        }

        private void take(FetchResponseData response) throws IOException {
            boolean stale = stored.log().firstGap().filter(asked::equals).isEmpty();
            Optional<PartitionData> data =
                    response.responses().stream()
                            .flatMap(topic -> topic.partitions().stream())
                            .findFirst();
            if (stale || data.isEmpty()) {
                next();
            } else if (data.get().errorCode() == ErrorCode.NONE.number()) {
                mend(RecordBytes.of(data.get()));
            } else if (data.get().errorCode() == ErrorCode.OFFSET_OUT_OF_RANGE.number()
                    && isLeader()) {
                giveUp("its leader, node %d, does not have it".formatted(peer));
            } else {
                next();
            }
        }

        private void mend(@Nullable ByteBuffer given) throws IOException {
            if (given == null || !given.hasRemaining()) {
                if (isLeader() && ++leaderHadNothing >= LEADERS_CHANCES) {
                    giveUp("its leader, node %d, has nothing committed there".formatted(peer));
                } else {
                    next();
                }
                return;
            }
            Optional<String> refused = stored.log().mend(given);
            if (refused.isEmpty()) {
                log.info("{} is mended from node {}: {}", partition, peer, asked);
                around.metrics().mended();
                sinceNanos = around.clock().nanos();
                listener.someMended();
                ask();
            } else if (isLeader()) {
                giveUp("node %d: %s".formatted(peer, refused.get()));
            } else {
                log.warn("{} is not mended from node {}: {}", partition, peer, refused.get());
                next();
            }
        }

        private boolean isLeader() {
            return peer == leader;
        }
    }

    private void giveUp(String reason) throws IOException {
        if (leader == around.nodeId()) {
            later();
        } else {
            running = false;
            listener.cannotBeMended(reason);
        }
    }

    /** Asks another replica; after all were asked, after a while. */
    private void next() throws IOException {
        turn++;
        if (peers.isEmpty() || turn % peers.size() == 0) {
            later();
        } else {
            ask();
        }
    }

    private void later() {
        int of = run;
        around.loop().schedule(retryMs, () -> carryOut(of, this::ask));
        retryMs = Math.min(retryMs * 2, MAX_RETRY_MS);
    }

    private void carryOut(int of, Entrance.Step step) {
        if (!running || of != run) {
            return;
        }
        if (!stored.online()) {
            running = false;
            return;
        }
        entrance.enter(
                () -> {
                    try {
                        step.run();
                    } catch (DiskFullException e) {
                        around.metrics().diskFull();
                        later();
                    }
                });
    }
}
