package io.tidemark.cluster.command;

import io.tidemark.cluster.layout.ClusterLayout;
import io.tidemark.cluster.layout.LayoutChange;
import io.tidemark.cluster.layout.Member;
import io.tidemark.cluster.layout.Service;
import io.tidemark.cluster.process.MemberProcess;
import io.tidemark.cluster.process.ProcessState;
import io.tidemark.cluster.process.Signals;
import io.tidemark.cluster.run.CleanExit;
import io.tidemark.cluster.run.MemberControl;
import io.tidemark.cluster.run.MemberRemoval;
import io.tidemark.cluster.run.Patience;
import io.tidemark.cluster.run.RollingRestart;
import io.tidemark.cluster.run.StartFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** One process of the cluster, to play with. */
@Command(
        usageHelpAutoWidth = true,
        description = {
            "kill     ends it as a crash does (SIGKILL)",
            "pause    freezes it: its sockets stay open, nothing answers (SIGSTOP)",
            "resume   lets it go on (SIGCONT)",
            "stop     asks it to stop (SIGTERM). A node hands over what it leads, when it is its turn:"
                    + " no other node drains, and no partition is left with too few in sync. A coordinator"
                    + " stops where a majority goes on without it",
            "start    starts it again on its data",
            "restart  stop, then start, and waits until it is in sync again. Where it cannot start with"
                    + " what is new, it is started as before",
            "remove   takes it out for good; others get a node's replicas first",
            "",
            "start and restart take settings for this one process, and keep them:"
                    + " ./tidemark node 2 restart -- --name=value; without a value it is kept no more."
                    + " For all processes: ./tidemark restart.",
            ""
        })
final class MemberCommand implements Callable<Integer> {
    private static final Duration END = Duration.ofSeconds(60);

    /** What can be done to a process. */
    enum Action {
        kill,
        pause,
        resume,
        stop,
        start,
        restart,
        remove
    }

    private static final Set<Action> TAKE_SETTINGS = EnumSet.of(Action.start, Action.restart);

    private final Service service;

    @Parameters(index = "0", paramLabel = "N", description = "Its number.")
    private int id;

    @Parameters(index = "1", paramLabel = "ACTION", description = "${COMPLETION-CANDIDATES}")
    private Action action = Action.start;

    @Option(names = "--now", description = "Stops it whether or not the others can spare it.")
    private boolean now;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            description = "How long a node may wait for its turn (${DEFAULT-VALUE}).")
    private int waitSeconds = 60;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "How long a start may take (${DEFAULT-VALUE}).")
    private long timeoutSeconds = Patience.LIMIT.toSeconds();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Unmatched private List<String> rest = new ArrayList<>();

    @Mixin private ClusterOptions cluster = new ClusterOptions();

    private final Terminal terminal = new Terminal();

    MemberCommand(Service service) {
        this.service = service;
    }

    @Override
    public Integer call() throws IOException {
        if (!Settings.of(rest, spec).isEmpty() && !TAKE_SETTINGS.contains(action)) {
            throw new ParameterException(
                    spec.commandLine(), "settings can be given to start and restart");
        }
        ClusterLayout layout = cluster.layout();
        Member member =
                layout.member(service, id)
                        .orElseThrow(
                                () ->
                                        new IllegalStateException(
                                                "There is no %s %d; there are %s."
                                                        .formatted(
                                                                service.word(),
                                                                id,
                                                                layout.members(service).stream()
                                                                        .map(Member::name)
                                                                        .collect(
                                                                                Collectors.joining(
                                                                                        ", ")))));
        try (CleanExit exit = CleanExit.open()) {
            try {
                return act(member);
            } catch (StartFailure e) {
                terminal.say(e.getMessage() + hint());
                return 1;
            } catch (InterruptedException e) {
                terminal.say("interrupted; ./tidemark status tells how it is");
                return 1;
            }
        }
    }

    private String hint() {
        return action == Action.stop && !now && service != Service.GATEWAY
                ? "\nTry again later, or: --now stops it all the same, ./tidemark down stops all."
                : "";
    }

    private int act(Member member) throws StartFailure, IOException, InterruptedException {
        MemberProcess process = new MemberProcess(cluster.folder(), member);
        return switch (action) {
            case kill -> kill(process);
            case stop -> stop(member);
            case pause -> signal(process, Signals.Kind.STOP, "paused");
            case resume -> signal(process, Signals.Kind.CONT, "goes on");
            case start -> start(member);
            case restart -> process.state() == ProcessState.DOWN ? start(member) : restart(member);
            case remove -> remove(member);
        };
    }

    private int signal(MemberProcess process, Signals.Kind kind, String done) {
        boolean running = process.signal(kind);
        terminal.say(process.member().name() + (running ? " " + done : " is not running"));
        return running ? 0 : 1;
    }

    private int kill(MemberProcess process) {
        if (!process.signal(Signals.Kind.KILL)) {
            terminal.say(process.member().name() + " is not running");
            return 1;
        }
        boolean ended = process.awaitEnd(END);
        terminal.say(
                process.member().name()
                        + (ended ? " killed" : " has not ended after " + END.toSeconds() + " s"));
        return ended ? 0 : 1;
    }

    private int stop(Member member) throws StartFailure, IOException, InterruptedException {
        ClusterLayout layout = cluster.layout();
        if (new MemberProcess(cluster.folder(), member).state() == ProcessState.DOWN) {
            terminal.say(member.name() + " is not running");
            return 1;
        }
        int alone = control(layout).stop(member, !now, Duration.ofSeconds(waitSeconds));
        terminal.say(
                member.name()
                        + " stopped"
                        + (alone == 0
                                ? ""
                                : "; %d partitions that no other node that runs has are away with it"
                                        .formatted(alone)));
        return 0;
    }

    private int start(Member member) throws StartFailure, IOException, InterruptedException {
        if (new MemberProcess(cluster.folder(), member).state() != ProcessState.DOWN) {
            terminal.say(member.name() + " is running already");
            return 1;
        }
        ClusterLayout before = cluster.layout();
        LayoutChange change = change(member);
        ClusterLayout layout = cluster.folder().change(change::appliedTo);
        try {
            control(layout).start(cluster.distribution(layout), member, limit());
        } catch (StartFailure e) {
            if (!change.alters(before)
                    || new MemberProcess(cluster.folder(), member).state() != ProcessState.DOWN) {
                throw e;
            }
            cluster.folder().change(change.backTo(before)::appliedTo);
            throw new StartFailure(e.getMessage() + "\nWhat was new is not kept.");
        }
        terminal.say(member.name() + " is up");
        return 0;
    }

    private int restart(Member member) throws StartFailure, IOException {
        new RollingRestart(cluster.folder(), change(member), terminal::say, terminal::progress)
                .one(member, !now, cluster::distribution, Duration.ofSeconds(waitSeconds), limit());
        return 0;
    }

    private LayoutChange change(Member member) {
        return new LayoutChange(
                Optional.of(member), Settings.of(rest, spec), ClusterOptions.javaOptions());
    }

    private Duration limit() {
        return Duration.ofSeconds(timeoutSeconds);
    }

    private int remove(Member member) throws StartFailure, IOException, InterruptedException {
        new MemberRemoval(cluster.folder(), cluster.layout(), terminal::progress)
                .run(member, Duration.ofSeconds(waitSeconds));
        terminal.say(
                "%s is no member any more. What is left in %s is of no use to the cluster"
                        .formatted(member.name(), cluster.folder().dataOf(member)));
        return 0;
    }

    private MemberControl control(ClusterLayout layout) {
        return new MemberControl(cluster.folder(), layout, terminal::progress);
    }
}
