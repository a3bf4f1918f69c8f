package io.tidemark.testkit.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FreePortsIT {
    private static final int MANY = 1_500;

    /** Another JVM, which picks ports, prints them, and lives until its input ends. */
    static final class Other {
        public static void main(String[] arguments) throws IOException {
            for (int i = 0; i < MANY; i++) {
                System.out.println(FreePorts.next());
            }
            System.in.transferTo(System.out);
        }
    }

    @Test
    void shouldNotPickWhatAnotherRunHasPicked() throws Exception {
        Set<Integer> own = new HashSet<>();
        for (int i = 0; i < MANY; i++) {
            own.add(FreePorts.next());
        }

        Set<Integer> others = new HashSet<>();
        Process other =
                new ProcessBuilder(
                                System.getProperty("java.home") + "/bin/java",
                                "-XX:+ExitOnOutOfMemoryError",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Other.class.getName())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        LiveProcesses.remember(other);
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(other.getInputStream(), StandardCharsets.UTF_8))) {
            for (int i = 0; i < MANY; i++) {
                others.add(Integer.parseInt(lines.readLine()));
            }
        } finally {
            LiveProcesses.kill(other);
        }

        assertThat(own).hasSize(MANY);
        assertThat(others).hasSize(MANY).doesNotContainAnyElementsOf(own);
    }
}
