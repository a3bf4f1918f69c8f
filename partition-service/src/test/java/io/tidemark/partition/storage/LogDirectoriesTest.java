package io.tidemark.partition.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.environment.Clock;
import io.tidemark.environment.FileDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogDirectoriesTest {
    @TempDir Path folder;

    @Test
    void shouldRefuseAFolderThatIsInUse() throws IOException {
        try (LogDirectories held = open(1, folder)) {
            assertThat(held.all()).hasSize(1);
            assertThatThrownBy(() -> open(1, folder))
                    .isInstanceOf(UnusableFolderException.class)
                    .hasMessageContaining("in use")
                    .hasMessageContaining(folder.toString());
        }
        open(1, folder).close();
    }

    @Test
    void shouldRefuseTheFolderOfAnotherNode() {
        open(1, folder).close();

        assertThatThrownBy(() -> open(2, folder))
                .isInstanceOf(UnusableFolderException.class)
                .hasMessageContaining("belongs to node 1");
        open(1, folder).close();
    }

    @Test
    void shouldRefuseTheFolderOfAnotherCluster() throws IOException {
        try (LogDirectories first = open(1, folder)) {
            first.all().getFirst().join("cluster-a");
        }
        try (LogDirectories again = open(1, folder)) {
            assertThat(again.clusterId()).contains("cluster-a");
            assertThatThrownBy(() -> again.all().getFirst().join("cluster-b"))
                    .isInstanceOf(UnusableFolderException.class)
                    .hasMessageContaining("cluster-a");
        }
    }

    @Test
    void shouldRefuseFoldersOfDifferentClusters() throws IOException {
        Path a = folder.resolve("a");
        Path b = folder.resolve("b");
        try (LogDirectories first = open(1, a)) {
            first.all().getFirst().join("cluster-a");
        }
        try (LogDirectories second = open(1, b)) {
            second.all().getFirst().join("cluster-b");
        }

        assertThatThrownBy(() -> open(1, a, b))
                .isInstanceOf(UnusableFolderException.class)
                .hasMessageContaining("different clusters");
        open(1, a).close();
    }

    @Test
    void shouldKeepItsIdentityAndForgetTheCleanMarkerOnceOpened() throws IOException {
        LogDirectories first = open(1, folder);
        var id = first.all().getFirst().id();
        assertThat(first.all().getFirst().cleanlyClosedBefore()).isFalse();
        first.all().getFirst().markClean();
        first.close();

        LogDirectories second = open(1, folder);
        assertThat(second.all().getFirst().cleanlyClosedBefore()).isTrue();
        assertThat(second.all().getFirst().id()).isEqualTo(id);
        second.close();

        try (LogDirectories third = open(1, folder)) {
            assertThat(third.all().getFirst().cleanlyClosedBefore()).isFalse();
        }
    }

    @Test
    void shouldGoOnWithTheOtherDirectoriesWhenOneCannotBeOpened() throws IOException {
        Path blocked = Files.createFile(folder.resolve("a-file"));
        Path good = folder.resolve("good");

        try (LogDirectories directories = open(1, blocked, good)) {
            assertThat(directories.all()).extracting(LogDirectory::path).containsExactly(good);
            assertThat(directories.leftOut().get(blocked)).startsWith("FileAlreadyExists");
        }
        assertThatThrownBy(() -> open(1, blocked)).isInstanceOf(UnusableFolderException.class);
    }

    @Test
    void shouldPlaceWhereTheFewestPartitionsAreAmongThoseOnline() {
        Path a = folder.resolve("a");
        Path b = folder.resolve("b");
        try (LogDirectories directories = open(1, a, b)) {
            LogDirectory first = directories.all().get(0);
            LogDirectory second = directories.all().get(1);
            assertThat(directories.place()).contains(first);
            assertThat(directories.place()).contains(second);
            first.partitionAdded();
            assertThat(directories.place()).contains(second);

            assertThat(second.fail(new IOException("EIO"))).isTrue();
            assertThat(second.fail(new IOException("again"))).isFalse();

            assertThat(directories.place()).contains(first);
            assertThat(second.offlineCause()).contains("EIO");
            first.fail(new IOException("EIO"));
            assertThat(directories.place()).isEmpty();
        }
    }

    private static LogDirectories open(int nodeId, Path... paths) {
        return LogDirectories.open(List.of(paths), nodeId, FileDisk::new, Clock.system());
    }
}
