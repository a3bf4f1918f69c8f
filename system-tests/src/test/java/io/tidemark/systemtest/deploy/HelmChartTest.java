package io.tidemark.systemtest.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.LintResult;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The chart, as Helm renders it and Kubernetes would read it. */
class HelmChartTest {
    private static final Set<String> OPERATORS_KINDS = Set.of("ServiceMonitor", "PrometheusRule");

    @TempDir Path folder;

    @Test
    void shouldPassStrictLint() {
        LintResult result = HelmChart.lint();
        assertThat(result.isFailed()).as(String.join("\n", result.getMessages())).isFalse();
    }

    static Stream<Path> valueFiles() {
        return HelmChart.valueFiles().stream();
    }

    @Test
    void shouldBeTriedWithManyInstallations() {
        assertThat(HelmChart.valueFiles()).hasSizeGreaterThanOrEqualTo(15);
    }

    @ParameterizedTest
    @MethodSource("valueFiles")
    void shouldRenderNothingThatKubernetesDoesNotKnow(Path values) {
        Set<String> names = new HashSet<>();
        for (HasMetadata resource : HelmChart.resources(values)) {
            String name = resource.getKind() + "/" + resource.getMetadata().getName();
            assertThat(names.add(name)).as("twice: " + name).isTrue();
            if (resource instanceof GenericKubernetesResource other) {
                assertThat(OPERATORS_KINDS).contains(other.getKind());
            } else {
                assertThat(UnknownFields.of(resource)).as(name).isEmpty();
            }
        }
        assertThat(names).anyMatch(name -> name.startsWith("StatefulSet/"));
    }

    @Test
    void shouldFindAFieldThatKubernetesDoesNotKnow() {
        Object pod =
                Serialization.unmarshal(
                        """
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: a}
                        spec: {containers: [{name: b, portz: []}]}
                        """);
        assertThat(UnknownFields.of(pod)).containsExactly("Pod.Spec.Containers[0].portz");
    }

    @ParameterizedTest
    @MethodSource("valueFiles")
    void shouldRunEveryContainerWithoutRightsAndWithinLimits(Path values) {
        for (HasMetadata resource : HelmChart.resources(values)) {
            PodSpec pod = podOf(resource);
            if (pod == null) {
                continue;
            }
            assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
            assertThat(pod.getSecurityContext().getSeccompProfile().getType())
                    .isEqualTo("RuntimeDefault");
            assertThat(pod.getAutomountServiceAccountToken()).isFalse();
            for (Container container : pod.getContainers()) {
                var security = container.getSecurityContext();
                assertThat(security.getReadOnlyRootFilesystem()).isTrue();
                assertThat(security.getAllowPrivilegeEscalation()).isFalse();
                assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
                assertThat(container.getResources().getLimits()).containsKey("memory");
            }
        }
    }

    private static @Nullable PodSpec podOf(HasMetadata resource) {
        return switch (resource) {
            case StatefulSet set -> set.getSpec().getTemplate().getSpec();
            case Deployment deployment -> deployment.getSpec().getTemplate().getSpec();
            case Job job -> job.getSpec().getTemplate().getSpec();
            case Pod pod -> pod.getSpec();
            default -> null;
        };
    }

    @Test
    void shouldHandOverBeforeANodeStopsAndWaitUntilItHasCaughtUp() {
        List<HasMetadata> all = HelmChart.resources(ci("default"));
        StatefulSet nodes = HelmChart.find(all, StatefulSet.class, "log-tidemark-partition");
        PodSpec pod = nodes.getSpec().getTemplate().getSpec();
        Container node = pod.getContainers().getFirst();
        assertThat(node.getLifecycle().getPreStop().getExec().getCommand())
                .containsExactly("/opt/tidemark/bin/drain", "60");
        assertThat(pod.getTerminationGracePeriodSeconds()).isEqualTo(120);
        assertThat(node.getReadinessProbe().getHttpGet().getPath()).endsWith("/readiness");
        assertThat(node.getLivenessProbe().getHttpGet().getPath()).endsWith("/liveness");
        assertThat(nodes.getSpec().getUpdateStrategy().getType()).isEqualTo("RollingUpdate");
        PodDisruptionBudget budget =
                HelmChart.find(all, PodDisruptionBudget.class, "log-tidemark-partition");
        assertThat(budget.getSpec().getMaxUnavailable().getIntVal()).isEqualTo(1);
        assertThat(budget.getSpec().getSelector().getMatchLabels())
                .isEqualTo(nodes.getSpec().getSelector().getMatchLabels());
    }

    @Test
    void shouldTellClientsOutsideTheAddressOfEachNode() {
        List<HasMetadata> all = HelmChart.resources(ci("external-nodeport"));
        ConfigMap config = HelmChart.find(all, ConfigMap.class, "log-tidemark-partition");
        assertThat(config.getData().get("application-node-1.yaml"))
                .contains("advertised-host: 192.0.2.11", "advertised-port: 31091", "port: 9094");
        Service second = HelmChart.find(all, Service.class, "log-tidemark-external-1");
        assertThat(second.getSpec().getPorts().getFirst().getNodePort()).isEqualTo(31091);
        assertThat(second.getSpec().getSelector())
                .containsEntry("apps.kubernetes.io/pod-index", "1");
    }

    @Test
    void shouldKeepStreamsOpenAndUnbufferedAtTheIngress() {
        Ingress ingress =
                HelmChart.find(
                        HelmChart.resources(ci("ingress-tls-cert-manager")),
                        Ingress.class,
                        "log-tidemark-gateway");
        assertThat(ingress.getMetadata().getAnnotations())
                .containsEntry("nginx.ingress.kubernetes.io/proxy-buffering", "off")
                .containsEntry("nginx.ingress.kubernetes.io/proxy-read-timeout", "3600")
                .containsEntry("cert-manager.io/issuer", "letsencrypt");
        assertThat(ingress.getSpec().getTls().getFirst().getSecretName()).isEqualTo("tidemark-tls");
    }

    @Test
    void shouldLeaveTheNumberOfGatewaysToTheAutoscaler() {
        List<HasMetadata> all = HelmChart.resources(ci("autoscaling"));
        assertThat(
                        HelmChart.find(all, Deployment.class, "log-tidemark-gateway")
                                .getSpec()
                                .getReplicas())
                .isNull();
        assertThat(
                        HelmChart.find(all, HorizontalPodAutoscaler.class, "log-tidemark-gateway")
                                .getSpec()
                                .getMetrics())
                .hasSize(3);
    }

    @Test
    void shouldLetOnlyNodesAskForGroupsAtACoordinator() {
        NetworkPolicy policy =
                HelmChart.find(
                        HelmChart.resources(ci("default")),
                        NetworkPolicy.class,
                        "log-tidemark-coordinator");
        var groups =
                policy.getSpec().getIngress().stream()
                        .filter(rule -> rule.getPorts().getFirst().getPort().getIntVal() == 9192)
                        .toList();
        assertThat(groups).hasSize(1);
        assertThat(groups.getFirst().getFrom()).hasSize(1);
        assertThat(groups.getFirst().getFrom().getFirst().getPodSelector().getMatchLabels())
                .containsEntry("app.kubernetes.io/component", "partition");
    }

    @Test
    void shouldBringEveryDashboardAndRule() throws IOException {
        List<HasMetadata> all = HelmChart.resources(ci("monitoring"));
        for (String dashboard : namesIn("dashboards", ".json")) {
            assertThat(
                            HelmChart.find(
                                            all,
                                            ConfigMap.class,
                                            "log-tidemark-dashboard-" + dashboard)
                                    .getData())
                    .containsKey(dashboard + ".json");
        }
        for (String rules : namesIn("alerts", ".yaml")) {
            GenericKubernetesResource rule =
                    HelmChart.find(all, GenericKubernetesResource.class, "log-tidemark-" + rules);
            assertThat(rule.getAdditionalProperties().get("spec"))
                    .isInstanceOfSatisfying(
                            Map.class, spec -> assertThat(spec).containsOnlyKeys("groups"));
        }
    }

    private static List<String> namesIn(String name, String suffix) throws IOException {
        List<String> names = new ArrayList<>();
        Path inside = HelmChart.FOLDER.resolve(name);
        if (Files.isDirectory(inside)) {
            try (Stream<Path> files = Files.list(inside)) {
                files.map(file -> Objects.requireNonNull(file.getFileName()).toString())
                        .filter(file -> file.endsWith(suffix))
                        .map(file -> file.substring(0, file.length() - suffix.length()))
                        .forEach(names::add);
            }
        }
        return names;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    partition: {replica: 3}                                        | replica
                    partition: {replicas: three}                                   | /partition/replicas
                    partition: {persistence: {size: lots}}                         | /partition/persistence/size
                    partition: {persistence: {retention: {whenDeleted: Keep}}}     | /retention/whenDeleted
                    partition: {external: {enabled: true, advertised: [{port: 1}]}} | /partition/external/advertised/0
                    coordinator: {replicas: 2}                                     | /coordinator/replicas
                    coordinator: {scheduling: {antiAffinity: always}}              | /scheduling/antiAffinity
                    gateway: {service: {port: 70000}}                              | /gateway/service/port
                    gateway: {ingress: {tls: [{secret: a}]}}                       | secret
                    gateway: {resources: {limits: {memory: plenty}}}               | /gateway/resources/limits/memory
                    redis: {mode: sentinel}                                        | /redis/mode
                    redis: {mode: external, external: {url: "redis.example.com"}}  | /redis/external/url
                    image: {pullPolicy: Sometimes}                                 | /image/pullPolicy
                    metrics: {serviceMonitor: {enabled: yes please}}               | /metrics/serviceMonitor/enabled
                    networkPolicies: {enabled: true}                               | networkPolicies
                    cluster: {id: "a b"}                                           | /cluster/id
                    cluster: {defaultReplicationFactor: 5}                         | cluster.defaultReplicationFactor is 5, but partition.replicas is 3
                    cluster: {minInsyncReplicas: 4}                                | cluster.minInsyncReplicas is 4
                    partition: {drainSeconds: 90}                                  | partition.drainSeconds is 90: must be at most half
                    partition: {external: {enabled: true}}                         | partition.external.advertised has 0 entries
                    redis: {mode: external}                                        | set redis.external.url or redis.external.urlSecret.name
                    gateway: {ingress: {enabled: true}}                            | gateway.ingress.hosts
                    gateway: {autoscaling: {enabled: true, minReplicas: 9}}        | gateway.autoscaling.minReplicas is 9
                    """)
    void shouldRefuseWrongValuesAndNameThem(String values, String named) throws IOException {
        Path file = folder.resolve("wrong.yaml");
        Files.writeString(file, values.strip() + "\n");
        assertThatThrownBy(() -> HelmChart.template(file)).hasMessageContaining(named.strip());
    }

    @Test
    void shouldPackage() throws IOException {
        HelmChart.packageTo(folder);
        assertThat(folder.resolve("tidemark-0.1.0.tgz")).isNotEmptyFile();
    }

    private static Path ci(String name) {
        return HelmChart.FOLDER.resolve("ci").resolve(name + ".yaml");
    }
}
