package io.tidemark.gateway.stream;

import io.tidemark.environment.Clock;
import io.tidemark.gateway.consume.PartitionRead;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * The end of one topic, read once for all who follow it. Belongs to one thread; decides only, and
 * does its I/O through {@link RecordSource} and {@link Outlet}.
 *
 * <p>What the partitions' leaders answer is put in one order, cut into frames and kept in a ring.
 * Each follower at the tail walks the ring at its own pace, one frame at a time while its outlet is
 * ready. The ring reads no further while it is full of frames that someone still needs, with one
 * exception: when a fair share of the followers ({@code 1/}{@link #STARVING_SHARE}) have had
 * everything and wait, those that hold back the oldest frame and whose outlets are not ready leave
 * the tail. From there on they read the log for themselves, only while their outlets are ready, and
 * join again where their positions have reached a frame that the ring still holds. So the log is
 * the buffer, the pace is that of the many, and memory is bounded by the ring.
 *
 * <p>A tail that nobody stands at reads nothing; it is placed anew where the first follower comes
 * to the end of the log.
 */
final class Tail {

    /** One in so many followers waiting is enough not to wait for those who do not read. */
    static final int STARVING_SHARE = 8;

    private final TailConfig config;
    private final RecordSource source;
    private final Delivery delivery;
    private final CatchUp catchUp;
    private final StreamMetrics metrics;
    private final Set<Follower> followers = new LinkedHashSet<>();
    private final List<Follower> attached = new ArrayList<>();
    private final List<Follower> toBeSeated = new ArrayList<>();
    private final FrameRing ring;
    private final Damage damage;
    private final Leaderless leaderless;
    private final String topic;
    private boolean[] polling;
    private int pollsUnderWay;
    private int atHead;
    private boolean seating;
    private boolean closed;

    Tail(
            int partitionCount,
            TailConfig config,
            RecordSource source,
            EventWriter writer,
            Clock clock,
            StreamMetrics metrics,
            DeliveryObserver observer) {
        this.config = config;
        this.source = source;
        this.metrics = metrics;
        this.delivery = new Delivery(writer, metrics, clock, observer);
        this.catchUp =
                new CatchUp(
                        config,
                        source,
                        delivery,
                        metrics,
                        partitionCount,
                        this::join,
                        this::finish,
                        this::failAtDamage);
        this.damage = new Damage(config.damageMs());
        this.leaderless = new Leaderless(config.leaderlessMs());
        this.topic = writer.topic();
        this.polling = new boolean[partitionCount];
        this.ring = new FrameRing(config.ringBytes(), new long[partitionCount]);
    }

    /** Whether nobody follows. */
    boolean isEmpty() {
        return followers.isEmpty();
    }

    /**
     * Takes a new follower, which has positions of its own.
     *
     * @param reset told first; null where it begins where it asked to
     * @param retryMs told to an SSE client
     */
    void open(Follower follower, @Nullable Reset reset, int retryMs) {
        followers.add(follower);
        delivery.open(follower, reset, retryMs);
        if (follower.done()) {
            finish(follower);
        } else {
            catchUp.advance(follower);
        }
    }

    /** Takes a new follower of a stream that has begun already. */
    void add(Follower follower) {
        followers.add(follower);
        if (follower.done()) {
            finish(follower);
        } else {
            catchUp.advance(follower);
        }
    }

    /** The follower's outlet is ready again, or its credit is. */
    void resume(Follower follower) {
        follower.lastReadyNanos = delivery.nowNanos();
        follower.outOfCredit = false;
        switch (follower.place) {
            case CATCHING_UP -> catchUp.advance(follower);
            case AT_TAIL -> {
                walk(follower);
                trim();
                poll();
            }
            case GONE -> {}
        }
    }

    /** The follower disconnected. */
    void leave(Follower follower) {
        if (follower.place == Follower.Place.GONE) {
            return;
        }
        if (follower.place == Follower.Place.AT_TAIL) {
            detach(follower);
        }
        catchUp.drop(follower);
        follower.place = Follower.Place.GONE;
        followers.remove(follower);
        trim();
        poll();
    }

    /** The topic has more partitions now. */
    void grow(int partitionCount) {
        if (partitionCount > polling.length) {
            polling = Arrays.copyOf(polling, partitionCount);
            ring.grow(partitionCount);
            catchUp.grow(partitionCount);
            poll();
        }
    }

    /** Tells everyone and ends all streams. */
    void fail(ApiError error) {
        for (Follower follower : List.copyOf(followers)) {
            if (follower.outlet().endsWithTopic()) {
                delivery.failure(follower, error);
                follower.outlet().end();
            }
            leave(follower);
        }
    }

    /** Tells a follower that its next record of a partition cannot be read, and ends it. */
    private void failAtDamage(Follower follower, PartitionRead read) {
        long offset = Positions.at(positionsOf(follower), read.partition());
        ApiError error =
                read instanceof PartitionRead.Damaged damaged
                        ? damaged.error(topic, offset)
                        : ApiError.of(
                                ErrorCode.KAFKA_STORAGE_ERROR,
                                "Partition %d of topic '%s' cannot be read at offset %d: its records are damaged, or the disk has failed. Another stream can begin behind it."
                                        .formatted(read.partition(), topic, offset));
        if (follower.outlet().endsWithTopic()) {
            delivery.failure(follower, error);
            follower.outlet().end();
            leave(follower);
        } else {
            leave(follower);
            follower.outlet().failed(error);
        }
    }

    private void failThoseAt(PartitionRead read) {
        int partition = read.partition();
        damage.told(partition);
        for (Follower follower : List.copyOf(followers)) {
            if (follower.place == Follower.Place.AT_TAIL
                    && follower.next == ring.end()
                    && follower.wants(partition)) {
                failAtDamage(follower, read);
            }
        }
    }

    /** Ends all streams between two events, so that clients resume elsewhere. */
    void drain() {
        for (Follower follower : List.copyOf(followers)) {
            follower.outlet().end();
            leave(follower);
        }
    }

    /** Frees the ring's memory and forgets what is under way; only when empty. */
    void close() {
        closed = true;
        ring.moveTo(new long[0]);
    }

    /**
     * Sends heartbeats that are due, tells of partitions that lose their leaders, and gives up on
     * outlets that take nothing.
     */
    void tick() {
        long now = delivery.nowNanos();
        SortedSet<Integer> none = leaderless.lasting(source.leaderless(), now);
        for (Follower follower : List.copyOf(followers)) {
            if (follower.outlet().ready()) {
                follower.lastReadyNanos = now;
                SortedSet<Integer> wanted = follower.wanted(none);
                if (!wanted.equals(follower.toldLeaderless)) {
                    delivery.leaderless(follower, wanted);
                }
                if (now - follower.lastWriteNanos >= follower.heartbeatMs() * 1_000_000) {
                    delivery.heartbeat(follower, positionsOf(follower));
                }
            } else if (now - follower.lastReadyNanos >= config.stallMs() * 1_000_000) {
                metrics.stalled();
                follower.outlet().abort();
                leave(follower);
            }
        }
    }

    /** How many read for themselves. */
    int catchingUp() {
        return followers.size() - attached.size();
    }

    long ringBytes() {
        return ring.sizeBytes();
    }

    private long[] positionsOf(Follower follower) {
        return follower.takesShared() ? ring.positionsAt(follower.next) : follower.positions();
    }

    // At the tail.

    private void poll() {
        if (attached.isEmpty() || seating || ring.overfull()) {
            return;
        }
        int[] idle = new int[polling.length];
        int count = 0;
        for (int partition = 0; partition < polling.length; partition++) {
            if (!polling[partition]) {
                idle[count++] = partition;
                polling[partition] = true;
            }
        }
        if (count > 0) {
            pollsUnderWay += count;
            int[] partitions = Arrays.copyOf(idle, count);
            source.poll(
                    partitions, offsets(partitions, ring.positionsAt(ring.end())), this::polled);
        }
    }

    private static long[] offsets(int[] partitions, long[] positions) {
        long[] offsets = new long[partitions.length];
        for (int i = 0; i < partitions.length; i++) {
            offsets[i] = Positions.at(positions, partitions[i]);
        }
        return offsets;
    }

    private void polled(List<PartitionRead> reads) {
        if (closed) {
            PartitionRead.releaseAll(reads);
            return;
        }
        long[] from = ring.positionsAt(ring.end());
        for (Frame frame : Frame.of(from, reads, config.frameBytes(), true)) {
            append(frame);
        }
        for (PartitionRead read : reads) {
            polling[read.partition()] = false;
            pollsUnderWay--;
        }
        PartitionRead damaged = damage.lasting(reads, delivery.nowNanos());
        if (damaged != null) {
            failThoseAt(damaged);
        }
        trim();
        poll();
    }

    private void append(Frame frame) {
        long number = ring.end();
        ring.add(frame);
        frame.waiting = atHead;
        atHead = 0;
        for (int i = attached.size() - 1; i >= 0; i--) {
            Follower follower = attached.get(i);
            if (follower.next == number && follower.outlet().ready()) {
                give(follower, frame);
            }
        }
    }

    /** Gives what the ring holds and the outlet takes. */
    private void walk(Follower follower) {
        while (follower.place == Follower.Place.AT_TAIL
                && follower.next < ring.end()
                && follower.outlet().ready()) {
            give(follower, ring.get(follower.next));
        }
    }

    private void give(Follower follower, Frame frame) {
        if (frame.large() && !follower.takesShared()) {
            detach(follower);
            catchUp.advance(follower);
            return;
        }
        int before = frame.sizeBytes();
        if (follower.takesShared()) {
            delivery.whole(follower, frame);
        } else {
            delivery.chosen(follower, frame);
            if (follower.outOfCredit) {
                detach(follower);
                return;
            }
            follower.align(frame.end());
        }
        ring.grew(frame.sizeBytes() - before);
        frame.waiting--;
        follower.next++;
        nowWaits(follower, 1);
        if (!follower.takesShared() && follower.done()) {
            finish(follower);
        }
    }

    private void finish(Follower follower) {
        if (follower.outlet().endsWithTopic()) {
            delivery.end(follower);
            follower.outlet().end();
            leave(follower);
        } else {
            leave(follower);
            follower.outlet().done();
        }
    }

    private void nowWaits(Follower follower, int change) {
        if (follower.next == ring.end()) {
            atHead += change;
        } else {
            ring.get(follower.next).waiting += change;
        }
    }

    /** Drops the oldest frames while the ring is too full and nobody needs them. */
    private void trim() {
        while (ring.overfull() && ring.first() < ring.end()) {
            Frame oldest = ring.get(ring.first());
            if (oldest.waiting > 0 && atHead * STARVING_SHARE >= attached.size()) {
                detachThoseWhoBlock(ring.first());
            }
            if (oldest.waiting > 0) {
                return;
            }
            ring.removeFirst();
        }
    }

    private void detachThoseWhoBlock(long number) {
        for (int i = attached.size() - 1; i >= 0; i--) {
            Follower follower = attached.get(i);
            if (follower.next == number && !follower.outlet().ready()) {
                detach(follower);
                metrics.fellBehind();
            }
        }
    }

    private void detach(Follower follower) {
        if (follower.takesShared()) {
            follower.standAt(ring.positionsAt(follower.next));
        }
        nowWaits(follower, -1);
        Follower last = attached.removeLast();
        if (last != follower) {
            attached.set(follower.slot, last);
            last.slot = follower.slot;
        }
        follower.slot = -1;
        follower.atEnd = false;
        follower.place = Follower.Place.CATCHING_UP;
    }

    private void attach(Follower follower, long number) {
        follower.place = Follower.Place.AT_TAIL;
        follower.next = number;
        follower.slot = attached.size();
        attached.add(follower);
        follower.align(ring.positionsAt(number));
        nowWaits(follower, 1);
        walk(follower);
        trim();
        poll();
    }

    // Coming to the tail.

    /** Lets a follower join the tail, where it has reached it. */
    private boolean join(Follower follower) {
        if (attached.isEmpty() && pollsUnderWay == 0) {
            return follower.atEnd && seat(follower);
        }
        long number = ring.end();
        if (!follower.covers(ring.positionsAt(number))) {
            if (!follower.covers(ring.positionsAt(ring.first()))) {
                return false;
            }
            do {
                number--;
            } while (!follower.covers(ring.positionsAt(number)));
        }
        if (number < ring.end()
                && ring.get(number).large()
                && !follower.couldShare(ring.positionsAt(number))) {
            return false;
        }
        attach(follower, number);
        return true;
    }

    /** Places the idle tail where a follower has come to the end of the log. */
    private boolean seat(Follower follower) {
        if (follower.wantsAllPartitions()) {
            ring.moveTo(Positions.copy(follower.positions(), polling.length));
            attach(follower, ring.end());
            return true;
        }
        if (!seating) {
            seating = true;
            source.ends(this::seatAt);
        }
        follower.reading = true;
        toBeSeated.add(follower);
        return true;
    }

    private void seatAt(long[] ends) {
        seating = false;
        if (ends.length > 0 && attached.isEmpty() && pollsUnderWay == 0) {
            long[] positions = Positions.copy(ends, polling.length);
            for (Follower follower : toBeSeated) {
                for (int partition = 0; partition < positions.length; partition++) {
                    long own = Positions.at(follower.positions(), partition);
                    if (follower.wants(partition) && own < positions[partition]) {
                        positions[partition] = own;
                    }
                }
            }
            ring.moveTo(positions);
        }
        List<Follower> waited = List.copyOf(toBeSeated);
        toBeSeated.clear();
        for (Follower follower : waited) {
            follower.reading = false;
            if (follower.place != Follower.Place.CATCHING_UP) {
                continue;
            }
            long number = ring.end();
            if (follower.covers(ring.positionsAt(number))) {
                attach(follower, number);
            } else {
                catchUp.advance(follower);
            }
        }
        poll();
    }
}
