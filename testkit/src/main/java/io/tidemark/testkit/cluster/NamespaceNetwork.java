package io.tidemark.testkit.cluster;

import io.tidemark.cluster.layout.Member;
import io.tidemark.cluster.layout.Service;
import io.tidemark.testkit.process.ExternalCommand;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A network namespace for each member, joined by a bridge to which the test itself has a wire.
 *
 * <pre>
 *   test 198.18.x.254 ── bridge
 *             ├── coordinator i   198.18.x.(10 + i)
 *             ├── node i          198.18.x.(20 + i)
 *             └── gateway i       198.18.x.(30 + i)
 * </pre>
 *
 * Cuts are rules of iptables within a namespace, so that the machine's own are never touched. Nor
 * do those matter, as a container engine's that forward nothing across bridges would: the bridge
 * lives in a namespace, too. Needs Linux and root. The range is the one set aside for testing
 * networks (RFC 2544).
 */
public final class NamespaceNetwork implements ClusterNetwork {
    private static final String BRIDGE = "bridge";

    private final String id;
    private final String prefix;
    private final Map<String, String> namespaces = new LinkedHashMap<>();
    private final Thread cleanUp = new Thread(this::remove, "remove-network");

    private NamespaceNetwork(String id, String prefix) {
        this.id = id;
        this.prefix = prefix;
    }

    /** Why this machine cannot have such networks; empty if it can. */
    public static Optional<String> whyUnavailable() {
        for (String tool : new String[] {"ip", "iptables"}) {
            if (!ExternalCommand.isInstalled(tool)) {
                return Optional.of(tool + " is not installed");
            }
        }
        try (NamespaceNetwork probe = create()) {
            Member member = probe.place(Service.NODE, 1);
            probe.isolate(member);
            return Optional.empty();
        } catch (IllegalStateException refused) {
            return Optional.of(
                    "network namespaces need root and a kernel that has them: "
                            + String.valueOf(refused.getMessage()).strip());
        }
    }

    /** Makes the bridge. */
    public static NamespaceNetwork create() {
        int random = ThreadLocalRandom.current().nextInt(1 << 16);
        NamespaceNetwork network =
                new NamespaceNetwork(
                        "%04x".formatted(random),
                        "198.%d.%d.".formatted(18 + (random & 1), (random >> 1) & 0xff));
        Runtime.getRuntime().addShutdownHook(network.cleanUp);
        try {
            network.lay();
            return network;
        } catch (IllegalStateException failed) {
            network.close();
            throw failed;
        }
    }

    private void lay() {
        run("ip", "netns", "add", hub());
        run("ip", "-n", hub(), "link", "add", BRIDGE, "type", "bridge");
        run("ip", "-n", hub(), "link", "set", BRIDGE, "up");
        run("ip", "link", "add", wire(), "type", "veth", "peer", "name", "test", "netns", hub());
        run("ip", "-n", hub(), "link", "set", "test", "master", BRIDGE, "up");
        run("ip", "addr", "add", prefix + "254/24", "dev", wire());
        run("ip", "link", "set", wire(), "up");
    }

    private String hub() {
        return "tm" + id + "hub";
    }

    private String wire() {
        return "tmv" + id;
    }

    private static void run(String... command) {
        ExternalCommand.run(command).expectSuccess();
    }

    @Override
    public Member place(Service service, int memberId) {
        String name = service.word().charAt(0) + Integer.toString(memberId);
        String namespace = "tm" + id + name;
        String address = prefix + (10 * (service.ordinal() + 1) + memberId);
        run("ip", "netns", "add", namespace);
        namespaces.put(service.word() + "-" + memberId, namespace);
        run(
                "ip", "-n", hub(), "link", "add", name, "type", "veth", "peer", "name", "eth0",
                "netns", namespace);
        run("ip", "-n", hub(), "link", "set", name, "master", BRIDGE, "up");
        run("ip", "-n", namespace, "addr", "add", address + "/24", "dev", "eth0");
        run("ip", "-n", namespace, "link", "set", "eth0", "up");
        run("ip", "-n", namespace, "link", "set", "lo", "up");
        return switch (service) {
            case COORDINATOR -> new Member(service, memberId, address, 8090, 8190, 9404);
            case NODE -> new Member(service, memberId, address, 9092, 8091, 9404);
            case GATEWAY -> new Member(service, memberId, address, 8080, 0, 9404);
        };
    }

    @Override
    public List<String> wrapper(Member member) {
        return List.of("ip", "netns", "exec", namespaceOf(member));
    }

    private String namespaceOf(Member member) {
        String namespace = namespaces.get(member.name());
        if (namespace == null) {
            throw new IllegalArgumentException(member.name() + " does not live here");
        }
        return namespace;
    }

    @Override
    public boolean canCut() {
        return true;
    }

    @Override
    public void cut(Member from, Member to, Cut kind) {
        List<String> rule = new ArrayList<>(List.of("INPUT", "-s", from.host()));
        switch (kind) {
            case DROP -> rule.addAll(List.of("-j", "DROP"));
            case REJECT ->
                    rule.addAll(List.of("-p", "tcp", "-j", "REJECT", "--reject-with", "tcp-reset"));
        }
        iptables(to, rule);
    }

    @Override
    public void isolate(Member member) {
        iptables(member, List.of("INPUT", "!", "-i", "lo", "-j", "DROP"));
        iptables(member, List.of("OUTPUT", "!", "-o", "lo", "-j", "DROP"));
    }

    private void iptables(Member member, List<String> rule) {
        List<String> command =
                new ArrayList<>(
                        List.of("ip", "netns", "exec", namespaceOf(member), "iptables", "-w"));
        command.add("-I");
        command.addAll(rule);
        run(command.toArray(String[]::new));
    }

    @Override
    public void heal() {
        for (String namespace : namespaces.values()) {
            run("ip", "netns", "exec", namespace, "iptables", "-w", "-F");
        }
    }

    private void remove() {
        for (String namespace : namespaces.values()) {
            ExternalCommand.run("ip", "netns", "del", namespace);
        }
        namespaces.clear();
        ExternalCommand.run("ip", "netns", "del", hub());
        ExternalCommand.run("ip", "link", "del", wire());
    }

    /** Removes everything; the processes that lived here must have ended. */
    @Override
    public void close() {
        remove();
        try {
            Runtime.getRuntime().removeShutdownHook(cleanUp);
        } catch (IllegalStateException shuttingDown) {
            // it runs, or has run
        }
    }
}
