package io.tidemark.gateway.stream;

import io.tidemark.gateway.consume.LogRecord;
import io.tidemark.gateway.consume.PartitionRead;
import io.tidemark.protocol.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/** A topic's log as a model: partitions on two leaders, retention, gaps, growth, failures. */
final class SimulatedLog implements RecordSource {

    static final class Partition {
        /** Everything ever written, deleted records too. */
        final List<LogRecord> history = new ArrayList<>();

        long start;
        long end;

        List<LogRecord> from(long offset, int maxRecords) {
            int low = 0;
            int high = history.size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (history.get(middle).offset() < offset) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return history.subList(low, Math.min(history.size(), low + maxRecords));
        }
    }

    private record Poll(
            List<Integer> partitions, List<Long> offsets, Consumer<List<PartitionRead>> answer) {}

    private final SimulatedTime time;
    private final Random random;
    private final List<Poll> polls = new ArrayList<>();
    final List<Partition> partitions = new ArrayList<>();
    int failurePercent;
    int pollCount;
    int readCount;

    SimulatedLog(SimulatedTime time, Random random, int partitionCount) {
        this.time = time;
        this.random = random;
        for (int i = 0; i < partitionCount; i++) {
            partitions.add(new Partition());
        }
    }

    void append(int index, int count) {
        Partition partition = partitions.get(index);
        for (int i = 0; i < count; i++) {
            if (random.nextInt(20) == 0) {
                partition.end++; // A control record, or one that compaction removed.
            }
            byte[] key = ("k" + random.nextInt(4)).getBytes(StandardCharsets.UTF_8);
            byte[] value = new byte[random.nextInt(60)];
            partition.history.add(
                    new LogRecord(index, partition.end++, 0, key, value, List.of(), 64));
        }
        for (Poll poll : List.copyOf(polls)) {
            if (poll.partitions.contains(index) && polls.remove(poll)) {
                answer(poll.partitions, poll.offsets, 40, poll.answer);
            }
        }
    }

    @Override
    public void poll(int[] wanted, long[] offsets, Consumer<List<PartitionRead>> answer) {
        for (int leader = 0; leader < 2; leader++) {
            List<Integer> led = new ArrayList<>();
            List<Long> from = new ArrayList<>();
            for (int i = 0; i < wanted.length; i++) {
                if (wanted[i] % 2 == leader) {
                    led.add(wanted[i]);
                    from.add(offsets[i]);
                }
            }
            if (!led.isEmpty()) {
                pollCount++;
                waitFor(new Poll(led, from, answer));
            }
        }
    }

    private void waitFor(Poll poll) {
        for (int i = 0; i < poll.partitions.size(); i++) {
            Partition partition = partitions.get(poll.partitions.get(i));
            long offset = poll.offsets.get(i);
            if (offset != partition.end) {
                answer(poll.partitions, poll.offsets, 40, poll.answer);
                return;
            }
        }
        polls.add(poll);
        time.after(
                1_000,
                () -> {
                    if (polls.remove(poll)) {
                        answer(poll.partitions, poll.offsets, 40, poll.answer);
                    }
                });
    }

    @Override
    public void read(
            int[] wanted, long[] offsets, int maxBytes, Consumer<List<PartitionRead>> answer) {
        readCount++;
        List<Integer> list = new ArrayList<>();
        List<Long> from = new ArrayList<>();
        for (int i = 0; i < wanted.length; i++) {
            list.add(wanted[i]);
            from.add(offsets[i]);
        }
        answer(list, from, 1 + random.nextInt(60), answer);
    }

    private void answer(
            List<Integer> wanted,
            List<Long> offsets,
            int maxRecords,
            Consumer<List<PartitionRead>> answer) {
        List<PartitionRead> reads = new ArrayList<>();
        boolean failed = random.nextInt(100) < failurePercent;
        for (int i = 0; i < wanted.size(); i++) {
            int index = wanted.get(i);
            long offset = offsets.get(i);
            Partition partition = partitions.get(index);
            if (failed) {
                reads.add(new PartitionRead.Unavailable(index, ErrorCode.NOT_LEADER_OR_FOLLOWER));
            } else if (offset < partition.start || offset > partition.end) {
                reads.add(new PartitionRead.OutOfRange(index, partition.start, partition.end));
            } else {
                List<LogRecord> found = List.copyOf(partition.from(offset, maxRecords));
                long next =
                        found.size() < maxRecords ? partition.end : found.getLast().offset() + 1;
                reads.add(new PartitionRead.Records(index, found, next, partition.end));
            }
        }
        time.after(failed ? 50 : 1 + random.nextInt(5), () -> answer.accept(reads));
    }

    @Override
    public void ends(Consumer<long[]> answer) {
        long[] ends = random.nextInt(100) < failurePercent ? new long[0] : bounds().end();
        time.after(ends.length == 0 ? 50 : 2, () -> answer.accept(ends));
    }

    StreamStart.Bounds bounds() {
        return new StreamStart.Bounds(
                partitions.stream().mapToLong(p -> p.start).toArray(),
                partitions.stream().mapToLong(p -> p.end).toArray(),
                null);
    }

    @Override
    public Set<Integer> leaderless() {
        return Set.of();
    }
}
