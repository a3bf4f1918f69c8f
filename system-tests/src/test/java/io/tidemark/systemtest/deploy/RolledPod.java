package io.tidemark.systemtest.deploy;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.tidemark.testkit.cluster.ClusterMember;
import io.tidemark.testkit.process.ExternalCommand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A process that is replaced as Kubernetes would replace the pod of a rendered template. */
final class RolledPod {
    private static final String SCRIPTS = "/opt/tidemark/bin/";

    private final PodSpec template;
    private final ClusterMember member;

    RolledPod(PodSpec template, ClusterMember member) {
        this.template = template;
        this.member = member;
    }

    /**
     * Runs the hook, sends SIGTERM, and starts the process anew; returns once its readiness probe
     * succeeds.
     *
     * @return what the hook said
     * @throws IllegalStateException where that took longer than the grace period
     */
    String replace() {
        long beganNanos = System.nanoTime();
        String said = preStop();
        int exitCode = member.stop();
        Duration took = Duration.ofNanos(System.nanoTime() - beganNanos);
        Duration grace = Duration.ofSeconds(template.getTerminationGracePeriodSeconds());
        if (took.compareTo(grace) > 0) {
            throw new IllegalStateException(
                    "%s took %s to stop, and would have been killed after %s"
                            .formatted(member, took, grace));
        }
        if (exitCode != 0 && exitCode != 143) {
            throw new IllegalStateException(member + " ended with exit code " + exitCode);
        }
        member.start().awaitReady();
        return said;
    }

    private String preStop() {
        Container container = template.getContainers().getFirst();
        if (container.getLifecycle() == null) {
            return "";
        }
        List<String> command = new ArrayList<>();
        command.add("env");
        command.add("SERVER_PORT=" + member.member().peerPort());
        for (String word : container.getLifecycle().getPreStop().getExec().getCommand()) {
            command.add(
                    word.startsWith(SCRIPTS)
                            ? script(word.substring(SCRIPTS.length())).toString()
                            : word);
        }
        return ExternalCommand.run(
                        command,
                        null,
                        Duration.ofSeconds(template.getTerminationGracePeriodSeconds()))
                .expectSuccess();
    }

    /** The image's scripts are those of the source. */
    private static Path script(String name) {
        return Path.of("..", "standalone", "src", "main", "container", "bin", name)
                .toAbsolutePath()
                .normalize();
    }
}
