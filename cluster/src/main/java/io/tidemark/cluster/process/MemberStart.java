package io.tidemark.cluster.process;

import io.tidemark.cluster.layout.ClusterFolder;
import io.tidemark.cluster.layout.ClusterLayout;
import io.tidemark.cluster.layout.Distribution;
import io.tidemark.cluster.layout.Member;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Starts members, each away from the terminal: Ctrl-C is for the command, not for them. */
public final class MemberStart {
    /** Health calls a disk full with less than this left. */
    private static final String DISK_FULL = "16MB";

    private final Distribution distribution;
    private final ClusterFolder folder;
    private final ClusterLayout layout;

    public MemberStart(Distribution distribution, ClusterFolder folder, ClusterLayout layout) {
        this.distribution = distribution;
        this.folder = folder;
        this.layout = layout;
    }

    /** Starts the process and returns at once; it is not ready yet. */
    public Process start(Member member) throws IOException {
        List<String> command = new ArrayList<>();
        setsid().ifPresent(command::add);
        command.addAll(distribution.command(member, settings(member)));
        Files.createDirectories(folder.path());
        Files.writeString(
                folder.logOf(member),
                LastWords.RUN + member.name() + " is started\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectInput(new File("/dev/null"))
                        .redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(folder.logOf(member).toFile()));
        // Arenas of glibc's malloc, one for each thread, would double what a process holds.
        builder.environment().putIfAbsent("MALLOC_ARENA_MAX", "2");
        return builder.start();
    }

    private Map<String, String> settings(Member member) {
        Map<String, String> settings = new LinkedHashMap<>(layout.settings(member));
        Path data = folder.dataOf(member);
        settings.put("tidemark.data-dir", data.toString());
        settings.put("management.health.diskspace.path", data.toString());
        settings.put("management.health.diskspace.threshold", DISK_FULL);
        settings.putAll(layout.settingsGivenTo(member));
        return settings;
    }

    private static Optional<String> setsid() {
        for (String path : List.of("/usr/bin/setsid", "/bin/setsid")) {
            if (Files.isExecutable(Path.of(path))) {
                return Optional.of(path);
            }
        }
        return Optional.empty();
    }
}
