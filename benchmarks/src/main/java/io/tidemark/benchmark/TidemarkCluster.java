package io.tidemark.benchmark;

import io.tidemark.cluster.layout.ClusterLayout;
import io.tidemark.cluster.layout.Distribution;
import io.tidemark.cluster.layout.Member;
import io.tidemark.cluster.layout.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * This broker as several processes: three coordinators and the partition services, from the same
 * package as {@code ./tidemark up --nodes}, but for the heap of the partition services.
 */
final class TidemarkCluster implements Cluster {
    private final ClusterLayout layout;
    private final Distribution distribution;
    private final Path folder;
    private final String heap;
    private final Map<Member, ChildJvm> processes = new LinkedHashMap<>();

    private TidemarkCluster(
            ClusterLayout layout, Distribution distribution, Path folder, String heap) {
        this.layout = layout;
        this.distribution = distribution;
        this.folder = folder;
        this.heap = heap;
    }

    static TidemarkCluster start(Path folder, String heap, int nodes)
            throws IOException, InterruptedException {
        ClusterLayout layout =
                ClusterLayout.of(
                        "bench", ClusterLayout.Size.ofNodes(nodes, 0), TidemarkCluster::anywhere);
        TidemarkCluster cluster =
                new TidemarkCluster(
                        layout, Distribution.in(Path.of("standalone", "target")), folder, heap);
        try {
            for (Member member : layout.members()) {
                cluster.run(member);
            }
            for (Member node : layout.members(Service.NODE)) {
                cluster.awaitReady(node.id());
            }
        } catch (IOException | InterruptedException e) {
            cluster.close();
            throw e;
        }
        return cluster;
    }

    private static Member anywhere(Service service, int id) {
        try {
            return new Member(
                    service,
                    id,
                    "127.0.0.1",
                    ChildJvm.freePort(),
                    ChildJvm.freePort(),
                    ChildJvm.freePort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void run(Member member) throws IOException {
        List<String> command = new ArrayList<>(distribution.jvmOptionsFor(member.service()));
        if (member.service() == Service.NODE) {
            command.addAll(List.of("-Xms" + heap, "-Xmx" + heap));
        }
        command.addAll(distribution.program(member.service()));
        command.add("--tidemark.data-dir=" + folder.resolve(member.name()).toAbsolutePath());
        layout.settings(member).forEach((name, value) -> command.add("--" + name + "=" + value));
        processes.put(member, ChildJvm.start(folder.resolve(member.name() + ".log"), command));
    }

    private Member node(int id) {
        return layout.member(Service.NODE, id).orElseThrow();
    }

    private ChildJvm process(int node) {
        ChildJvm process = processes.get(node(node));
        if (process == null) {
            throw new IllegalStateException("node " + node + " was never started");
        }
        return process;
    }

    @Override
    public String name() {
        return "tidemark";
    }

    @Override
    public String bootstrap() {
        return layout.bootstrapServers();
    }

    @Override
    public List<ChildJvm> processes() {
        return List.copyOf(processes.values());
    }

    @Override
    public int replicas() {
        return layout.members(Service.NODE).size();
    }

    @Override
    public Map<String, String> topicConfig(boolean fsync) {
        return Map.of("flush", fsync ? "fsync" : "os");
    }

    @Override
    public void kill(int node) {
        process(node).kill();
    }

    @Override
    public void stop(int node) {
        process(node).close();
    }

    @Override
    public void restart(int node) throws IOException {
        run(node(node));
    }

    @Override
    public void awaitReady(int node) throws IOException, InterruptedException {
        Member member = node(node);
        process(node).await(() -> ChildJvm.listens(member.port()));
    }

    @Override
    public void close() {
        layout.members().reversed().forEach(this::close);
    }

    private void close(Member member) {
        ChildJvm process = processes.get(member);
        if (process != null) {
            process.close();
        }
    }
}
