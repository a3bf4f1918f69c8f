package io.tidemark.systemtest.broker;

import io.tidemark.testkit.process.ExternalCommand;
import io.tidemark.testkit.process.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The JDK's AOT cache of the packaged broker, as {@code ./tidemark up} uses one. It costs one start
 * and halves each of the hundred that a run makes.
 */
final class StartupCache {

    private static final Duration TRAINING_TIMEOUT = Duration.ofMinutes(5);

    private StartupCache() {}

    /** The JVM options that use the cache, trained first where the jar is newer. */
    static synchronized List<String> options(Path jar, List<String> jvmOptions, Path folder) {
        Path cache = folder.resolve("broker.aot");
        // Another JVM may run other tests of this module.
        try (FileChannel lock =
                        FileChannel.open(
                                folder.resolve("broker.aot.lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                FileLock held = lock.lock()) {
            if (!Files.exists(cache)
                    || Files.getLastModifiedTime(cache).compareTo(Files.getLastModifiedTime(jar))
                            < 0) {
                train(jar, jvmOptions, cache);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return List.of("-XX:AOTCache=" + cache, "-Xlog:aot=off");
    }

    private static void train(Path jar, List<String> jvmOptions, Path cache) throws IOException {
        Path data = Files.createTempDirectory("tidemark-training-");
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + "/bin/java");
        command.addAll(jvmOptions);
        command.addAll(
                List.of(
                        "-XX:AOTCacheOutput=" + cache,
                        "-jar",
                        jar.toString(),
                        "--tidemark.train=true",
                        "--tidemark.data-dir=" + data.resolve("data"),
                        "--tidemark.gateway.port=" + FreePorts.next(),
                        "--tidemark.partition.port=" + FreePorts.next(),
                        "--management.server.port=" + FreePorts.next()));
        ExternalCommand.run(command, null, TRAINING_TIMEOUT).expectSuccess();
        BrokerFolder.delete(data);
    }
}
