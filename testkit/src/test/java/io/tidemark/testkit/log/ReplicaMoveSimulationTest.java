package io.tidemark.testkit.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.environment.SeededEntropy;
import io.tidemark.partition.log.LogConfig;
import io.tidemark.partition.log.LogCopy;
import io.tidemark.partition.log.LogStore.RecoveryProgress;
import io.tidemark.partition.log.LogStore.StoredPartition;
import io.tidemark.partition.log.PartitionLog;
import io.tidemark.partition.log.PartitionLog.AppendOutcome;
import io.tidemark.partition.log.PartitionLog.ReadOutcome;
import io.tidemark.partition.placement.ReplicaMove;
import io.tidemark.partition.storage.LogDirectories;
import io.tidemark.partition.storage.LogDirectory;
import io.tidemark.partition.storage.StoredReplicas;
import io.tidemark.partition.storage.StoredReplicas.Located;
import io.tidemark.testkit.log.TestBatches.Sender;
import io.tidemark.testkit.simulation.CrashException;
import io.tidemark.testkit.simulation.SeededRuns;
import io.tidemark.testkit.simulation.SimulatedClock;
import io.tidemark.testkit.simulation.SimulatedDisk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/**
 * A replica moves to another directory while it is written, and the machine goes down somewhere on
 * the way, as often as it likes. What was synced is there, in one place.
 */
class ReplicaMoveSimulationTest {
    private static final int SEEDS = 2_000;
    private static final StoredPartition REPLICA = new StoredPartition("orders", 0, new Uuid(1, 2));
    private static final LogConfig CONFIG =
            new LogConfig(
                    3_000, -1, 300, 10_000, -1, -1, 1_000_000, true, false, -1, -1, -1, -1, 0,
                    1_000_000);

    @Test
    void shouldKeepAMovingReplicaWholeWhereverItCrashes() {
        SeededRuns.runAll("Move", SEEDS, seed -> new Machine(seed).run());
    }

    /** Two disks, and a log on one of them. */
    private static final class Machine {
        private final SeededEntropy entropy;
        private final SimulatedClock clock = new SimulatedClock(1_700_000_000_000L);
        private final SimulatedDisk[] disks;
        private final List<byte[]> batches = new ArrayList<>();
        private LogDirectory[] directories = new LogDirectory[0];
        private long synced;
        private int crashes;

        Machine(long seed) {
            entropy = new SeededEntropy(seed);
            disks =
                    new SimulatedDisk[] {
                        new SimulatedDisk(entropy.split()), new SimulatedDisk(entropy.split())
                    };
        }

        long run() throws IOException {
            int from = entropy.nextInt(2);
            start();
            PartitionLog first = open(directories[from]);
            for (int i = entropy.nextInt(20); i >= 0; i--) {
                append(first);
            }
            sync(first);
            directories[from].store().checkpoint();
            disks[entropy.nextInt(2)].crashAfter(entropy.nextInt(250));
            LogDirectory to = directories[1 - from];
            boolean moved = attempt(first, directories[from], to);
            while (!moved && crashes < 5) {
                Located at = restart();
                PartitionLog recovered = open(at.directory());
                verify(recovered);
                if (at.directory() == directories[1 - from]) {
                    break;
                }
                to = directories[1 - from];
                if (crashes < 4) {
                    disks[entropy.nextInt(2)].crashAfter(entropy.nextInt(250));
                }
                moved = attempt(recovered, at.directory(), to);
            }
            Located last = restart();
            assertThat(last.directory()).isSameAs(directories[1 - from]);
            verify(open(last.directory()));
            assertThat(directories[from].store().stored()).isEmpty();
            assertThat(directories[0].store().futures()).isEmpty();
            assertThat(directories[1].store().futures()).isEmpty();
            return synced * 31 + crashes;
        }

        /** Whether the move came to its end; else the machine went down. */
        private boolean attempt(PartitionLog original, LogDirectory from, LogDirectory to)
                throws IOException {
            try {
                move(original, from, to);
                return true;
            } catch (CrashException e) {
                return false;
            }
        }

        private void move(PartitionLog original, LogDirectory from, LogDirectory to)
                throws IOException {
            ReplicaMove move = ReplicaMove.begin(REPLICA, CONFIG, to);
            LogCopy.Progress progress = new LogCopy.Progress.Copied(0);
            int more = entropy.nextInt(8);
            while (!(progress instanceof LogCopy.Progress.Complete) || more > 0) {
                Optional<LogCopy.Position> at = move.position();
                progress =
                        move.take(
                                        LogCopy.next(
                                                original,
                                                at.orElseThrow(),
                                                original.flushedEndOffset(),
                                                1_000))
                                .orElseThrow();
                if (more > 0) {
                    more--;
                    append(original);
                    if (entropy.nextInt(2) == 0) {
                        sync(original);
                    }
                    from.store().checkpoint();
                    to.store().checkpoint();
                }
            }
            PartitionLog moved = move.complete(original, CONFIG).orElseThrow();
            original.abandon();
            from.store().retire(List.of(REPLICA));
            from.store().removeDeleted();
            for (int i = entropy.nextInt(4); i > 0; i--) {
                append(moved);
                sync(moved);
            }
            to.store().checkpoint();
            append(moved);
        }

        private void start() throws IOException {
            directories =
                    new LogDirectory[] {
                        LogDirectory.open(Path.of("a"), 1, new Uuid(0, 10), disks[0], clock),
                        LogDirectory.open(Path.of("b"), 1, new Uuid(0, 11), disks[1], clock)
                    };
        }

        /** After a crash, or without one. */
        private Located restart() throws IOException {
            crashes++;
            boolean power = entropy.nextInt(2) == 0;
            for (SimulatedDisk disk : disks) {
                disk.crashAfter(Long.MAX_VALUE - 1);
                if (power) {
                    disk.losePower();
                } else {
                    disk.killProcess();
                }
            }
            start();
            List<Located> found =
                    StoredReplicas.find(
                            LogDirectories.of(List.of(directories)),
                            (directory, e) -> {
                                throw new AssertionError(e);
                            });
            assertThat(found).hasSize(1);
            return found.getFirst();
        }

        private PartitionLog open(LogDirectory directory) throws IOException {
            return directory
                    .store()
                    .openLog(
                            REPLICA.topic(),
                            REPLICA.partition(),
                            REPLICA.topicId(),
                            CONFIG,
                            PartitionLog.Recovery.UNCLEAN,
                            RecoveryProgress.IGNORED);
        }

        private void append(PartitionLog log) throws IOException {
            long[] timestamps = new long[1 + entropy.nextInt(3)];
            Arrays.fill(timestamps, 1_700_000_000_000L);
            byte[] bytes = TestBatches.build(Sender.PLAIN, timestamps, entropy);
            batches.add(bytes); // it may be there whether the append returns or not
            assertThat(log.append(ByteBuffer.wrap(bytes), 0))
                    .isInstanceOf(AppendOutcome.Appended.class);
        }

        private void sync(PartitionLog log) throws IOException {
            PartitionLog.SyncTicket ticket = log.prepareSync();
            ticket.run();
            log.synced(ticket);
            synced = log.flushedEndOffset();
        }

        /** All that was synced is there, byte for byte, and nothing else; forgets what is not. */
        private void verify(PartitionLog log) throws IOException {
            assertThat(log.corruption()).isEmpty();
            assertThat(log.logEndOffset()).isGreaterThanOrEqualTo(synced);
            byte[] stored = read(log);
            ByteArrayOutputStream expected = new ByteArrayOutputStream();
            List<byte[]> kept = new ArrayList<>();
            for (byte[] batch : batches) {
                if (expected.size() + batch.length > stored.length) {
                    break;
                }
                expected.writeBytes(batch);
                kept.add(batch);
            }
            assertThat(Arrays.equals(stored, expected.toByteArray()))
                    .as("%d bytes are those that were sent", stored.length)
                    .isTrue();
            batches.clear();
            batches.addAll(kept);
            synced = log.logEndOffset();
        }

        private static byte[] read(PartitionLog log) throws IOException {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            long offset = 0;
            while (offset < log.logEndOffset()) {
                assertThat(log.read(offset, log.logEndOffset(), 1 << 20, true))
                        .isInstanceOf(ReadOutcome.Bytes.class);
                if (log.read(offset, log.logEndOffset(), 1 << 20, true)
                        instanceof ReadOutcome.Bytes bytes) {
                    ByteBuffer buffer = ByteBuffer.allocate(bytes.length());
                    bytes.file().read(buffer, bytes.position());
                    bytes.release();
                    all.writeBytes(buffer.array());
                    int last = 0;
                    for (int at = 0; at < buffer.capacity(); ) {
                        last = at;
                        at += 12 + buffer.getInt(at + 8);
                    }
                    offset = buffer.getLong(last) + buffer.getInt(last + 23) + 1;
                }
            }
            return all.toByteArray();
        }
    }
}
