package io.tidemark.cluster.process;

import io.tidemark.cluster.layout.ClusterFolder;
import io.tidemark.cluster.layout.Member;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** A member's process, whoever started it. */
public final class MemberProcess {
    private static final String LOCK = "tidemark.lock";
    private static final String SERVES = "management";
    private static final String IDENTITY = "meta.properties";
    private static final int IDENTITY_DEPTH = 4;

    private static final long WORK_SECONDS = 10;

    private final Member member;
    private final Path dataFolder;
    private final Path log;

    public MemberProcess(ClusterFolder folder, Member member) {
        this.member = member;
        this.dataFolder = folder.dataOf(member);
        this.log = folder.logOf(member);
    }

    public Member member() {
        return member;
    }

    /** The process that holds the data folder now. */
    public Optional<ProcessHandle> handle() {
        String pid = lockFile().get("pid");
        return pid == null
                ? Optional.empty()
                : ProcessHandle.of(Long.parseLong(pid)).filter(this::isThisMember);
    }

    public OptionalLong pid() {
        return handle().map(handle -> OptionalLong.of(handle.pid())).orElse(OptionalLong.empty());
    }

    public ProcessState state() {
        Optional<ProcessHandle> handle = handle();
        if (handle.isEmpty()) {
            return ProcessState.DOWN;
        }
        if (Signals.isPaused(handle.get().pid())) {
            return ProcessState.PAUSED;
        }
        return lockFile().containsKey(SERVES) ? ProcessState.UP : ProcessState.STARTING_OR_STOPPING;
    }

    /** Whether a node that had this folder was a member of a cluster: it keeps which one. */
    public boolean hasJoined() {
        if (!Files.isDirectory(dataFolder)) {
            return false;
        }
        try (Stream<Path> found =
                Files.find(
                        dataFolder,
                        IDENTITY_DEPTH,
                        (file, attributes) -> file.endsWith(IDENTITY))) {
            return found.anyMatch(MemberProcess::namesCluster);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean namesCluster(Path identity) {
        try {
            return Files.readAllLines(identity).stream()
                    .anyMatch(line -> line.startsWith("cluster.id="));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** When the process that runs was started. */
    public Optional<Instant> startedAt() {
        return handle().flatMap(handle -> handle.info().startInstant());
    }

    /**
     * What changes while a process gets on, also where it says nothing for long.
     *
     * @param logBytes what it has printed
     * @param work CPU time, in steps that an idle process does not take
     */
    public record Pulse(ProcessState state, long logBytes, long work) {}

    public Pulse pulse() {
        long cpuSeconds =
                handle().flatMap(handle -> handle.info().totalCpuDuration())
                        .map(Duration::toSeconds)
                        .orElse(0L);
        return new Pulse(state(), log.toFile().length(), cpuSeconds / WORK_SECONDS);
    }

    /** Sends a signal; false where no process runs. */
    public boolean signal(Signals.Kind kind) {
        Optional<ProcessHandle> handle = handle();
        handle.ifPresent(running -> Signals.send(kind, running.pid()));
        return handle.isPresent();
    }

    /** Waits for the process to end; false where it still runs after the time. */
    public boolean awaitEnd(Duration timeout) {
        Optional<ProcessHandle> handle = handle();
        if (handle.isEmpty()) {
            return true;
        }
        try {
            handle.get().onExit().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        }
    }

    private Map<String, String> lockFile() {
        Map<String, String> values = new HashMap<>();
        try {
            for (String line : Files.readAllLines(dataFolder.resolve(LOCK))) {
                int equals = line.indexOf('=');
                if (equals > 0) {
                    values.put(line.substring(0, equals), line.substring(equals + 1));
                }
            }
        } catch (NoSuchFileException e) {
            return Map.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return values;
    }

    /** A pid may have gone to another program since a kill -9. */
    private boolean isThisMember(ProcessHandle handle) {
        return handle.isAlive()
                && commandLine(handle).contains("--tidemark.data-dir=" + dataFolder);
    }

    private static String commandLine(ProcessHandle handle) {
        Path linux = Path.of("/proc", Long.toString(handle.pid()), "cmdline");
        try {
            return Files.exists(linux)
                    ? new String(Files.readAllBytes(linux), StandardCharsets.UTF_8)
                    : handle.info().commandLine().orElse("");
        } catch (IOException e) {
            return ""; // it has just ended
        }
    }
}
