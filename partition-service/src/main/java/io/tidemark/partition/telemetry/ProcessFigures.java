package io.tidemark.partition.telemetry;

import com.sun.management.UnixOperatingSystemMXBean;
import io.tidemark.telemetry.exposition.Families;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The process under the names that dashboards for Kafka know from Prometheus's own collectors and
 * from Kafka's. What a platform does not tell is left out. For one thread at a time.
 */
final class ProcessFigures {
    private static final Path IO = Path.of("/proc/self/io");
    private static final String DISK = "kafka_server_kafkaserver_linux_disk_";
    private static final String LOOP_THREADS = "tidemark-loop";
    private static final long MIN_INTERVAL_NANOS = 500_000_000L;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private long lookedNanos = System.nanoTime();
    private long busyNanos;
    private double idle = 1;

    synchronized void addTo(Families families) {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean os) {
            families.gauge("process_open_fds", "Open descriptors", os.getOpenFileDescriptorCount());
        }
        families.gauge("jvm_threads_current", "Threads", threads.getThreadCount());
        for (GarbageCollectorMXBean gc : ManagementFactory.getGarbageCollectorMXBeans()) {
            families.gauge(
                    "jvm_gc_collection_seconds_sum",
                    "Time in collections",
                    Math.max(0, gc.getCollectionTime()) / 1e3,
                    "gc",
                    gc.getName());
            families.gauge(
                    "jvm_gc_collection_seconds_count",
                    "Collections",
                    Math.max(0, gc.getCollectionCount()),
                    "gc",
                    gc.getName());
        }
        addDisk(families);
        look();
        // The same threads do both.
        families.gauge(
                "kafka_network_socketserver_networkprocessoravgidle_percent",
                "Share of time that event loops had nothing to do, 0 to 1",
                idle);
        families.gauge(
                "kafka_server_kafkarequesthandlerpool_requesthandleravgidle_percent",
                "Share of time that event loops had nothing to do, 0 to 1",
                idle);
    }

    private static void addDisk(Families families) {
        try {
            for (String line : Files.readAllLines(IO)) {
                int colon = line.indexOf(": ");
                if (line.startsWith("read_bytes") || line.startsWith("write_bytes")) {
                    families.gauge(
                            DISK + line.substring(0, colon),
                            "Bytes that this process had a disk move",
                            Long.parseLong(line.substring(colon + 2)));
                }
            }
        } catch (IOException | NumberFormatException e) {
            // No Linux, or not ours to know.
        }
    }

    private void look() {
        long nowNanos = System.nanoTime();
        if (nowNanos - lookedNanos < MIN_INTERVAL_NANOS || !threads.isThreadCpuTimeSupported()) {
            return;
        }
        int loops = 0;
        long busy = 0;
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread != null && thread.getThreadName().startsWith(LOOP_THREADS)) {
                loops++;
                busy += Math.max(0, threads.getThreadCpuTime(thread.getThreadId()));
            }
        }
        if (loops > 0) {
            double share = (busy - busyNanos) / ((double) (nowNanos - lookedNanos) * loops);
            idle = Math.clamp(1 - share, 0, 1);
        }
        busyNanos = busy;
        lookedNanos = nowNanos;
    }
}
