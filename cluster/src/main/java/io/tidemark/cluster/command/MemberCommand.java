package io.tidemark.cluster.command;

import io.tidemark.cluster.layout.ClusterFolder;
import io.tidemark.cluster.layout.ClusterLayout;
import io.tidemark.cluster.layout.Member;
import io.tidemark.cluster.layout.Service;
import io.tidemark.cluster.process.LastWords;
import io.tidemark.cluster.process.MemberProcess;
import io.tidemark.cluster.process.MemberStart;
import io.tidemark.cluster.process.ProcessState;
import io.tidemark.cluster.process.Signals;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** One process of the cluster, to play with. */
@Command(
        usageHelpAutoWidth = true,
        description = {
            "kill     ends it as a crash does (SIGKILL)",
            "pause    freezes it: its sockets stay open, nothing answers (SIGSTOP)",
            "resume   lets it go on (SIGCONT)",
            "stop     asks it to stop: it hands over what it leads (SIGTERM)",
            "start    starts it again on its data",
            "restart  stop, then start"
        })
final class MemberCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** What can be done to a process. */
    enum Action {
        kill,
        pause,
        resume,
        stop,
        start,
        restart
    }

    private final Service service;

    @Parameters(index = "0", paramLabel = "N", description = "Its number.")
    private int id;

    @Parameters(index = "1", paramLabel = "ACTION", description = "${COMPLETION-CANDIDATES}")
    private Action action = Action.start;

    @Mixin private ClusterOptions cluster = new ClusterOptions();

    private final Terminal terminal = new Terminal();

    MemberCommand(Service service) {
        this.service = service;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        ClusterLayout layout = cluster.layout();
        Member member =
                layout.member(service, id)
                        .orElseThrow(
                                () ->
                                        new IllegalStateException(
                                                "There is no %s %d; there are %d."
                                                        .formatted(
                                                                service.word(),
                                                                id,
                                                                layout.members(service).size())));
        MemberProcess process = new MemberProcess(cluster.folder(), member);
        return switch (action) {
            case kill -> end(process, Signals.Kind.KILL, "killed");
            case stop -> end(process, Signals.Kind.TERM, "stopped");
            case pause -> signal(process, Signals.Kind.STOP, "paused");
            case resume -> signal(process, Signals.Kind.CONT, "goes on");
            case start -> start(layout, process);
            case restart -> {
                if (process.state() != ProcessState.DOWN) {
                    end(process, Signals.Kind.TERM, "stopped");
                }
                yield start(layout, process);
            }
        };
    }

    private int signal(MemberProcess process, Signals.Kind kind, String done) {
        boolean running = process.signal(kind);
        terminal.say(process.member().name() + (running ? " " + done : " is not running"));
        return running ? 0 : 1;
    }

    private int end(MemberProcess process, Signals.Kind kind, String done) {
        if (!process.signal(kind)) {
            terminal.say(process.member().name() + " is not running");
            return 1;
        }
        if (kind == Signals.Kind.TERM) {
            process.signal(Signals.Kind.CONT); // a paused one could not hear it
        }
        boolean ended = process.awaitEnd(PATIENCE);
        terminal.say(
                process.member().name()
                        + (ended
                                ? " " + done
                                : " has not ended after " + PATIENCE.toSeconds() + " s"));
        return ended ? 0 : 1;
    }

    private int start(ClusterLayout layout, MemberProcess process)
            throws IOException, InterruptedException {
        Member member = process.member();
        if (process.state() != ProcessState.DOWN) {
            terminal.say(member.name() + " is running already");
            return 1;
        }
        ClusterFolder folder = cluster.folder();
        MemberStart starter = new MemberStart(cluster.distribution(), folder, layout);
        Process started = starter.start(member);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (process.state() != ProcessState.UP && System.nanoTime() < deadline) {
            if (started.waitFor(50, TimeUnit.MILLISECONDS)) {
                terminal.say(
                        member.name()
                                + " cannot start: "
                                + (LastWords.in(folder.logOf(member))
                                                instanceof LastWords.Failed(String reason)
                                        ? reason
                                        : "see " + folder.logOf(member)));
                return 1;
            }
        }
        boolean up = process.state() == ProcessState.UP;
        terminal.say(
                member.name()
                        + (up ? " is up" : " is still starting, see " + folder.logOf(member)));
        return up ? 0 : 1;
    }
}
