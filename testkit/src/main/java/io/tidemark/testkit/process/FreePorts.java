package io.tidemark.testkit.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Picks ports that a process about to start can listen on, and keep over its restarts.
 *
 * <p>They lie below the kernel's range for outgoing connections: a port from that range may be
 * taken by anybody's connection while the process is down, and a client that retries against it may
 * even connect to itself.
 */
public final class FreePorts {

    private static final int FIRST = 15_000;
    private static final int LAST = 32_000;

    /**
     * JVMs on this machine that pick ports at the same time, each from its own: between being
     * picked and being listened on, and while its process is down, a port looks free to everybody.
     */
    private static final int RUNS = 8;

    private static final Run RUN = Run.claim();

    /** What was given out: its process may not listen yet. */
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private FreePorts() {}

    /** A port of the loopback interface that nobody listens on now. */
    public static int next() {
        for (int attempt = 0; attempt < 1_000; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST) / RUNS * RUNS + RUN.number;
            if (!GIVEN.add(port)) {
                continue;
            }
            try (ServerSocket probe = new ServerSocket()) {
                probe.setReuseAddress(true);
                probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return port;
            } catch (IOException taken) {
                // Try another.
            }
        }
        throw new IllegalStateException("no free port between " + FIRST + " and " + LAST);
    }

    /**
     * One of them.
     *
     * @param lock held until this JVM ends, however it ends
     */
    private record Run(int number, FileLock lock) {

        static Run claim() {
            Path folder = Path.of(System.getProperty("java.io.tmpdir"));
            for (int number = 0; number < RUNS; number++) {
                Path file = folder.resolve("tidemark-test-ports-" + number + ".lock");
                try {
                    FileChannel channel =
                            FileChannel.open(
                                    file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.tryLock();
                    if (lock != null) {
                        return new Run(number, lock);
                    }
                    channel.close();
                } catch (AccessDeniedException ofAnotherUser) {
                    // Taken, as far as this run is concerned.
                } catch (IOException failure) {
                    throw new UncheckedIOException("cannot lock " + file, failure);
                }
            }
            throw new IllegalStateException(
                    "%d test runs have locked tidemark-test-ports-*.lock in %s"
                            .formatted(RUNS, folder));
        }
    }
}
