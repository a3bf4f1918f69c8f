package io.tidemark.coordinator.quorum;

import java.io.*;
import java.nio.file.*;
import java.time.Duration;
import java.util.*;
import java.util.concurrent.*;

class Probe {
    public static void main(String[] a) throws Exception {
        long t0 = System.nanoTime();
        var s =
                new QuorumSettings(
                        Path.of(a[0]),
                        "1",
                        List.of(new QuorumSettings.Peer("1", "127.0.0.1", 24001)),
                        Duration.ofMillis(300),
                        10000,
                        2);
        var ready = new CountDownLatch(1);
        var q = new RatisQuorum(s);
        var n = new long[1];
        q.start(
                new Replica() {
                    public byte[] apply(long i, byte[] e) {
                        n[0]++;
                        return e;
                    }

                    public void writeSnapshot(OutputStream o) throws IOException {
                        o.write(new byte[] {1});
                    }

                    public void readSnapshot(InputStream i) {
                        System.out.println("snapshot");
                    }

                    public void leadershipChanged(Leadership l) {
                        System.out.println(l);
                        if (l.leading()) ready.countDown();
                    }
                });
        long t1 = System.nanoTime();
        ready.await();
        long t2 = System.nanoTime();
        q.propose(new byte[100]).toCompletableFuture().get();
        long t3 = System.nanoTime();
        System.out.printf(
                "start %d ms, ready %d ms, first %d ms; applied %d; jvm up %d%n",
                (t1 - t0) / 1000000,
                (t2 - t0) / 1000000,
                (t3 - t0) / 1000000,
                n[0],
                java.lang.management.ManagementFactory.getRuntimeMXBean().getUptime());
        for (int r = 0; r < 3; r++) {
            long x = System.nanoTime();
            for (int i = 0; i < 1000; i++) q.propose(new byte[100]).toCompletableFuture().get();
            System.out.println("serial us " + (System.nanoTime() - x) / 1000000);
        }
        System.gc();
        Files.lines(Path.of("/proc/self/status"))
                .filter(l -> l.startsWith("VmRSS"))
                .forEach(System.out::println);
        System.out.println(
                "threads "
                        + Thread.activeCount()
                        + " classes "
                        + java.lang.management.ManagementFactory.getClassLoadingMXBean()
                                .getLoadedClassCount());
        long c = System.nanoTime();
        q.close();
        System.out.println("close ms " + (System.nanoTime() - c) / 1000000);
    }
}
