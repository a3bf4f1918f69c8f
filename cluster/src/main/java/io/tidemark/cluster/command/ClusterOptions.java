package io.tidemark.cluster.command;

import io.tidemark.cluster.layout.ClusterFolder;
import io.tidemark.cluster.layout.ClusterLayout;
import io.tidemark.cluster.layout.Distribution;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every command wants to know: which cluster. */
final class ClusterOptions {

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Data folder (./data); the cluster is in its folder cluster.")
    private @Nullable Path data;

    @Option(names = "--root", hidden = true, description = "The repository.")
    private Path root = Path.of("");

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "This text.")
    private boolean help;

    ClusterFolder folder() {
        Path folder = data;
        if (folder == null) {
            String environment = System.getenv("TIDEMARK_DATA_DIR");
            folder = environment == null ? root.resolve("data") : Path.of(environment);
        }
        return new ClusterFolder(folder.resolve("cluster"));
    }

    /** As other commands need it to find the same cluster, after a space; empty by default. */
    String dataOption() {
        return data == null ? "" : " --data " + data;
    }

    /**
     * @throws IllegalStateException where there is no cluster
     */
    ClusterLayout layout() {
        return folder().layout()
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "There is no cluster in %s: ./tidemark up --nodes 3 makes one."
                                                .formatted(folder().path())));
    }

    /** What TIDEMARK_JAVA_OPTS says; empty where it is not set. */
    static Optional<List<String>> javaOptions() {
        String options = System.getenv("TIDEMARK_JAVA_OPTS");
        if (options == null) {
            return Optional.empty();
        }
        return Optional.of(options.isBlank() ? List.of() : List.of(options.strip().split("\\s+")));
    }

    /** The same with what TIDEMARK_JAVA_OPTS says, where it is set: empty takes them back. */
    ClusterLayout withJavaOptions(ClusterLayout layout) {
        return javaOptions().map(layout::withJavaOptions).orElse(layout);
    }

    /** What members of that cluster are started with. */
    Distribution distribution(ClusterLayout layout) {
        return Distribution.in(root.resolve("standalone").resolve("target"))
                .with(layout.javaOptions());
    }
}
