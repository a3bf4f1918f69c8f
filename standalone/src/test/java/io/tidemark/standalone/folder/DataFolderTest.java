package io.tidemark.standalone.folder;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.standalone.folder.Claim.Claimed;
import io.tidemark.standalone.folder.Claim.Foreign;
import io.tidemark.standalone.folder.Claim.Locked;
import io.tidemark.standalone.folder.Claim.UnknownFormat;
import io.tidemark.standalone.folder.Claim.Unusable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {

    @TempDir private Path temp;

    private static DataFolder claimed(Path path) {
        Claim claim = DataFolder.claim(path);
        assertThat(claim).isInstanceOf(Claimed.class);
        return ((Claimed) claim).folder();
    }

    @Test
    void shouldCreateAndMarkAFolderThatDoesNotExist() throws IOException {
        Path path = temp.resolve("a/b");

        try (DataFolder folder = claimed(path)) {
            assertThat(folder.path()).isEqualTo(path);
            assertThat(path.resolve("tidemark.properties")).content().contains("format=1");
        }
    }

    @Test
    void shouldTakeItsOwnFolderAgainWhenItHoldsData() throws IOException {
        claimed(temp).close();
        Files.createDirectories(temp.resolve("log/orders-0"));

        claimed(temp).close();
    }

    @Test
    void shouldNameTheHolderWhenTheFolderIsLocked() throws IOException {
        try (DataFolder folder = claimed(temp)) {
            Claim second = DataFolder.claim(temp);

            assertThat(second)
                    .isEqualTo(
                            new Locked(
                                    folder.path(), OptionalLong.of(ProcessHandle.current().pid())));
        }
        claimed(temp).close();
    }

    @Test
    void shouldRefuseAFolderWithSomeoneElsesFiles() throws IOException {
        Files.writeString(temp.resolve("thesis.tex"), "…");
        Files.createDirectories(temp.resolve("photos"));

        assertThat(DataFolder.claim(temp))
                .isEqualTo(new Foreign(temp, List.of("photos", "thesis.tex")));
        assertThat(temp.resolve("tidemark.properties")).doesNotExist();
    }

    @Test
    void shouldTakeAFreshFileSystemWithItsLostAndFound() throws IOException {
        Files.createDirectories(temp.resolve("lost+found"));

        claimed(temp).close();
    }

    @Test
    void shouldRefuseAFormatItDoesNotKnow() throws IOException {
        Files.writeString(temp.resolve("tidemark.properties"), "format=7\n");

        assertThat(DataFolder.claim(temp)).isEqualTo(new UnknownFormat(temp, "7"));
    }

    @Test
    void shouldSayWhyWhenAFileIsInTheWay() throws IOException {
        Path file = Files.writeString(temp.resolve("data"), "a file");

        assertThat(DataFolder.claim(file))
                .isEqualTo(new Unusable(file, "a file of that name is in the way"));
    }

    @Test
    void shouldTellItsAddressesUntilItIsClosed() throws IOException {
        DataFolder folder = claimed(temp);
        folder.describe(Map.of("kafka", "127.0.0.1:9092", "gateway", "http://127.0.0.1:8080"));

        assertThat(Files.readAllLines(temp.resolve("tidemark.lock")))
                .containsExactly(
                        "pid=" + ProcessHandle.current().pid(),
                        "gateway=http://127.0.0.1:8080",
                        "kafka=127.0.0.1:9092");

        folder.close();
        assertThat(temp.resolve("tidemark.lock")).isEmptyFile();
    }
}
