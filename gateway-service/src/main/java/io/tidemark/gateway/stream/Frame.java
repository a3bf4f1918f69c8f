package io.tidemark.gateway.stream;

import io.netty.buffer.ByteBuf;
import io.tidemark.gateway.consume.LogRecord;
import io.tidemark.gateway.consume.PartitionRead;
import io.tidemark.gateway.stream.EventFormat.Values;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of a topic's records in the order that followers get them, written once for each format
 * and sent to many. Or, with no records, a jump. Belongs to its tail's thread; the bytes it hands
 * out are retained for the receiver.
 */
final class Frame {

    private static final int MAX_RECORDS = 4_096;

    private final long[] start;
    private final long[] end;
    private final List<LogRecord> records;
    private final @Nullable Reset reset;
    private final @Nullable ByteBuf[] shared = new @Nullable ByteBuf[EventFormat.COUNT];
    private final byte @Nullable [][][] objects;
    private final boolean large;
    private int sizeBytes;

    /** Followers at the tail that get this frame next. Kept by the tail. */
    int waiting;

    private Frame(
            long[] start,
            long[] end,
            List<LogRecord> records,
            @Nullable Reset reset,
            boolean manyFollow) {
        this.start = start;
        this.end = end;
        this.records = records;
        this.reset = reset;
        this.objects = manyFollow ? new byte[Values.values().length][][] : null;
        this.sizeBytes = 128 + (start.length + end.length) * 8;
        boolean anyLarge = false;
        for (LogRecord row : records) {
            sizeBytes += row.sizeBytes() + 64;
            anyLarge |= row.large();
        }
        this.large = anyLarge;
    }

    /**
     * Cuts what was read into frames.
     *
     * @param from positions before; each frame's end is the next one's start
     * @param targetBytes a frame ends with the record that reaches it
     * @param manyFollow whether JSON made for one follower is kept for the others
     */
    static List<Frame> of(
            long[] from, List<PartitionRead> reads, int targetBytes, boolean manyFollow) {
        Cutter cutter = new Cutter(from, targetBytes, manyFollow);
        for (PartitionRead read : reads) {
            switch (read) {
                case PartitionRead.Records found -> cutter.add(found);
                case PartitionRead.OutOfRange jump -> cutter.add(jump);
                case PartitionRead.Damaged never -> {}
                case PartitionRead.Unavailable later -> {}
            }
        }
        cutter.cut();
        return cutter.frames;
    }

    private static final class Cutter {
        private final List<Frame> frames = new ArrayList<>();
        private final int targetBytes;
        private final boolean manyFollow;
        private long[] start;
        private long[] end;
        private List<LogRecord> records = new ArrayList<>();
        private int sizeBytes;
        private boolean moved;

        Cutter(long[] from, int targetBytes, boolean manyFollow) {
            this.start = from;
            this.end = from.clone();
            this.targetBytes = targetBytes;
            this.manyFollow = manyFollow;
        }

        void add(PartitionRead.Records read) {
            int partition = read.partition();
            grow(partition);
            for (LogRecord row : read.records()) {
                if (row.nextOffset() <= end[partition]) {
                    row.release();
                    continue;
                }
                records.add(row);
                sizeBytes += row.sizeBytes() + 64;
                end[partition] = row.nextOffset();
                moved = true;
                if (sizeBytes >= targetBytes || records.size() == MAX_RECORDS) {
                    cut();
                }
            }
            if (read.nextOffset() > end[partition]) {
                end[partition] = read.nextOffset();
                moved = true;
            }
        }

        void add(PartitionRead.OutOfRange read) {
            int partition = read.partition();
            long at = Positions.at(end, partition);
            boolean deleted = at < read.startOffset();
            if (!deleted && at <= read.endOffset()) {
                return;
            }
            cut();
            grow(partition);
            end[partition] = deleted ? read.startOffset() : read.endOffset();
            Reset reset =
                    Reset.of(
                            deleted ? Reset.Reason.OFFSET_DELETED : Reset.Reason.OFFSET_BEYOND_END,
                            partition,
                            at,
                            end[partition]);
            frames.add(new Frame(start, end, List.of(), reset, manyFollow));
            next();
        }

        private void grow(int partition) {
            if (partition >= end.length) {
                end = Positions.copy(end, partition + 1);
            }
        }

        void cut() {
            if (moved) {
                frames.add(new Frame(start, end, records, null, manyFollow));
                next();
            }
        }

        private void next() {
            start = end;
            end = end.clone();
            records = new ArrayList<>();
            sizeBytes = 0;
            moved = false;
        }
    }

    /** Positions before it. Not to be changed. */
    long[] start() {
        return start;
    }

    /** Positions after it. Not to be changed. */
    long[] end() {
        return end;
    }

    List<LogRecord> records() {
        return records;
    }

    @Nullable Reset reset() {
        return reset;
    }

    /** What it holds in memory. */
    int sizeBytes() {
        return sizeBytes;
    }

    /** Bytes for a follower of everything; null where there is nothing to send. */
    @Nullable ByteBuf forAll(EventFormat format, EventWriter writer) {
        if (records.isEmpty() && reset == null) {
            return null;
        }
        ByteBuf bytes = shared[format.index()];
        if (bytes == null) {
            bytes = reset == null ? writer.all(this, format) : writer.reset(format, reset, end);
            shared[format.index()] = bytes;
            sizeBytes += bytes.readableBytes();
        }
        return bytes.retainedDuplicate();
    }

    /**
     * Whether it holds a large record: it goes as soon as nobody needs it, and who wants a part of
     * it reads for himself.
     */
    boolean large() {
        return large;
    }

    boolean remembersObjects() {
        return objects != null && !large;
    }

    /** A record's JSON without its closing brace, where it was made before. */
    byte @Nullable [] object(Values values, int index) {
        byte[][] known = objects == null ? null : objects[values.ordinal()];
        return known == null ? null : known[index];
    }

    void remember(Values values, int index, byte[] json) {
        if (objects == null) {
            throw new IllegalStateException("a private frame remembers nothing");
        }
        byte[][] known = objects[values.ordinal()];
        if (known == null) {
            known = new byte[records.size()][];
            objects[values.ordinal()] = known;
        }
        known[index] = json;
        sizeBytes += json.length + 16;
    }

    /**
     * Gives back its large records and its shared bytes; those on their way to sockets live on
     * until they are sent.
     */
    void release() {
        for (ByteBuf bytes : shared) {
            if (bytes != null) {
                bytes.release();
            }
        }
        if (large) {
            LogRecord.releaseAll(records);
        }
    }
}
