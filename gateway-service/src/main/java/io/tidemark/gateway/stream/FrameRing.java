package io.tidemark.gateway.stream;

import java.util.Arrays;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The newest frames of a tail, numbered from 0 for ever; {@code [first, end)} are held. */
final class FrameRing {

    private static final int SOFT_FRAMES = 1_024;

    private final LongSupplier capacityBytes;
    private @Nullable Frame[] slots = new @Nullable Frame[64];
    private long first;
    private long end;
    private long[] endPositions;
    private long sizeBytes;
    private int large;

    FrameRing(LongSupplier capacityBytes, long[] positions) {
        this.capacityBytes = capacityBytes;
        this.endPositions = positions;
    }

    long first() {
        return first;
    }

    long end() {
        return end;
    }

    long sizeBytes() {
        return sizeBytes;
    }

    /** Whether its oldest frames are to go as soon as they may. */
    boolean overfull() {
        return large > 0 || sizeBytes > capacityBytes.getAsLong() || end - first > SOFT_FRAMES;
    }

    void add(Frame frame) {
        if (end - first == slots.length) {
            @Nullable Frame[] wider = new @Nullable Frame[slots.length * 2];
            for (long number = first; number < end; number++) {
                wider[(int) (number & wider.length - 1)] = get(number);
            }
            slots = wider;
        }
        slots[(int) (end++ & slots.length - 1)] = frame;
        endPositions = frame.end();
        sizeBytes += frame.sizeBytes();
        large += frame.large() ? 1 : 0;
    }

    /** A frame's memory changed by so much. */
    void grew(int bytes) {
        sizeBytes += bytes;
    }

    Frame get(long number) {
        Frame frame = slots[(int) (number & slots.length - 1)];
        if (frame == null || number < first || number >= end) {
            throw new IllegalStateException("frame " + number + " is not held");
        }
        return frame;
    }

    void removeFirst() {
        Frame frame = get(first);
        slots[(int) (first++ & slots.length - 1)] = null;
        sizeBytes -= frame.sizeBytes();
        large -= frame.large() ? 1 : 0;
        frame.release();
    }

    /** The positions before frame {@code number}, or after the last one. */
    long[] positionsAt(long number) {
        return number == end ? endPositions : get(number).start();
    }

    /** Empties it and stands at {@code positions}. */
    void moveTo(long[] positions) {
        while (first < end) {
            removeFirst();
        }
        endPositions = positions.clone();
    }

    /** Partitions were added. */
    void grow(int partitionCount) {
        if (endPositions.length < partitionCount) {
            endPositions = Arrays.copyOf(endPositions, partitionCount);
        }
    }
}
