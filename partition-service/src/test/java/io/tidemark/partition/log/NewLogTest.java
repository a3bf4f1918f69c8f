package io.tidemark.partition.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.environment.Disk;
import io.tidemark.environment.DiskFile;
import io.tidemark.environment.FileDisk;
import io.tidemark.partition.log.LogStore.RecoveryProgress;
import io.tidemark.partition.log.LogStore.StoredPartition;
import io.tidemark.partition.log.PartitionLog.ReadOutcome;
import io.tidemark.partition.log.PartitionLog.Recovery;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a log costs its disk that was never written to, and what its first record makes durable. */
class NewLogTest extends PartitionLogFixture {
    private static final String ID = "orders-0/partition.metadata";
    private static final String NEW_ID = ID + ".tmp";
    private static final String RECORDS = "orders-0/00000000000000000000.log";

    /** Paths that were synced, in order. */
    private final List<String> syncs = new ArrayList<>();

    @BeforeEach
    void openOnACountedDisk() throws IOException {
        log.abandon();
        for (String name : names()) {
            new FileDisk(folder).delete("orders-0/" + name);
        }
        new FileDisk(folder).delete("orders-0");
        openCounted(Recovery.CLEAN);
    }

    private void openCounted(Recovery recovery) throws IOException {
        syncs.clear();
        store = LogStore.open(counted(new FileDisk(folder)), clock);
        log =
                store.openLog(
                        "orders",
                        0,
                        TOPIC_ID,
                        new Settings().build(),
                        recovery,
                        RecoveryProgress.IGNORED);
    }

    @Test
    void shouldMakeNothingButItsFolderAndSyncNothingBeforeTheFirstRecord() throws IOException {
        assertThat(names()).containsExactly("partition.metadata");
        assertThat(store.stored()).containsExactly(new StoredPartition("orders", 0, TOPIC_ID));
        assertThat(syncs).isEmpty();
    }

    @Test
    void shouldAnswerAsAnEmptyLogWithoutFiles() throws IOException {
        log.startLeaderEpoch(3);

        ReadOutcome.Bytes end = (ReadOutcome.Bytes) log.read(0, 0, 1_000, true);
        end.release();

        assertThat(end.length()).isZero();
        assertThat(log.read(1, 1, 1_000, true)).isEqualTo(new ReadOutcome.OutOfRange(0, 0));
        assertThat(log.offsetForTimestamp(0, 0).found()).isEmpty();
        assertThat(log.maxTimestamp(0).found()).isEmpty();
        assertThat(log.scrub(1_000)).isZero();
        assertThat(log.verify(0, 1_000)).isFalse();
        assertThat(log.applyRetention(0)).isZero();
        log.deleteRecordsBefore(0);
        log.truncateTo(0);
        assertThat(log.damageFound()).isFalse();
        assertThat(names()).containsExactly("partition.metadata");
    }

    @Test
    void shouldMakeTheFirstRecordDurableWithItsFolderAndWhoseItIs() throws IOException {
        append(batch(PLAIN, 0, -1, 1));
        assertThat(syncs).isEmpty();

        sync();

        assertThat(syncs).contains(RECORDS, NEW_ID, "orders-0", "");
        assertThat(syncs.indexOf(NEW_ID)).isLessThan(syncs.indexOf("orders-0"));
        syncs.clear();
        append(batch(PLAIN, 0, -1, 1));
        sync();
        assertThat(syncs).containsExactly(RECORDS);
    }

    @Test
    void shouldTakeItsFirstRecordFromALeader() throws IOException {
        log.appendAsFollower(batch(PLAIN, 0, -1, 2));
        sync();

        crashAndReopen(new Settings());

        assertThat(log.logEndOffset()).isEqualTo(2);
    }

    @Test
    void shouldCloseAndOpenWithoutASyncWhatWasNeverWrittenTo() throws IOException {
        log.close();
        openCounted(Recovery.CLEAN);
        log.abandon();
        openCounted(Recovery.UNCLEAN);

        assertThat(syncs).isEmpty();
        assertThat(names()).containsExactly("partition.metadata");
        append(batch(PLAIN, 0, -1, 1));
        sync();
        crashAndReopen(new Settings());
        assertThat(log.logEndOffset()).isEqualTo(1);
    }

    @Test
    void shouldMakeWhatARecoveryFoundDurableWithWhoseItIs() throws IOException {
        append(batch(PLAIN, 0, -1, 1));
        log.abandon();

        openCounted(Recovery.UNCLEAN);

        assertThat(log.flushedEndOffset()).isEqualTo(1);
        assertThat(syncs).contains(RECORDS, NEW_ID, "orders-0", "");
    }

    @Test
    void shouldMakeItsFolderDurableWhenItBeginsElsewhere() throws IOException {
        log.restartAt(5_000);

        assertThat(syncs).contains("orders-0/00000000000000005000.log", NEW_ID, "orders-0", "");
        crashAndReopen(new Settings());
        assertThat(log.logStartOffset()).isEqualTo(5_000);
        assertThat(log.corruption()).isEmpty();
    }

    @Test
    void shouldMakeTheNameOfItsBeginningDurableBeforeItRolls() throws IOException {
        Settings small = new Settings();
        small.segmentBytes = 2_000;
        configure(small);
        for (int i = 0; i < 6; i++) {
            append(batch(PLAIN, 0, -1, 1, NOW_MS, 900));
        }

        assertThat(segments()).hasSize(3);
        assertThat(syncs).containsExactly("orders-0");
    }

    @Test
    void shouldNotTrustWhatLiesInAFolderOfNobody() throws IOException {
        append(batch(PLAIN, 0, -1, 1, NOW_MS, 900));
        log.abandon();
        Disk disk = new FileDisk(folder);
        disk.delete(ID);
        try (DiskFile file = disk.open(RECORDS)) {
            file.truncate(file.size() - 100);
        }

        openCounted(Recovery.CLEAN);

        assertThat(log.logEndOffset()).isZero();
        assertThat(log.corruption()).isEmpty();
    }

    private Disk counted(Disk disk) {
        return counted(Disk.class, disk, "");
    }

    private <T> T counted(Class<T> type, T real, String path) {
        Set<String> openers = Set.of("open", "openForRead");
        return type.cast(
                Proxy.newProxyInstance(
                        NewLogTest.class.getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, method, arguments) -> {
                            String name = method.getName();
                            if (name.equals("force")) {
                                syncs.add(path);
                            } else if (name.equals("syncDirectory")) {
                                syncs.add((String) arguments[0]);
                            }
                            try {
                                Object result = method.invoke(real, arguments);
                                return openers.contains(name)
                                        ? counted(
                                                DiskFile.class,
                                                (DiskFile) result,
                                                (String) arguments[0])
                                        : result;
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        }));
    }
}
