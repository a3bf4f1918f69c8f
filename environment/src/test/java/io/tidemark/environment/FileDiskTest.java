package io.tidemark.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDiskTest {
    @TempDir private Path folder;
    private FileDisk disk;

    @BeforeEach
    void openDisk() throws IOException {
        disk = new FileDisk(folder.resolve("data"));
    }

    @Test
    void shouldWriteAndReadAtPositions() throws IOException {
        try (DiskFile file = disk.open("a")) {
            file.write(bytes("hello"), 0);
            file.write(new ByteBuffer[] {bytes(", "), bytes(""), bytes("world")}, 5);
            file.force();

            assertThat(read(file, 0, 100)).isEqualTo("hello, world");
            assertThat(read(file, 7, 3)).isEqualTo("wor");
            assertThat(read(file, 12, 3)).isEmpty();
        }
    }

    @Test
    void shouldCutAFileButNeverGrowIt() throws IOException {
        try (DiskFile file = disk.open("a")) {
            file.write(bytes("hello"), 0);
            file.truncate(100);
            assertThat(file.size()).isEqualTo(5);
            file.truncate(2);
            assertThat(read(file, 0, 10)).isEqualTo("he");
        }
    }

    @Test
    void shouldReplaceTheTargetOfARename() throws IOException {
        write("old", "1");
        write("new", "2");

        disk.rename("new", "old");
        disk.syncDirectory("");

        assertThat(disk.list("")).containsExactly("old");
        try (DiskFile file = disk.openForRead("old")) {
            assertThat(read(file, 0, 10)).isEqualTo("2");
        }
    }

    @Test
    void shouldListAndDeleteNames() throws IOException {
        disk.createDirectories("x/y");
        write("x/b", "");
        write("x/a", "");

        assertThat(disk.list("x")).containsExactly("a", "b", "y");
        assertThatThrownBy(() -> disk.delete("x")).isInstanceOf(IOException.class);
        disk.delete("x/a");
        disk.delete("x/a");
        assertThat(disk.exists("x/a")).isFalse();
        assertThat(disk.list("nothing")).isEmpty();
    }

    @Test
    void shouldKeepAnOpenFileReadableWhenItIsDeleted() throws IOException {
        write("a", "still here");
        try (DiskFile file = disk.openForRead("a")) {
            disk.delete("a");

            assertThat(read(file, 0, 100)).isEqualTo("still here");
        }
    }

    @Test
    void shouldTellAFullDiskFromABrokenOne() {
        IOException full = DiskErrors.named(new IOException("No space left on device"), "a");
        IOException broken = DiskErrors.named(new IOException("Input/output error"), "a");

        assertThat(full).isInstanceOf(DiskFullException.class);
        assertThat(broken).isNotInstanceOf(DiskFullException.class);
    }

    @Test
    void shouldDrawTheSameFromTheSameSeed() {
        SeededEntropy one = new SeededEntropy(7);
        SeededEntropy two = new SeededEntropy(7);

        assertThat(one.split().nextLong()).isEqualTo(two.split().nextLong());
        assertThat(one.nextLong()).isEqualTo(two.nextLong());
        assertThat(one.nextInt(10)).isBetween(0, 9).isEqualTo(two.nextInt(10));
    }

    private void write(String path, String text) throws IOException {
        try (DiskFile file = disk.open(path)) {
            file.write(bytes(text), 0);
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String read(DiskFile file, long position, int length) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(length);
        int read = file.read(target, position);
        return new String(target.array(), 0, read, StandardCharsets.UTF_8);
    }
}
