package io.tidemark.testkit.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
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
     * Test runs on this machine that are kept apart, as a port is not taken from when it is picked
     * until its process listens: each picks from its own.
     */
    private static final int RUNS = 8;

    private static final int RUN = Integer.getInteger("surefire.forkNumber", 0) % RUNS;

    /** What was given out: its process may not listen yet. */
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private FreePorts() {}

    /** A port of the loopback interface that nobody listens on now. */
    public static int next() {
        for (int attempt = 0; attempt < 1_000; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST) / RUNS * RUNS + RUN;
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
}
