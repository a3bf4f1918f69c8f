package io.tidemark.testkit.process;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a broker is started: everything but the moment. Immutable; the {@code with…} methods return a
 * changed copy.
 *
 * @param wrapper a program and its arguments that run the JVM, such as a tracer; usually empty
 * @param jvmOptions options of the JVM
 * @param program what the JVM runs: the class path option, the main class or jar
 * @param properties configuration, handed over as {@code --name=value}
 * @param logFile takes the standard output and error stream of all starts
 * @param readiness answers 200 when the broker serves clients; with the scheme {@code tcp}, accepts
 *     connections then
 */
public record BrokerLaunch(
        List<String> wrapper,
        List<String> jvmOptions,
        List<String> program,
        Map<String, String> properties,
        Path logFile,
        URI readiness) {

    public BrokerLaunch {
        wrapper = List.copyOf(wrapper);
        jvmOptions = List.copyOf(jvmOptions);
        program = List.copyOf(program);
        properties = Map.copyOf(properties);
    }

    /** The same with one more, or another, configuration property. */
    public BrokerLaunch with(String property, String value) {
        Map<String, String> changed = new LinkedHashMap<>(properties);
        changed.put(property, value);
        return new BrokerLaunch(wrapper, jvmOptions, program, changed, logFile, readiness);
    }

    /** The same with more JVM options, which win over the earlier ones. */
    public BrokerLaunch withJvmOptions(String... more) {
        List<String> changed = new ArrayList<>(jvmOptions);
        changed.addAll(List.of(more));
        return new BrokerLaunch(wrapper, changed, program, properties, logFile, readiness);
    }

    /** The same, run by another program. */
    public BrokerLaunch under(String... newWrapper) {
        return new BrokerLaunch(
                List.of(newWrapper), jvmOptions, program, properties, logFile, readiness);
    }

    List<String> command() {
        List<String> command = new ArrayList<>(wrapper);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(program);
        properties.forEach((name, value) -> command.add("--" + name + "=" + value));
        return command;
    }
}
