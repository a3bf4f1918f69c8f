package io.tidemark.systemtest.deploy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The chart in {@code helm/tidemark}, rendered by Helm itself; no cluster is needed. */
final class HelmChart {
    static final Path FOLDER = Path.of("..", "helm", "tidemark").toAbsolutePath().normalize();

    private static final String KUBERNETES = "1.35.0";

    /** Helm's Java interface renders no hooks, so they are tested as ordinary resources. */
    static final String HOOK = "tested-hook";

    private static final Path WITH_HOOKS = withHooks();

    private HelmChart() {}

    private static Path withHooks() {
        return changed(text -> text.replace("helm.sh/hook:", HOOK + ":"));
    }

    /** The chart with something else in its files. */
    static Path changed(UnaryOperator<String> change) {
        try {
            Path copy = Files.createTempDirectory("chart").resolve("tidemark");
            try (Stream<Path> files = Files.walk(FOLDER)) {
                for (Path file : files.toList()) {
                    Path target = copy.resolve(FOLDER.relativize(file).toString());
                    if (Files.isDirectory(file)) {
                        Files.createDirectories(target);
                    } else {
                        Files.writeString(target, change.apply(Files.readString(file)));
                    }
                }
            }
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The value files that users' installations are tried with. */
    static List<Path> valueFiles() {
        try (Stream<Path> files = Files.list(FOLDER.resolve("ci"))) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static LintResult lint() {
        return new Helm(FOLDER).lint().strict().quiet().call();
    }

    /**
     * @throws RuntimeException with Helm's words, where the values are refused
     */
    static String template(Path values) {
        return template(values, KUBERNETES);
    }

    static String template(Path values, String kubernetes) {
        return new Helm(WITH_HOOKS)
                .template()
                .withName("log")
                .withNamespace("streaming")
                .withKubeVersion(kubernetes)
                .withValuesFile(values)
                .call();
    }

    static void packageTo(Path folder) {
        new Helm(FOLDER).packageIt().withDestination(folder).call();
    }

    /** Each rendered document as YAML; empty ones left out. */
    static List<String> documents(String rendered) {
        List<String> documents = new ArrayList<>();
        for (String document : rendered.split("(?m)^---\\s*$")) {
            if (document.lines().anyMatch(line -> !line.isBlank() && !line.startsWith("#"))) {
                documents.add(document);
            }
        }
        return documents;
    }

    /** Each rendered document as Kubernetes would read it. */
    static List<HasMetadata> resources(Path values) {
        return documents(template(values)).stream()
                .map(document -> (HasMetadata) Serialization.unmarshal(document))
                .toList();
    }

    static <T extends HasMetadata> T find(List<HasMetadata> all, Class<T> type, String name) {
        return all.stream()
                .filter(type::isInstance)
                .map(type::cast)
                .filter(each -> each.getMetadata().getName().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new AssertionError(
                                        "no %s named %s".formatted(type.getSimpleName(), name)));
    }
}
