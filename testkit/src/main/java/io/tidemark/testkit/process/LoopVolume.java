package io.tidemark.testkit.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An ext4 filesystem in a file, mounted on a folder, that can lose its power.
 *
 * <p>It is mounted with {@code commit=300}, so that within a test's time only what a program forced
 * reaches the image. A copy of the image is therefore what a disk would hold had the power gone at
 * that moment: the filesystem's cache, which a mere {@code kill -9} leaves intact, is not in it.
 */
public final class LoopVolume implements AutoCloseable {

    private final Path image;
    private final Path mountPoint;
    private boolean mounted;

    private LoopVolume(Path image, Path mountPoint) {
        this.image = image;
        this.mountPoint = mountPoint;
    }

    /** Why this machine cannot mount loop volumes, or empty if it can. */
    public static Optional<String> whyUnavailable(Path scratch) {
        for (String tool : new String[] {"mkfs.ext4", "mount", "umount", "truncate", "cp"}) {
            if (!ExternalCommand.isInstalled(tool)) {
                return Optional.of(tool + " is not installed");
            }
        }
        try (LoopVolume ignored =
                create(scratch.resolve("probe.img"), scratch.resolve("probe"), 16L << 20)) {
            return Optional.empty();
        } catch (IllegalStateException refused) {
            return Optional.of("loop volumes need root and loop devices: " + refused.getMessage());
        }
    }

    /** Makes an empty filesystem of {@code sizeBytes} and mounts it. */
    public static LoopVolume create(Path image, Path mountPoint, long sizeBytes) {
        ExternalCommand.run("truncate", "-s", Long.toString(sizeBytes), image.toString())
                .expectSuccess();
        // Without lazy initialisation the kernel does not write behind the test's back.
        ExternalCommand.run(
                        "mkfs.ext4",
                        "-q",
                        "-F",
                        "-m",
                        "0",
                        "-E",
                        "lazy_itable_init=0,lazy_journal_init=0",
                        image.toString())
                .expectSuccess();
        return mount(image, mountPoint);
    }

    /** Mounts an existing image, replaying the filesystem's journal as after a power loss. */
    public static LoopVolume mount(Path image, Path mountPoint) {
        try {
            Files.createDirectories(mountPoint);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        LoopVolume volume = new LoopVolume(image, mountPoint);
        ExternalCommand.run(
                        "mount",
                        "-o",
                        "loop,commit=300,noatime",
                        image.toString(),
                        mountPoint.toString())
                .expectSuccess();
        volume.mounted = true;
        return volume;
    }

    public Path folder() {
        return mountPoint;
    }

    /**
     * Cuts the power and switches on again: what was not forced is gone. The volume's writer must
     * have been killed. The returned volume is mounted where this one was, which is closed.
     */
    public LoopVolume losePower() {
        Path survivor = image.resolveSibling("after-" + System.nanoTime() + ".img");
        ExternalCommand.run("cp", "--sparse=always", image.toString(), survivor.toString())
                .expectSuccess();
        close();
        return mount(survivor, mountPoint);
    }

    /** Unmounts the volume and deletes its image. */
    @Override
    public void close() {
        if (mounted) {
            ExternalCommand.run("umount", mountPoint.toString()).expectSuccess();
            mounted = false;
        }
        try {
            Files.deleteIfExists(image);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
