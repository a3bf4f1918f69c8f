package io.tidemark.testkit.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * strace, attached to a running process to make its syncs slow or fail. Used by one thread.
 *
 * <p>An injection is strace's own: {@code inject=fdatasync:delay_exit=300000}.
 */
public final class SyncTracer {
    private final String injection;
    private @Nullable Process strace;

    public SyncTracer(String injection) {
        this.injection = injection;
    }

    /** Begins; takes effect a moment later. */
    public void attach(long pid) {
        try {
            strace =
                    new ProcessBuilder(
                                    "strace",
                                    "-f",
                                    "-qq",
                                    "-o",
                                    "/dev/null",
                                    "-e",
                                    "trace=fsync,fdatasync",
                                    "-e",
                                    injection,
                                    "-p",
                                    Long.toString(pid))
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets the process go on as it was. */
    public void detach() throws InterruptedException {
        Process running = strace;
        if (running != null) {
            running.destroy(); // it lets go of its tracee
            running.waitFor();
        }
    }
}
