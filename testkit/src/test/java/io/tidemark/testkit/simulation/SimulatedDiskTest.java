package io.tidemark.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.environment.DiskFile;
import io.tidemark.environment.DiskFullException;
import io.tidemark.environment.SeededEntropy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SimulatedDiskTest {

    @Test
    void shouldKeepWhatWasForcedThroughAnyLossOfPower() throws IOException {
        for (long seed = 0; seed < 50; seed++) {
            SimulatedDisk disk = new SimulatedDisk(new SeededEntropy(seed));
            DiskFile file = disk.open("a");
            file.write(filled(1_000, 1), 0);
            file.force();
            disk.syncDirectory("");
            file.write(filled(2_000, 2), 1_000);

            disk.losePower();

            assertThat(read(disk, "a")).startsWith(filled(1_000, 1).array());
        }
    }

    @Test
    void shouldTearWritesThatWereNotForced() throws IOException {
        TreeSet<String> shapes = new TreeSet<>();
        for (long seed = 0; seed < 200; seed++) {
            SimulatedDisk disk = new SimulatedDisk(new SeededEntropy(seed));
            DiskFile file = disk.open("a");
            disk.syncDirectory("");
            file.write(filled(1_536, 7), 0);

            disk.losePower();

            StringBuilder shape = new StringBuilder();
            byte[] left = read(disk, "a");
            for (int at = 0; at < left.length; at += SimulatedDisk.SECTOR_BYTES) {
                shape.append(left[at]);
            }
            shapes.add(shape.toString());
        }
        assertThat(shapes).contains("", "777", "070", "007", "700");
    }

    @Test
    void shouldForgetOrKeepNamesThatWereNotSynced() throws IOException {
        TreeSet<String> outcomes = new TreeSet<>();
        for (long seed = 0; seed < 50; seed++) {
            SimulatedDisk disk = new SimulatedDisk(new SeededEntropy(seed));
            disk.open("a");
            disk.syncDirectory("");
            disk.rename("a", "b");

            disk.losePower();

            outcomes.add(disk.list("").toString());
        }
        assertThat(outcomes).containsExactly("[a]", "[b]");
    }

    @Test
    void shouldKeepTheCacheWhenOnlyTheProcessDies() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(new SeededEntropy(1));
        disk.open("a").write(filled(700, 3), 0);

        disk.killProcess();

        assertThat(read(disk, "a")).hasSize(700);
    }

    @Test
    void shouldWriteWhatFitsAndThenBeFull() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(new SeededEntropy(1));
        disk.limitTo(100);
        DiskFile file = disk.open("a");

        assertThatThrownBy(() -> file.write(filled(150, 1), 0))
                .isInstanceOf(DiskFullException.class);

        assertThat(file.size()).isEqualTo(100);
        assertThat(disk.usableBytes()).isZero();
    }

    @Test
    void shouldLoseForGoodWhatAFailedForceDidNotWrite() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(new SeededEntropy(1));
        DiskFile file = disk.open("a");
        disk.syncDirectory("");
        file.write(filled(512, 9), 0);
        disk.failForceAfter(0);

        assertThatThrownBy(file::force).isInstanceOf(IOException.class);
        file.force();
        assertThat(read(disk, "a")).containsOnly(9);
        disk.losePower();

        assertThat(read(disk, "a")).containsOnly(0);
    }

    @Test
    void shouldGoDownAtTheOperationThatWasAskedFor() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(new SeededEntropy(1));
        disk.crashAfter(1);
        DiskFile file = disk.open("a");

        assertThatThrownBy(() -> file.write(filled(10, 1), 0)).isInstanceOf(CrashException.class);
        disk.losePower();
        assertThatThrownBy(file::size).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldRunTimersInTheOrderOfTheirTimes() {
        SimulatedClock clock = new SimulatedClock(1_000);
        SimulatedTimers timers = new SimulatedTimers(clock);
        StringBuilder order = new StringBuilder();
        timers.schedule(20, () -> order.append('b'));
        timers.schedule(10, () -> timers.schedule(5, () -> order.append('a')));
        timers.schedule(15, () -> order.append('x')).cancel();

        timers.advanceMs(30);

        assertThat(order).hasToString("ab");
        assertThat(clock.wallMs()).isEqualTo(1_030);
        assertThat(timers.pending()).isZero();
    }

    private static ByteBuffer filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return ByteBuffer.wrap(bytes);
    }

    private static byte[] read(SimulatedDisk disk, String path) throws IOException {
        DiskFile file = disk.openForRead(path);
        ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
        file.read(bytes, 0);
        return bytes.array();
    }
}
