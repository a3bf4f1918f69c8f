package io.tidemark.systemtest.deploy;

import io.tidemark.testkit.process.ExternalCommand;
import io.tidemark.testkit.process.ExternalCommand.Finished;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Docker and Compose, of whichever generation, from the command line. */
final class ContainerEngine {
    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();

    private ContainerEngine() {}

    /** Why containers cannot be used here; empty where they can. */
    static Optional<String> missing(String... baseImages) {
        if (!ExternalCommand.isInstalled("docker")) {
            return Optional.of("docker is not installed");
        }
        if (ExternalCommand.run("docker", "info").exitCode() != 0) {
            return Optional.of("no container engine answers ('docker info' fails)");
        }
        if (compose().isEmpty()) {
            return Optional.of("there is neither 'docker compose' nor docker-compose");
        }
        for (String image : baseImages) {
            if (ExternalCommand.run("docker", "image", "inspect", image).exitCode() != 0) {
                return Optional.of("the image %s is not on this machine".formatted(image));
            }
        }
        return Optional.empty();
    }

    /** Builds the images from what is packaged. */
    static void buildImages(String tag) {
        ExternalCommand.run(
                        List.of(
                                REPOSITORY.resolve("tidemark").toString(),
                                "images",
                                "--no-build",
                                "--tag",
                                tag),
                        null,
                        Duration.ofMinutes(10))
                .expectSuccess();
    }

    static String docker(String... arguments) {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(arguments));
        return ExternalCommand.run(command, null, Duration.ofMinutes(2)).expectSuccess().strip();
    }

    /** Compose on the repository's file, with variables of its own. */
    static Finished compose(List<String> environment, String project, String... arguments) {
        List<String> command = new ArrayList<>(List.of("env"));
        command.addAll(environment);
        command.addAll(compose().orElseThrow());
        command.addAll(
                List.of("-f", REPOSITORY.resolve("docker-compose.yml").toString(), "-p", project));
        command.addAll(List.of(arguments));
        return ExternalCommand.run(command, null, Duration.ofMinutes(8));
    }

    private static Optional<List<String>> compose() {
        if (ExternalCommand.run("docker", "compose", "version").exitCode() == 0) {
            return Optional.of(List.of("docker", "compose"));
        }
        return ExternalCommand.isInstalled("docker-compose")
                ? Optional.of(List.of("docker-compose"))
                : Optional.empty();
    }
}
