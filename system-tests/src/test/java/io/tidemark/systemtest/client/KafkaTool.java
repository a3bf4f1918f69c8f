package io.tidemark.systemtest.client;

import io.tidemark.testkit.process.ExternalCommand;
import io.tidemark.testkit.process.ExternalCommand.Finished;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One of Kafka's command-line tools, run as its shell script would run it: in a JVM of its own. */
final class KafkaTool {

    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    private KafkaTool() {}

    static Finished run(String mainClass, String... arguments) {
        return runWithInput(null, mainClass, arguments);
    }

    static Finished runWithInput(@Nullable String input, String mainClass, String... arguments) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                System.getProperty("java.home") + "/bin/java",
                                "-Xmx256m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                mainClass));
        command.addAll(List.of(arguments));
        return ExternalCommand.run(command, input, TIMEOUT);
    }
}
