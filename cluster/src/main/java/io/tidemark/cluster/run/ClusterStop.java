package io.tidemark.cluster.run;

import io.tidemark.cluster.layout.ClusterFolder;
import io.tidemark.cluster.layout.ClusterLayout;
import io.tidemark.cluster.layout.Member;
import io.tidemark.cluster.layout.Service;
import io.tidemark.cluster.process.MemberProcess;
import io.tidemark.cluster.process.ProcessState;
import io.tidemark.cluster.process.Signals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Stops all members, cleanly: gateways first, so that no client asks any more; then the nodes,
 * which need the coordinators to hand over what they lead; the coordinators last.
 */
public final class ClusterStop {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ClusterFolder folder;
    private final ClusterLayout layout;
    private final Consumer<String> progress;

    public ClusterStop(ClusterFolder folder, ClusterLayout layout, Consumer<String> progress) {
        this.folder = folder;
        this.layout = layout;
        this.progress = progress;
    }

    /**
     * @return the members that were running and have not ended within a minute
     */
    public List<Member> run() {
        List<Member> hanging = new ArrayList<>();
        for (Service service : List.of(Service.GATEWAY, Service.NODE, Service.COORDINATOR)) {
            hanging.addAll(stop(service));
        }
        return hanging;
    }

    /** Whether any member has a process. */
    public boolean anyRunning() {
        return layout.members().stream()
                .anyMatch(m -> new MemberProcess(folder, m).state() != ProcessState.DOWN);
    }

    private List<Member> stop(Service service) {
        List<MemberProcess> stopping = new ArrayList<>();
        for (Member member : layout.members(service)) {
            MemberProcess process = new MemberProcess(folder, member);
            if (process.signal(Signals.Kind.TERM)) {
                process.signal(Signals.Kind.CONT); // a paused one could not hear it
                stopping.add(process);
            }
        }
        if (!stopping.isEmpty()) {
            progress.accept("stopping " + service.word() + "s");
        }
        return stopping.stream()
                .filter(process -> !process.awaitEnd(PATIENCE))
                .map(MemberProcess::member)
                .toList();
    }
}
