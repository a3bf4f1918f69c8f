package io.tidemark.testkit.cluster;

import io.tidemark.cluster.layout.ClusterFolder;
import io.tidemark.cluster.layout.ClusterLayout;
import io.tidemark.cluster.layout.ClusterLayout.Size;
import io.tidemark.cluster.layout.Distribution;
import io.tidemark.cluster.layout.Member;
import io.tidemark.cluster.layout.Service;
import io.tidemark.cluster.status.ClusterStatus;
import io.tidemark.cluster.status.Probe;
import io.tidemark.metadata.control.CoordinatorStatus;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.testkit.process.BrokerLaunch;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Coordinators, nodes and gateways as separate processes, under a test's control.
 *
 * <p>What concerns the whole cluster may be called from any thread, a member from one at a time.
 */
public final class ClusterProcesses implements AutoCloseable {
    private static final Duration READY_TIMEOUT = Duration.ofSeconds(120);
    private static final long POLL_MS = 25;

    private final ClusterFolder folder;
    private final ClusterLayout layout;
    private final ClusterNetwork network;
    private final Map<Member, ClusterMember> members = new LinkedHashMap<>();
    private final Probe probe;
    private final Plan plan;

    /**
     * What a cluster is to be like.
     *
     * @param folder its data folders, and logs unless told otherwise
     * @param logs takes what the processes print
     * @param settings more configuration, handed to every process
     */
    public record Plan(
            Distribution distribution,
            Path folder,
            Path logs,
            Size size,
            ClusterNetwork network,
            Map<String, String> settings) {

        /** Three of each but the gateway, on the loopback interface. */
        public static Plan ofThree(Distribution distribution, Path folder) {
            return new Plan(
                    distribution,
                    folder,
                    folder,
                    Size.ofNodes(3, 1),
                    new LoopbackNetwork(),
                    Map.of());
        }

        public Plan on(ClusterNetwork other) {
            return new Plan(distribution, folder, logs, size, other, settings);
        }

        public Plan of(Size other) {
            return new Plan(distribution, folder, logs, other, network, settings);
        }

        public Plan with(String setting, String value) {
            Map<String, String> more = new LinkedHashMap<>(settings);
            more.put(setting, value);
            return new Plan(distribution, folder, logs, size, network, more);
        }

        public Plan loggingTo(Path other) {
            return new Plan(distribution, folder, other, size, network, settings);
        }
    }

    private ClusterProcesses(Plan plan) {
        this.plan = plan;
        this.folder = new ClusterFolder(plan.folder());
        this.network = plan.network();
        this.layout = ClusterLayout.of("tidemark-test", plan.size(), plan.network());
        for (Member member : layout.members()) {
            members.put(
                    member,
                    new ClusterMember(
                            member, folder.dataOf(member), launch(plan, layout, folder, member)));
        }
        this.probe = new Probe(folder, layout);
    }

    private static BrokerLaunch launch(
            Plan plan, ClusterLayout layout, ClusterFolder folder, Member member) {
        Map<String, String> properties = new LinkedHashMap<>(layout.settings(member));
        properties.put("tidemark.data-dir", folder.dataOf(member).toString());
        properties.put("management.health.diskspace.path", folder.dataOf(member).toString());
        properties.put("management.health.diskspace.threshold", "1MB");
        properties.putAll(plan.settings());
        return new BrokerLaunch(
                plan.network().wrapper(member),
                plan.distribution().jvmOptionsFor(member.service()),
                plan.distribution().program(member.service()),
                properties,
                plan.logs().resolve(member.name() + ".log"),
                URI.create(member.managementUrl() + "/actuator/health/readiness"));
    }

    /** Makes a cluster whose members are not started yet. */
    public static ClusterProcesses make(Plan plan) {
        return new ClusterProcesses(plan);
    }

    /** Starts a cluster and waits until all of it serves. */
    public static ClusterProcesses start(Plan plan) {
        ClusterProcesses cluster = make(plan);
        try {
            cluster.startAll();
            return cluster;
        } catch (RuntimeException | AssertionError e) {
            cluster.close();
            throw e;
        }
    }

    /** Starts all members that are down, and waits until every one serves. */
    public void startAll() {
        for (Service service : Service.values()) {
            List<ClusterMember> missing =
                    all(service).stream().filter(member -> !member.isAlive()).toList();
            missing.forEach(ClusterMember::start);
            missing.forEach(ClusterMember::awaitReady);
        }
        await("all nodes are active", READY_TIMEOUT, this::allNodesActive);
    }

    private boolean allNodesActive() {
        Optional<ClusterImage> image = probe.image();
        return image.isPresent()
                && layout.members(Service.NODE).stream()
                        .allMatch(
                                node ->
                                        image.get()
                                                .node(node.id())
                                                .map(NodeImage::live)
                                                .orElse(false));
    }

    /**
     * A process that is not one of the cluster's, and knows its coordinators all the same. The
     * caller ends it.
     */
    public ClusterMember outsider(Member member, Path dataFolder, Path logFile) {
        Map<String, String> properties = new LinkedHashMap<>(layout.settings(member));
        properties.put("tidemark.data-dir", dataFolder.toString());
        return new ClusterMember(
                member,
                dataFolder,
                new BrokerLaunch(
                        network.wrapper(member),
                        plan.distribution().jvmOptionsFor(member.service()),
                        plan.distribution().program(member.service()),
                        properties,
                        logFile,
                        URI.create(member.managementUrl() + "/actuator/health/readiness")));
    }

    public ClusterLayout layout() {
        return layout;
    }

    public ClusterFolder folder() {
        return folder;
    }

    public ClusterNetwork network() {
        return network;
    }

    public ClusterMember node(int id) {
        return member(Service.NODE, id);
    }

    public ClusterMember coordinator(int id) {
        return member(Service.COORDINATOR, id);
    }

    public ClusterMember gateway(int id) {
        return member(Service.GATEWAY, id);
    }

    private ClusterMember member(Service service, int id) {
        return all(service).stream()
                .filter(member -> member.id() == id)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no " + service.word() + " " + id));
    }

    /** All members of a service, by id. */
    public List<ClusterMember> all(Service service) {
        return members.values().stream()
                .filter(member -> member.member().service() == service)
                .toList();
    }

    public List<ClusterMember> all() {
        return List.copyOf(members.values());
    }

    /** For {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return layout.bootstrapServers();
    }

    /** A URL of a gateway; {@code path} begins with a slash. */
    public URI http(int gateway, String path) {
        return URI.create(gateway(gateway).member().url() + path);
    }

    /** The whole cluster as {@code ./tidemark status} sees it. */
    public ClusterStatus status() {
        return probe.status();
    }

    /** The metadata of the leading coordinator; empty while none leads. */
    public Optional<ClusterImage> image() {
        return probe.image();
    }

    /** The coordinator that leads; empty while none does. */
    public Optional<ClusterMember> leadingCoordinator() {
        return all(Service.COORDINATOR).stream()
                .filter(ClusterMember::isAlive)
                .filter(member -> !member.isPaused())
                .filter(
                        member ->
                                probe.coordinatorStatus(member.member())
                                        .map(CoordinatorStatus::leading)
                                        .orElse(false))
                .findFirst();
    }

    /** A partition as the coordinator has decided it; empty where that cannot be told. */
    public Optional<PartitionImage> partition(String topic, int index) {
        return image().flatMap(image -> image.topic(topic)).flatMap(t -> t.partition(index));
    }

    /** Waits until every partition has a leader and all its replicas in sync. */
    public void awaitFullIsr(Duration timeout) {
        await("every replica is in sync", timeout, () -> unwell().isEmpty(), this::unwell);
    }

    /** Partitions without a leader, or with fewer replicas in sync than assigned, in words. */
    public String unwell() {
        Optional<ClusterImage> image = image();
        if (image.isEmpty()) {
            return "no coordinator leads";
        }
        StringBuilder text = new StringBuilder();
        for (TopicImage topic : image.get().topics().values()) {
            for (PartitionImage partition : topic.partitions()) {
                if (partition.leader() == PartitionImage.NO_LEADER
                        || partition.isr().size() < partition.replicas().size()) {
                    text.append(
                            "%s-%d leader %d isr %s elr %s of %s; "
                                    .formatted(
                                            topic.name(),
                                            partition.index(),
                                            partition.leader(),
                                            partition.isr(),
                                            partition.elr(),
                                            partition.replicas()));
                }
            }
        }
        return text.toString();
    }

    /**
     * Waits for a condition.
     *
     * @throws AssertionError naming what did not happen
     */
    public void await(String what, Duration timeout, BooleanSupplier condition) {
        await(what, timeout, condition, () -> "");
    }

    /**
     * Waits for a condition.
     *
     * @param details what there is instead, for the failure
     * @throws AssertionError naming what did not happen
     */
    public static void await(
            String what, Duration timeout, BooleanSupplier condition, Supplier<String> details) {
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            while (!condition.getAsBoolean()) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError(
                            "not within %s: %s %s".formatted(timeout, what, details.get()));
                }
                TimeUnit.MILLISECONDS.sleep(POLL_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting: " + what, e);
        }
    }

    /** Ends all processes at once, and removes the network. */
    @Override
    public void close() {
        members.values().forEach(ClusterMember::kill9);
        network.close();
        probe.close();
    }
}
