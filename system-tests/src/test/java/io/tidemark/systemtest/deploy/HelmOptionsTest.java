package io.tidemark.systemtest.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What operators set in the chart, and what it refuses because it could not work. */
class HelmOptionsTest {
    private static final Set<String> OF_A_RELEASE =
            Set.of("helm.sh/chart", "app.kubernetes.io/version", "app.kubernetes.io/managed-by");

    @TempDir Path folder;

    @Test
    void shouldLetNobodyElseInFromOutsideWhereClientsAreNamed() {
        NetworkPolicyIngressRule outside = ruleFor(ci("external-closed"), 9094);

        assertThat(outside.getFrom()).hasSize(1);
        assertThat(outside.getFrom().getFirst().getNamespaceSelector().getMatchLabels())
                .containsEntry("kubernetes.io/metadata.name", "apps");
    }

    @Test
    void shouldTellClientsOutsideApartFromThoseInside() throws IOException {
        NetworkPolicyIngressRule outside =
                ruleFor(
                        values(
                                """
                                partition: {external: {enabled: true, advertised: [{host: a, port: 1}, {host: b, port: 1}, {host: c, port: 1}]}}
                                networkPolicy: {kafkaFrom: [{podSelector: {}}], externalFrom: [{ipBlock: {cidr: 10.0.0.0/8}}]}
                                """),
                        9094);

        assertThat(outside.getFrom().getFirst().getIpBlock().getCidr()).isEqualTo("10.0.0.0/8");
    }

    private static NetworkPolicyIngressRule ruleFor(Path values, int port) {
        return HelmChart.find(
                        HelmChart.resources(values), NetworkPolicy.class, "log-tidemark-partition")
                .getSpec()
                .getIngress()
                .stream()
                .filter(rule -> rule.getPorts().getFirst().getPort().getIntVal() == port)
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({"external-nodeport, Cluster", "external-loadbalancer, Local"})
    void shouldRouteFromEveryMachineWhereClientsKnowOneOfThem(String name, String policy) {
        Service second =
                HelmChart.find(
                        HelmChart.resources(ci(name)), Service.class, "log-tidemark-external-1");
        assertThat(second.getSpec().getExternalTrafficPolicy()).isEqualTo(policy);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    gateway: {autoscaling: {enabled: true, targetCPUUtilizationPercentage: 0}} | gateway.autoscaling has no target
                    partition: {external: {enabled: true, type: NodePort, externalTrafficPolicy: Local, advertised: [{host: a, port: 31090, nodePort: 31090}, {host: b, port: 31091, nodePort: 31091}, {host: c, port: 31092, nodePort: 31092}]}} | externalTrafficPolicy is Local
                    partition: {external: {enabled: true, type: NodePort, advertised: [{host: a, port: 31090, nodePort: 31090}, {host: b, port: 31091}, {host: c, port: 31092, nodePort: 31092}]}} | partition.external.advertised[1] has no nodePort
                    partition: {persistence: {moreDisks: [{name: a}, {name: a}]}}              | moreDisks names a twice
                    partition: {persistence: {moreDisks: [{name: A_b}]}}                       | /partition/persistence/moreDisks/0/name
                    partition: {persistence: {moreDisks: [{name: a, sise: 1Gi}]}}              | sise
                    partition: {config: {tidemark: {partition: {log-dirs: [/x]}}}, persistence: {moreDisks: [{name: a}]}} | log-dirs
                    redis: {bundled: {scheduling: {nodeselector: {a: b}}}}                     | nodeselector
                    coordinator: {extraVolumes: [{emptyDir: {}}]}                              | /coordinator/extraVolumes/0
                    gateway: {extraVolumeMounts: [{name: a}]}                                  | /gateway/extraVolumeMounts/0
                    """)
    void shouldRefuseWhatCannotWork(String values, String named) throws IOException {
        Path file = values(values.strip());
        assertThatThrownBy(() -> HelmChart.template(file)).hasMessageContaining(named.strip());
    }

    @Test
    void shouldTakeZonesFromPodsOnlyWhereKubernetesTellsThem() {
        assertThatThrownBy(() -> HelmChart.template(ci("hard-spread"), "1.34.2"))
                .hasMessageContaining("partition.rackFromZone")
                .hasMessageContaining("1.35")
                .hasMessageContaining("1.34.2");
        assertThat(HelmChart.template(ci("hard-spread"), "1.35.0-gke.1"))
                .contains("PARTITION_RACK");
    }

    @Test
    void shouldRollNothingBecauseTheChartHasAnotherVersion() {
        for (HasMetadata resource : HelmChart.resources(ci("private-registry"))) {
            PodTemplateSpec template =
                    switch (resource) {
                        case StatefulSet set -> set.getSpec().getTemplate();
                        case Deployment deployment -> deployment.getSpec().getTemplate();
                        default -> null;
                    };
            if (template != null) {
                assertThat(template.getMetadata().getLabels())
                        .doesNotContainKeys(OF_A_RELEASE.toArray(String[]::new))
                        .containsEntry("team", "streaming");
            }
        }
    }

    @Test
    void shouldPlaceRedisWhereItIsWanted() {
        PodSpec redis = pod(ci("redis-placed"), "log-tidemark-redis");

        assertThat(redis.getNodeSelector()).containsEntry("disk", "ssd");
        assertThat(redis.getTolerations().getFirst().getKey()).isEqualTo("cache");
        assertThat(redis.getPriorityClassName()).isEqualTo("high");
        assertThat(redis.getAffinity().getNodeAffinity()).isNotNull();
    }

    @Test
    void shouldPlaceEveryPodWhereItIsWanted() throws IOException {
        String placed =
                """
                scheduling:
                  nodeSelector: {disk: ssd}
                  tolerations: [{key: log, operator: Exists, effect: NoSchedule}]
                  affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: arch, operator: In, values: [amd64]}]}]}}}
                  priorityClassName: high
                """;
        StringBuilder text = new StringBuilder("redis:\n  bundled:\n" + placed.indent(4));
        for (String component : List.of("coordinator", "partition", "gateway")) {
            text.append(component).append(":\n").append(placed.indent(2));
        }

        Map<String, PodSpec> pods = new TreeMap<>();
        for (HasMetadata resource : HelmChart.resources(values(text.toString()))) {
            podOf(resource).ifPresent(pod -> pods.put(resource.getMetadata().getName(), pod));
        }

        assertThat(pods).hasSize(7);
        pods.forEach(
                (name, pod) -> {
                    assertThat(pod.getNodeSelector()).as(name).containsEntry("disk", "ssd");
                    assertThat(pod.getTolerations()).as(name).hasSize(1);
                    assertThat(pod.getAffinity().getNodeAffinity()).as(name).isNotNull();
                    assertThat(pod.getPriorityClassName()).as(name).isEqualTo("high");
                });
    }

    private static Optional<PodSpec> podOf(HasMetadata resource) {
        return switch (resource) {
            case StatefulSet set -> Optional.of(set.getSpec().getTemplate().getSpec());
            case Deployment deployment -> Optional.of(deployment.getSpec().getTemplate().getSpec());
            case Job job -> Optional.of(job.getSpec().getTemplate().getSpec());
            case Pod pod -> Optional.of(pod.getSpec());
            default -> Optional.empty();
        };
    }

    @Test
    void shouldLeaveIdsToOpenShift() {
        for (String name : List.of("coordinator", "partition", "redis")) {
            PodSpec pod = pod(ci("openshift"), "log-tidemark-" + name);
            assertThat(pod.getSecurityContext().getRunAsUser()).isNull();
            assertThat(pod.getSecurityContext().getRunAsGroup()).isNull();
            assertThat(pod.getSecurityContext().getFsGroup()).isNull();
            assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        }
    }

    @Test
    void shouldMountWhatOperatorsBring() {
        for (String name : List.of("coordinator", "partition")) {
            PodSpec pod = pod(ci("extra-volumes"), "log-tidemark-" + name);
            assertThat(pod.getVolumes())
                    .anySatisfy(
                            volume -> {
                                assertThat(volume.getName()).isEqualTo("truststore");
                                assertThat(volume.getSecret().getSecretName()).isEqualTo("ca");
                            });
            assertThat(pod.getContainers().getFirst().getVolumeMounts())
                    .extracting(VolumeMount::getMountPath)
                    .contains("/etc/ca");
        }
    }

    @Test
    void shouldGiveEachDiskAClaimAndALogDirectory() {
        List<HasMetadata> all = HelmChart.resources(ci("several-disks"));
        StatefulSet nodes = HelmChart.find(all, StatefulSet.class, "log-tidemark-partition");

        assertThat(nodes.getSpec().getVolumeClaimTemplates())
                .extracting(
                        claim -> claim.getMetadata().getName(),
                        claim -> claim.getSpec().getStorageClassName(),
                        claim -> claim.getSpec().getResources().getRequests().get("storage") + "")
                .containsExactly(
                        tuple("data", "fast", "100Gi"),
                        tuple("disk-b", "fast", "100Gi"),
                        tuple("disk-c", "slow", "1Ti"));
        assertThat(
                        nodes.getSpec()
                                .getTemplate()
                                .getSpec()
                                .getContainers()
                                .getFirst()
                                .getVolumeMounts())
                .extracting(VolumeMount::getMountPath)
                .contains("/var/lib/tidemark", "/var/lib/tidemark-disks/b");
        assertThat(
                        HelmChart.find(all, ConfigMap.class, "log-tidemark-partition")
                                .getData()
                                .get("application.yaml"))
                .contains(
                        "- /var/lib/tidemark/log",
                        "- /var/lib/tidemark-disks/b/log",
                        "- /var/lib/tidemark-disks/c/log");
    }

    @Test
    void shouldAskBeforeNodesGoAndForgetThemAfterwards() {
        List<HasMetadata> all = HelmChart.resources(ci("default"));

        Job before = HelmChart.find(all, Job.class, "log-tidemark-shrink-check");
        Job after = HelmChart.find(all, Job.class, "log-tidemark-shrink-forget");

        assertThat(before.getMetadata().getAnnotations())
                .containsEntry(HelmChart.HOOK, "pre-upgrade");
        assertThat(after.getMetadata().getAnnotations())
                .containsEntry(HelmChart.HOOK, "post-upgrade");
        for (Map.Entry<Job, String> each : Map.of(before, "check", after, "forget").entrySet()) {
            PodTemplateSpec pod = each.getKey().getSpec().getTemplate();
            Container container = pod.getSpec().getContainers().getFirst();
            assertThat(container.getCommand())
                    .containsExactly("/opt/tidemark/bin/shrink", each.getValue());
            assertThat(container.getArgs())
                    .containsExactly("log-tidemark-gateway", "80", "tidemark", "3");
            assertThat(container.getTerminationMessagePolicy()).isEqualTo("FallbackToLogsOnError");
            assertThat(pod.getMetadata().getLabels())
                    .as("may reach gateways")
                    .containsEntry("app.kubernetes.io/component", "test");
            assertThat(each.getKey().getSpec().getActiveDeadlineSeconds()).isPositive();
        }
    }

    @Test
    void shouldNotAskWhereThatIsSwitchedOff() throws IOException {
        assertThat(HelmChart.resources(values("partition: {shrinkCheck: false}")))
                .noneMatch(Job.class::isInstance);
    }

    @Test
    void shouldWaitForASlowMachineInTheContainerHealthChecks() throws IOException {
        for (String module :
                List.of("coordinator-service", "gateway-service", "partition-service")) {
            assertThat(
                            Files.readString(
                                    HelmChart.FOLDER.resolve("../../" + module + "/Dockerfile")))
                    .contains("--start-period=600s");
        }
        assertThat(Files.readString(HelmChart.FOLDER.resolve("../../docker-compose.yml")))
                .contains("start_period: ${TIDEMARK_START_PERIOD:-600s}");
    }

    private static PodSpec pod(Path values, String name) {
        StatefulSet set = HelmChart.find(HelmChart.resources(values), StatefulSet.class, name);
        assertThat(set.getSpec().getTemplate().getSpec().getContainers().getFirst().getEnv())
                .extracting(EnvVar::getName)
                .doesNotHaveDuplicates();
        return set.getSpec().getTemplate().getSpec();
    }

    private Path values(String text) throws IOException {
        Path file = folder.resolve("values.yaml");
        Files.writeString(file, text.strip() + "\n");
        return file;
    }

    private static Path ci(String name) {
        return HelmChart.FOLDER.resolve("ci").resolve(name + ".yaml");
    }
}
