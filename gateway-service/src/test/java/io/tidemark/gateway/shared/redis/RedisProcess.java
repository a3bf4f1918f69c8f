package io.tidemark.gateway.shared.redis;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A redis-server of this machine. */
final class RedisProcess extends RedisServer {

    private @Nullable Process process;

    RedisProcess(int port) {
        super(port);
    }

    @Override
    void launch() throws IOException {
        Process started =
                new ProcessBuilder(
                                "redis-server",
                                "--port",
                                Integer.toString(port()),
                                "--bind",
                                "127.0.0.1",
                                "--save",
                                "",
                                "--appendonly",
                                "no")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        process = started;
        Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
    }

    @Override
    public void kill() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    @Override
    public void freeze() throws Exception {
        signal("-STOP");
    }

    @Override
    public void thaw() throws Exception {
        signal("-CONT");
    }

    private void signal(String signal) throws Exception {
        if (process != null) {
            new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
        }
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
        }
    }
}
