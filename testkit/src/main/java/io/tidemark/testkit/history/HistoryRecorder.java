package io.tidemark.testkit.history;

import java.util.ArrayList;
import java.util.List;

/** Collects the history of concurrent clients. Any thread may call any method. */
public final class HistoryRecorder {

    private final List<Slot> slots = new ArrayList<>();
    private long acknowledgedCount;

    /**
     * Records that a send begins. Its outcome is {@link Outcome.Unknown} until the returned send is
     * told another; call this before the record can reach the broker, in the order of sending.
     */
    public synchronized PendingSend sending(int process, Partition partition, long value) {
        PendingSend send = new PendingSend(process, partition, value);
        slots.add(send);
        return send;
    }

    /** Records that a reader received a record. */
    public synchronized void polled(int process, Partition partition, long offset, long value) {
        slots.add(new Done(new Operation.Poll(process, partition, offset, value)));
    }

    /** Records that a reader chose its position. */
    public synchronized void sought(int process, Partition partition) {
        slots.add(new Done(new Operation.Seek(process, partition)));
    }

    /** The history so far, in the order in which the operations began. */
    public synchronized List<Operation> history() {
        return slots.stream().map(Slot::operation).toList();
    }

    /** How many sends have been acknowledged so far. */
    public synchronized long acknowledgedCount() {
        return acknowledgedCount;
    }

    private sealed interface Slot {
        Operation operation();
    }

    private record Done(Operation operation) implements Slot {}

    /** A send under way. It ends at most once. */
    public final class PendingSend implements Slot {
        private final int process;
        private final Partition partition;
        private final long value;
        private Outcome outcome = new Outcome.Unknown();

        private PendingSend(int process, Partition partition, long value) {
            this.process = process;
            this.partition = partition;
            this.value = value;
        }

        /** The broker confirmed the record at {@code offset}. */
        public void acknowledged(long offset) {
            synchronized (HistoryRecorder.this) {
                end(new Outcome.Acknowledged(offset));
                acknowledgedCount++;
            }
        }

        /** The broker refused the record and certainly did not write it. */
        public void refused() {
            end(new Outcome.Refused());
        }

        private void end(Outcome how) {
            synchronized (HistoryRecorder.this) {
                if (!(outcome instanceof Outcome.Unknown)) {
                    throw new IllegalStateException(
                            value + " had already ended as " + outcome + ", now " + how);
                }
                outcome = how;
            }
        }

        @Override
        public Operation operation() {
            return new Operation.Send(process, partition, value, outcome);
        }
    }
}
