package io.tidemark.testkit.history;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The history of a long run, checked as it grows: some 25 bytes for each record, so that an hour
 * fits into memory. Finds what {@link HistoryCheck} finds.
 *
 * <p>Values are {@code process * 10^10 + sequence}, so that each names its sender. Any thread may
 * call any method.
 */
public final class RunningHistory {
    private static final long VALUES_PER_WRITER = 10_000_000_000L;
    private static final long ACKNOWLEDGED_SOMEWHERE = -1;
    private static final long REFUSED = -2;
    private static final int ANOMALIES_KEPT = 50;

    private final Map<Integer, Writer> writers = new TreeMap<>();
    private final Map<Partition, Log> logs = new HashMap<>();
    private final Map<Sender, Long> duplicates = new EnumMap<>(Sender.class);
    private final List<Anomaly> anomalies = new ArrayList<>();
    private long anomalyCount;
    private long acknowledgedCount;
    private long refusedCount;
    private long polledCount;

    /**
     * A new writer to one partition.
     *
     * @param process unique
     */
    public synchronized Writer writer(int process, Partition partition, Sender sender) {
        Writer writer = new Writer(process, partition, sender);
        if (writers.put(process, writer) != null) {
            throw new IllegalArgumentException("there is a writer " + process + " already");
        }
        return writer;
    }

    /** A new reader. */
    public Reader reader(int process) {
        return new Reader(process, false);
    }

    /** The reader that goes from every beginning to the end when all writers have ended. */
    public Reader lastReader(int process) {
        return new Reader(process, true);
    }

    public synchronized long acknowledgedCount() {
        return acknowledgedCount;
    }

    /** The highest offset that was acknowledged in a partition; -1 before the first. */
    public synchronized long acknowledgedOffset(Partition partition) {
        return log(partition).acknowledgedOffset;
    }

    private Log log(Partition partition) {
        return logs.computeIfAbsent(partition, Log::new);
    }

    private void report(Anomaly anomaly) {
        anomalyCount++;
        if (anomalies.size() < ANOMALIES_KEPT) {
            anomalies.add(anomaly);
        }
    }

    /** What is known of one partition. */
    private final class Log {
        private final Partition partition;
        private final LongColumn valueAt = new LongColumn();
        private final Set<Long> repeatedAt = new HashSet<>();
        private final List<Anomaly.SkippedPoll> gaps = new ArrayList<>();
        private long lastPolledOffset = -1;
        private long acknowledgedOffset = -1;

        private Log(Partition partition) {
            this.partition = partition;
        }

        private void place(long offset, long value) {
            long there = valueAt.get(offset);
            if (there == LongColumn.NONE) {
                valueAt.set(offset, value);
            } else if (there != value) {
                report(
                        new Anomaly.InconsistentOffset(
                                partition, offset, new TreeSet<>(List.of(there, value))));
            }
        }

        /** Gaps over which a record is known by now. */
        private void judgeGaps() {
            for (Anomaly.SkippedPoll gap : gaps) {
                for (long at = gap.earlier().offset() + 1; at < gap.later().offset(); at++) {
                    if (valueAt.get(at) != LongColumn.NONE) {
                        report(
                                new Anomaly.SkippedPoll(
                                        partition, gap.process(), gap.earlier(), gap.later(), at));
                        break;
                    }
                }
            }
        }
    }

    /** A client that sends to one partition. */
    public final class Writer {
        private final int process;
        private final Partition partition;
        private final Sender sender;
        private final LongColumn outcomes = new LongColumn();
        private final LongColumn seenAt = new LongColumn();
        private final BitSet seenAtLast = new BitSet();
        private long sent;

        private Writer(int process, Partition partition, Sender sender) {
            this.process = process;
            this.partition = partition;
            this.sender = sender;
        }

        public Partition partition() {
            return partition;
        }

        /** A value to send, before it can reach the broker; its outcome is unknown until told. */
        public long sending() {
            synchronized (RunningHistory.this) {
                return process * VALUES_PER_WRITER + sent++;
            }
        }

        /**
         * The broker confirmed a value.
         *
         * @param offset negative where the broker did not say (a repetition that it recognised)
         */
        public void acknowledged(long value, long offset) {
            synchronized (RunningHistory.this) {
                end(value, offset < 0 ? ACKNOWLEDGED_SOMEWHERE : offset);
                acknowledgedCount++;
                if (offset >= 0) {
                    Log log = log(partition);
                    log.place(offset, value);
                    log.acknowledgedOffset = Math.max(log.acknowledgedOffset, offset);
                }
            }
        }

        /** The broker refused a value and certainly did not write it. */
        public void refused(long value) {
            synchronized (RunningHistory.this) {
                end(value, REFUSED);
                refusedCount++;
            }
        }

        private void end(long value, long outcome) {
            long sequence = value % VALUES_PER_WRITER;
            if (outcomes.get(sequence) != LongColumn.NONE) {
                throw new IllegalStateException(value + " had ended already");
            }
            outcomes.set(sequence, outcome);
        }

        private void seen(Log log, long offset, long value, boolean last) {
            long sequence = value % VALUES_PER_WRITER;
            if (outcomes.get(sequence) == REFUSED) {
                report(new Anomaly.RefusedRead(partition, offset, value));
            }
            long first = seenAt.get(sequence);
            if (first == LongColumn.NONE) {
                seenAt.set(sequence, offset);
            } else if (first != offset && log.repeatedAt.add(offset)) {
                duplicates.merge(sender, 1L, Long::sum);
                if (sender != Sender.PLAIN) {
                    report(
                            new Anomaly.Duplicate(
                                    partition, value, new TreeSet<>(List.of(first, offset))));
                }
            }
            if (last) {
                seenAtLast.set(Math.toIntExact(sequence));
            }
        }

        private long judgeLosses() {
            long lost = 0;
            for (long sequence = 0; sequence < outcomes.size(); sequence++) {
                long outcome = outcomes.get(sequence);
                boolean acknowledged = outcome >= ACKNOWLEDGED_SOMEWHERE;
                if (acknowledged && !seenAtLast.get(Math.toIntExact(sequence))) {
                    lost++;
                    long value = process * VALUES_PER_WRITER + sequence;
                    long end = log(partition).lastPolledOffset;
                    report(
                            outcome < end
                                    ? new Anomaly.LostWrite(partition, outcome, value, end)
                                    : new Anomaly.Unseen(partition, outcome, value));
                }
            }
            return lost;
        }

        private void judgeOrder() {
            if (sender == Sender.PLAIN) {
                return;
            }
            Anomaly.Entry earlier = new Anomaly.Entry(-1, -1);
            for (long sequence = 0; sequence < sent; sequence++) {
                long outcome = outcomes.get(sequence);
                long offset = outcome >= 0 ? outcome : seenAt.get(sequence);
                if (offset == LongColumn.NONE) {
                    continue;
                }
                Anomaly.Entry entry =
                        new Anomaly.Entry(offset, process * VALUES_PER_WRITER + sequence);
                if (offset <= earlier.offset()) {
                    report(new Anomaly.NonMonotonicSend(partition, process, earlier, entry));
                }
                earlier = entry;
            }
        }
    }

    /** A client that reads; used by one thread. */
    public final class Reader {
        private final int process;
        private final boolean last;
        private final Map<Partition, Anomaly.Entry> positions = new HashMap<>();

        private Reader(int process, boolean last) {
            this.process = process;
            this.last = last;
        }

        /** It received a record. */
        public void polled(Partition partition, long offset, long value) {
            synchronized (RunningHistory.this) {
                polledCount++;
                Log log = log(partition);
                Writer writer = writers.get((int) (value / VALUES_PER_WRITER));
                if (writer == null
                        || !writer.partition.equals(partition)
                        || value % VALUES_PER_WRITER >= writer.sent) {
                    report(new Anomaly.Phantom(partition, offset, value));
                    return;
                }
                log.place(offset, value);
                log.lastPolledOffset = Math.max(log.lastPolledOffset, offset);
                writer.seen(log, offset, value, last);
                follow(log, new Anomaly.Entry(offset, value));
            }
        }

        private void follow(Log log, Anomaly.Entry entry) {
            Anomaly.Entry earlier = positions.put(log.partition, entry);
            if (earlier == null) {
                return;
            }
            if (entry.offset() <= earlier.offset()) {
                report(new Anomaly.NonMonotonicPoll(log.partition, process, earlier, entry));
            } else if (entry.offset() > earlier.offset() + 1) {
                log.gaps.add(
                        new Anomaly.SkippedPoll(
                                log.partition, process, earlier, entry, earlier.offset() + 1));
            }
        }

        /** It chose a position: what comes next need not follow what came before. */
        public void sought(Partition partition) {
            synchronized (RunningHistory.this) {
                positions.remove(partition);
            }
        }

        /** The offset of the newest record it received from a partition; -1 before the first. */
        public long position(Partition partition) {
            synchronized (RunningHistory.this) {
                Anomaly.Entry entry = positions.get(partition);
                return entry == null ? -1 : entry.offset();
            }
        }
    }

    /**
     * Judges the whole, once.
     *
     * @param complete whether the last reader has read everything: else nothing counts as lost
     */
    public synchronized Verdict verdict(boolean complete) {
        long lost = 0;
        long sent = 0;
        for (Writer writer : writers.values()) {
            lost += complete ? writer.judgeLosses() : 0;
            writer.judgeOrder();
            sent += writer.sent;
        }
        logs.values().forEach(Log::judgeGaps);
        return new Verdict(
                sent,
                acknowledgedCount,
                refusedCount,
                polledCount,
                lost,
                duplicates,
                anomalies,
                anomalyCount);
    }
}
