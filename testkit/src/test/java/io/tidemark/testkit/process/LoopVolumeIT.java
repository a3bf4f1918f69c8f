package io.tidemark.testkit.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shows that a power loss takes what was not forced, and nothing else. */
class LoopVolumeIT {

    @Test
    void shouldKeepWhatWasForcedAndLoseTheRest(@TempDir Path scratch) throws IOException {
        Optional<String> missing = LoopVolume.whyUnavailable(scratch);
        assumeTrue(missing.isEmpty(), () -> missing.orElse(""));

        // Given
        LoopVolume volume =
                LoopVolume.create(scratch.resolve("v.img"), scratch.resolve("v"), 32L << 20);
        Path folder = volume.folder();
        try (FileChannel forced = create(folder.resolve("forced"));
                FileChannel unforced = create(folder.resolve("unforced"))) {
            forced.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            forced.force(true);
            syncFolder(folder);
            unforced.write(ByteBuffer.wrap(new byte[1 << 16]));
            forced.write(ByteBuffer.wrap(new byte[] {4}));
        }

        // When
        try (LoopVolume after = volume.losePower()) {

            // Then
            assertThat(Files.readAllBytes(after.folder().resolve("forced")))
                    .containsExactly(1, 2, 3);
            Path lost = after.folder().resolve("unforced");
            assertThat(!Files.exists(lost) || Files.size(lost) == 0).isTrue();
        }
    }

    private static FileChannel create(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    private static void syncFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
