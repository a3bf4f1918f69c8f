package io.tidemark.standalone;

import io.tidemark.standalone.folder.DataFolder;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;

/**
 * One service in a process of its own, out of the same package as standalone: {@code java -cp
 * tidemark-standalone.jar io.tidemark.standalone.ServiceMain node --tidemark.data-dir=…}. Claims
 * its data folder, and says there and on standard output where it is reached.
 */
public final class ServiceMain {
    private static final int USAGE = 2;

    private ServiceMain() {}

    /** Starts the service and returns once it is ready; exits with 1 where it cannot start. */
    public static void main(String[] args) throws IOException {
        Optional<ServiceRole> role =
                args.length == 0 ? Optional.empty() : ServiceRole.ofWord(args[0]);
        if (role.isEmpty()) {
            System.err.println(
                    "The first argument names the service: "
                            + Arrays.stream(ServiceRole.values())
                                    .map(ServiceRole::word)
                                    .collect(Collectors.joining(", ")));
            System.exit(USAGE);
        } else {
            start(role.get(), Arrays.copyOfRange(args, 1, args.length));
        }
    }

    private static void start(ServiceRole role, String[] args) throws IOException {
        SpringApplication application = new SpringApplication(role.application());
        application.setDefaultProperties(role.defaults());
        ConfigurableApplicationContext context = Startup.run(application, role.listeners(), args);
        SpringApplication.getShutdownHandlers().add(() -> System.out.println("Stopped."));
        Map<String, String> addresses = addresses(role, context.getEnvironment());
        context.getBean(DataFolder.class).describe(addresses);
        System.out.printf(
                Locale.ROOT,
                "The %s is ready (%.1f s): %s%n",
                role.word(),
                uptime().toMillis() / 1000.0,
                addresses.entrySet().stream()
                        .map(address -> address.getKey() + " " + address.getValue())
                        .collect(Collectors.joining(", ")));
    }

    private static Map<String, String> addresses(ServiceRole role, Environment environment) {
        Map<String, String> addresses = new TreeMap<>();
        for (Listener listener : role.listeners()) {
            addresses.put(
                    listener.name().toLowerCase(Locale.ROOT),
                    environment.getProperty(listener.hostKey(), "127.0.0.1")
                            + ":"
                            + environment.getProperty(listener.portKey()));
        }
        return addresses;
    }

    private static Duration uptime() {
        Instant now = Instant.now();
        return Duration.between(ProcessHandle.current().info().startInstant().orElse(now), now);
    }
}
