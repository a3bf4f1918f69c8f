package io.tidemark.testkit.simulation.cluster;

import io.tidemark.environment.SeededEntropy;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.partition.log.PartitionLog;
import io.tidemark.partition.log.PartitionLog.ReadOutcome;
import io.tidemark.partition.replica.Replica;
import io.tidemark.partition.serving.AppendReply;
import io.tidemark.partition.serving.Partition;
import io.tidemark.partition.serving.Sender;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.transport.ClientAddress;
import io.tidemark.testkit.simulation.CrashException;
import io.tidemark.testkit.simulation.SimulatedNetwork.Reply;
import io.tidemark.testkit.simulation.SimulatedProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A machine with disks, on which a partition service runs or does not: what outlives the process,
 * and what others ask of it. {@link NodeLife} is the process.
 */
final class PartitionNode extends SimulatedProcess implements Broker {
    private static final Logger log = LoggerFactory.getLogger(PartitionNode.class);
    private static final long RESTART_NANOS = 300_000_000L;
    private static final byte[] NO_RECORDS = {};

    private final Cluster cluster;
    private final Disks disks;
    private final SeededEntropy entropy;
    private @Nullable NodeLife life;
    private long lives;
    private long firstLifeOnThisDisk;
    private final List<Pristine> pristine = new ArrayList<>();
    private boolean damaged;

    PartitionNode(int index, Cluster cluster, SeededEntropy entropy) {
        super(index, "node " + index, cluster.schedule());
        this.cluster = cluster;
        this.entropy = entropy;
        this.disks = new Disks(cluster.shape().directories(), entropy.split());
        for (int p = 0; p < cluster.shape().partitions(); p++) {
            pristine.add(new Pristine());
        }
    }

    int index() {
        return id();
    }

    Cluster cluster() {
        return cluster;
    }

    Disks disks() {
        return disks;
    }

    SeededEntropy entropy() {
        return entropy;
    }

    /** Starts the process, unless it runs; again after a moment where it goes down at once. */
    void boot() {
        if (running()) {
            return;
        }
        try {
            start();
        } catch (CrashException | CompletionException e) {
            if (!disks.down()) {
                throw e;
            }
            cluster.replicas().wentDownInOperation(index());
            goDown(true);
            bootLater();
        }
    }

    private void bootLater() {
        cluster.schedule().after(RESTART_NANOS, this::boot);
    }

    @Override
    protected void started() {
        lives++;
        life = new NodeLife(this, lives);
        log.debug("{} ms: {} starts", world().nowNanos() / 1_000_000, this);
        life.begin();
    }

    @Override
    protected void crashed() {
        if (life != null) {
            cluster.quorum().connectionLost(this, life.epoch());
        }
        life = null;
    }

    /** The process ends at once, alone or with its machine. */
    void goDown(boolean power) {
        log.debug(
                "{} ms: {} goes down, power lost: {}", world().nowNanos() / 1_000_000, this, power);
        crash();
        disks.stop(power);
        Mutants.ended(cluster.mutation(), disks);
    }

    /** The process gives up, and is started again. */
    void exit() {
        goDown(false);
        bootLater();
    }

    /** The process is asked to stop; it does so in good order, if it can. */
    void stopCleanly() {
        if (life != null) {
            life.stopCleanly();
        }
    }

    /** A sync of one of its disks will fail, which loses that disk to the process. */
    void failSync(SeededEntropy chance) {
        disks.any(chance).failForceAfter(chance.nextInt(4));
        cluster.losses().lost(this, running() ? lives + 1 : lives + 2);
    }

    /** The machine, which is down, gets new disks. */
    void wipe() {
        disks.replace(cluster.mutation() == Mutation.WIPED_KEEPS_PLACE);
        damaged = false;
        pristine.forEach(Pristine::forget);
        firstLifeOnThisDisk = lives + 1;
        cluster.losses().lost(this, firstLifeOnThisDisk);
        for (int p = 0; p < cluster.shape().partitions(); p++) {
            cluster.replicas().lost(index(), p);
        }
    }

    /** Whether the disks were replaced, and the coordinator knows only what was before. */
    boolean lossIsNews(NodeImage registered) {
        return registered.incarnation().getLeastSignificantBits() < firstLifeOnThisDisk;
    }

    /** Whether the coordinator's decision reached it that it has no replica of a partition. */
    boolean hasNo(int partition) {
        PartitionImage image = life == null ? null : life.image(partition);
        return image != null && !image.replicas().contains(index());
    }

    /** Whether this node has heard that another one has new disks; so, too, where it has none. */
    boolean knowsLossOf(int other) {
        NodeImage registered = life == null ? null : life.newest().nodes().get(other);
        return registered == null || !cluster.node(other).lossIsNews(registered);
    }

    /** A bit of what is stored changes. */
    void flipBit(SeededEntropy chance) {
        if (life != null && life.flipBit(chance)) {
            damaged = true;
        }
    }

    /** What a partition's batches said on its present disks before bits of them were changed. */
    Pristine pristine(int partition) {
        return pristine.get(partition);
    }

    /** Whether a bit was changed on its present disks. */
    boolean damaged() {
        return damaged;
    }

    /** Whether one of its log directories is lost to this life of the process. */
    boolean directoryFailed() {
        return life != null && life.directoryFailed();
    }

    /** Whether only a restart brings back what has failed. */
    boolean needsRestart() {
        return life != null && life.directoryFailed();
    }

    private @Nullable Partition partition(int partition) {
        return life == null ? null : life.partition(partition);
    }

    @Nullable Replica replica(int partition) {
        Partition found = partition(partition);
        return found == null ? null : found.replica();
    }

    @Nullable PartitionLog log(int partition) {
        Partition found = partition(partition);
        return found == null ? null : found.log();
    }

    /** What the node takes min.insync.replicas for. */
    int minInSync(int partition) {
        return life == null ? 1 : life.minInSync();
    }

    String nameOf(int partition) {
        return Cluster.TOPIC + "-" + partition + " on " + this + (damaged ? ", damaged," : "");
    }

    /** A follower's fetch. */
    @Nullable NodeLife life() {
        return life;
    }

    @Override
    public void locate(int partition, Reply<Located> reply) {
        PartitionImage image = life == null ? null : life.image(partition);
        reply.with(
                image == null
                        ? new Located(-1, -1)
                        : new Located(image.leader(), image.leaderEpoch()));
    }

    @Override
    public void produce(int partition, byte[] batch, long timeoutMs, Reply<Produced> reply) {
        Partition found = partition(partition);
        if (found == null) {
            reply.with(new Produced(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, -1));
            return;
        }
        found.append(
                ByteBuffer.wrap(batch.clone()),
                true,
                nanos() + timeoutMs * 1_000_000,
                new AppendReply() {
                    @Override
                    public void acknowledged(
                            long baseOffset, long appendTimeMs, long logStartOffset) {
                        reply.with(new Produced(ErrorCode.NONE, baseOffset));
                    }

                    @Override
                    public void refused(ErrorCode error, String message) {
                        reply.with(new Produced(error, -1));
                    }

                    @Override
                    public Sender sender() {
                        return Sender.staying(this, ClientAddress.of(null));
                    }
                });
    }

    @Override
    public void fetch(int partition, long offset, int leaderEpoch, Reply<Fetched> reply) {
        Partition found = partition(partition);
        if (found == null) {
            reply.with(refused(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION));
            return;
        }
        new ConsumerFetch(this, found, offset, leaderEpoch, reply).start();
    }

    static Fetched refused(ErrorCode error) {
        return new Fetched(error, -1, -1, NO_RECORDS);
    }

    /** Copies what was found in a file. */
    static byte[] bytes(ReadOutcome.Bytes found) throws IOException {
        if (found.length() == 0) {
            found.release();
            return NO_RECORDS;
        }
        ByteBuffer buffer = ByteBuffer.allocate(found.length());
        int read = found.file().read(buffer, found.position());
        found.release();
        return read == found.length() ? buffer.array() : Arrays.copyOf(buffer.array(), read);
    }

    @Override
    public void deleteRecords(int partition, long offset, Reply<Deleted> reply) {
        Partition found = partition(partition);
        if (found == null || found.admission().refusal(-1) != ErrorCode.NONE) {
            reply.with(new Deleted(ErrorCode.NOT_LEADER_OR_FOLLOWER, -1));
            return;
        }
        boolean above = cluster.mutation() == Mutation.DELETE_ABOVE_WATERMARK;
        long end = above ? found.log().logEndOffset() : found.replica().highWatermark();
        long wanted = above ? end : Math.min(offset, end);
        found.ask(asked -> asked.deleteRecordsBefore(wanted))
                .thenCompose(durable -> durable)
                .whenComplete(
                        (done, failure) ->
                                reply.with(
                                        new Deleted(
                                                failure == null
                                                        ? ErrorCode.NONE
                                                        : ErrorCode.KAFKA_STORAGE_ERROR,
                                                wanted)));
    }
}
