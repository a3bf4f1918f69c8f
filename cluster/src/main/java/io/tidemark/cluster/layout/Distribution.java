package io.tidemark.cluster.layout;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The packaged broker, from which every kind of process is started: one jar, one {@code lib/}, one
 * start-up cache.
 *
 * @param jar {@code tidemark-standalone.jar}, its {@code lib/} beside it
 * @param java the JVM's program
 * @param jvmOptions options of all processes; later ones win
 * @param more options that a person gave, after all others
 */
public record Distribution(Path jar, Path java, List<String> jvmOptions, List<String> more) {
    public static final String JAR = "tidemark-standalone.jar";

    private static final String MAIN = "io.tidemark.standalone.ServiceMain";

    public Distribution {
        jvmOptions = List.copyOf(jvmOptions);
        more = List.copyOf(more);
    }

    public Distribution(Path jar, Path java, List<String> jvmOptions) {
        this(jar, java, jvmOptions, List.of());
    }

    /**
     * What a build has left in a folder, with the options that lie beside the jar.
     *
     * @param folder {@code standalone/target}
     */
    public static Distribution in(Path folder) {
        Path options = folder.resolve("jvm.options").toAbsolutePath();
        return new Distribution(
                folder.resolve(JAR).toAbsolutePath(),
                Path.of(System.getProperty("java.home"), "bin", "java"),
                Files.exists(options) ? List.of("@" + options) : List.of());
    }

    /** The same with more JVM options, which count before those for a kind of member. */
    public Distribution with(List<String> others) {
        List<String> all = new ArrayList<>(more);
        all.addAll(others);
        return new Distribution(jar, java, jvmOptions, all);
    }

    /** The JVM's options for a member. */
    public List<String> jvmOptionsFor(Service service) {
        List<String> options = new ArrayList<>(List.of("-XX:+ExitOnOutOfMemoryError"));
        options.addAll(jvmOptions);
        options.addAll(List.of("-Xms24m", "-Xmx" + service.heapMb() + "m"));
        options.addAll(more);
        return options;
    }

    /** What the JVM runs for a member: class path, main class and its first argument. */
    public List<String> program(Service service) {
        return List.of("-cp", jar.toString(), MAIN, service.word());
    }

    /** The whole command that starts a member. */
    public List<String> command(Member member, Map<String, String> settings) {
        List<String> command = new ArrayList<>();
        command.add(java.toString());
        command.addAll(jvmOptionsFor(member.service()));
        command.addAll(program(member.service()));
        settings.forEach((name, value) -> command.add("--" + name + "=" + value));
        return command;
    }
}
