package io.tidemark.systemtest.client;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.testkit.process.ExternalCommand;
import io.tidemark.testkit.process.ExternalCommand.Finished;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Programs with clients in other languages: a test without its client is skipped, and says so. */
final class ForeignClients {
    private static final Duration INSTALLATION = Duration.ofSeconds(120);

    private ForeignClients() {}

    /**
     * @param library as Python imports it
     * @param what what the program does, with which its file's name begins
     * @return the command line, to which the program's arguments are added
     */
    static List<String> python(String library, String what, Path folder) throws IOException {
        assumeTrue(
                ExternalCommand.isInstalled("python3") && imports(library),
                "the Python library "
                        + library
                        + " is not installed (apt-get install python3-"
                        + library.replace('_', '-')
                        + ")");
        Path program = resource(what + "_" + library + ".py", folder);
        return List.of("/usr/bin/python3", program.toString());
    }

    private static boolean imports(String library) {
        return ExternalCommand.run("/usr/bin/python3", "-c", "import " + library).exitCode() == 0;
    }

    /** As {@link #python}, for kafkajs, which is had from npm. */
    static List<String> kafkajs(String what, Path folder) throws IOException {
        assumeTrue(ExternalCommand.isInstalled("npm"), "npm is not installed");
        Finished install =
                ExternalCommand.run(
                        List.of(
                                "npm",
                                "install",
                                "--prefix",
                                folder.toString(),
                                "--no-audit",
                                "--no-fund",
                                "kafkajs@2.2.4"),
                        null,
                        INSTALLATION);
        assumeTrue(
                install.exitCode() == 0,
                () -> "kafkajs could not be had from npm: " + install.output());
        return List.of("node", resource(what + "_kafkajs.js", folder).toString());
    }

    private static Path resource(String name, Path folder) throws IOException {
        Path file = folder.resolve(name);
        try (InputStream in =
                ForeignClients.class.getClassLoader().getResourceAsStream("clients/" + name)) {
            if (in == null) {
                throw new IOException("not on the class path: " + name);
            }
            Files.copy(in, file);
        }
        return file;
    }
}
