package io.tidemark.systemtest.broker;

import io.tidemark.cluster.layout.Distribution;
import io.tidemark.testkit.process.BrokerLaunch;
import io.tidemark.testkit.process.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A broker ready to be started: the packaged program, a data folder, and ports that are free now.
 *
 * @param dataFolder where the broker keeps its data; does not have to exist
 * @param reference whether this is Apache Kafka instead of Tidemark
 */
public record Installation(
        BrokerLaunch launch,
        Path dataFolder,
        int kafkaPort,
        int httpPort,
        int managementPort,
        boolean reference) {

    private static final List<String> JVM_OPTIONS =
            List.of(
                    "-Xmx512m",
                    "-XX:+UseSerialGC",
                    "-XX:+ExitOnOutOfMemoryError",
                    // Most brokers of these tests live for seconds: start fast rather than peak
                    // high.
                    "-XX:TieredStopAtLevel=1",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow");

    /** What the tests are about: Tidemark, or Apache Kafka where the run asks for that. */
    public static Installation underTest(Path dataFolder) {
        return Boolean.getBoolean("tidemark.test.reference")
                ? apacheKafka(dataFolder)
                : tidemark(dataFolder);
    }

    /** The packaged standalone broker. */
    public static Installation tidemark(Path dataFolder) {
        Path jar = jar();
        List<String> jvmOptions = new ArrayList<>(JVM_OPTIONS);
        jvmOptions.addAll(StartupCache.options(jar, JVM_OPTIONS, workFolder()));
        int kafkaPort = FreePorts.next();
        int httpPort = FreePorts.next();
        int managementPort = FreePorts.next();
        BrokerLaunch launch =
                new BrokerLaunch(
                        List.of(),
                        jvmOptions,
                        List.of("-jar", jar.toString()),
                        Map.of(
                                "tidemark.data-dir", dataFolder.toString(),
                                "tidemark.partition.port", Integer.toString(kafkaPort),
                                "tidemark.stream.heartbeat", "1s",
                                "tidemark.gateway.port", Integer.toString(httpPort),
                                "management.server.port", Integer.toString(managementPort)),
                        logFile(),
                        URI.create(
                                "http://127.0.0.1:"
                                        + managementPort
                                        + "/actuator/health/readiness"));
        return new Installation(launch, dataFolder, kafkaPort, httpPort, managementPort, false);
    }

    /** The package that clusters are started from, with a start-up cache. */
    public static Distribution distribution() {
        Path jar = jar();
        List<String> jvmOptions = new ArrayList<>(JVM_OPTIONS);
        jvmOptions.addAll(StartupCache.options(jar, JVM_OPTIONS, workFolder()));
        return new Distribution(
                jar, Path.of(System.getProperty("java.home"), "bin", "java"), jvmOptions);
    }

    /** Where logs stay when a test's temporary folder is gone. */
    public static Path newLogFolder() {
        try {
            return Files.createTempDirectory(workFolder(), "cluster-");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Apache Kafka, one node, from the test class path. */
    public static Installation apacheKafka(Path dataFolder) {
        int kafkaPort = FreePorts.next();
        Path properties = ReferenceKafka.format(dataFolder, kafkaPort, FreePorts.next());
        BrokerLaunch launch =
                new BrokerLaunch(
                        List.of(),
                        JVM_OPTIONS,
                        List.of(
                                "-cp",
                                System.getProperty("java.class.path"),
                                "kafka.Kafka",
                                properties.toString()),
                        Map.of(),
                        logFile(),
                        URI.create("tcp://127.0.0.1:" + kafkaPort));
        return new Installation(launch, dataFolder, kafkaPort, 0, 0, true);
    }

    /** The same, started otherwise. */
    public Installation launchedBy(BrokerLaunch other) {
        return new Installation(other, dataFolder, kafkaPort, httpPort, managementPort, reference);
    }

    private static Path jar() {
        String configured = System.getProperty("tidemark.jar");
        if (configured == null || !Files.isRegularFile(Path.of(configured))) {
            throw new IllegalStateException(
                    "the packaged broker is not there (mvn package): " + configured);
        }
        return Path.of(configured).toAbsolutePath().normalize();
    }

    /** Logs stay under target/ when a test's temporary folder is gone. */
    private static Path logFile() {
        try {
            return Files.createTempFile(workFolder(), "broker-", ".log");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Path workFolder() {
        try {
            return Files.createDirectories(
                    Path.of(System.getProperty("tidemark.test.work", "target/brokers"))
                            .toAbsolutePath());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
