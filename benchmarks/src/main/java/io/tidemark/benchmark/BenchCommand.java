package io.tidemark.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./tidemark bench}. */
@Command(
        name = "tidemark bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs this broker and Apache Kafka in the same run, on the same disk, with the same heap and the same client,"
                    + " in alternating order, and prints one table of medians.",
            "A full run takes about 10 minutes on two cores. Nothing else should run meanwhile."
        })
final class BenchCommand implements Callable<Integer> {
    @Option(
            names = "--runs",
            defaultValue = "3",
            description = "alternating runs of each figure (default ${DEFAULT-VALUE})")
    int runs;

    @Option(
            names = "--seconds",
            defaultValue = "4",
            description = "length of each produce phase (default ${DEFAULT-VALUE})")
    double seconds;

    @Option(
            names = "--heap",
            defaultValue = "1g",
            description = "heap of each broker (default ${DEFAULT-VALUE})")
    String heap = "1g";

    @Option(
            names = "--only",
            defaultValue = ".*",
            description =
                    "workloads to run, a regex over: kafka latency groups rest sse start; with several nodes: kafka latency groups failover many")
    String only = ".*";

    @Option(
            names = "--nodes",
            defaultValue = "1",
            description =
                    "nodes on each side; from 3 on three replicas, two of them for an answer (default ${DEFAULT-VALUE})")
    int nodes;

    @Option(
            names = "--kills",
            defaultValue = "10",
            description = "leaders to kill on each side (default ${DEFAULT-VALUE})")
    int kills;

    @Option(
            names = "--partitions",
            defaultValue = "10000",
            description = "partitions of the workload 'many' (default ${DEFAULT-VALUE})")
    int partitions;

    @Option(
            names = "--side",
            split = ",",
            defaultValue = "kafka,tidemark",
            description =
                    "measure only these brokers over the Kafka protocol (default ${DEFAULT-VALUE})")
    List<String> sides = List.of();

    @Option(names = "--micro", description = "run the JMH benchmarks of single steps instead")
    boolean micro;

    @Option(names = "--quick", description = "one short run: a look, not a measurement")
    boolean quick;

    @Option(
            names = "--data",
            description =
                    "folder for the brokers' data (default: a new one in the system's temporary folder)")
    @org.jspecify.annotations.Nullable
    Path data;

    @Option(names = "--json", description = "also write all measurements as JSON to this file")
    @org.jspecify.annotations.Nullable
    Path json;

    @Option(names = "--svg", description = "also draw the table as a plot to this file")
    @org.jspecify.annotations.Nullable
    Path svg;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new BenchCommand()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        if (micro) {
            new Runner(new OptionsBuilder().include("io.tidemark.benchmark.micro.*").build()).run();
            return 0;
        }
        if (quick) {
            runs = 1;
            seconds = Math.min(seconds, 2);
        }
        Path folder =
                data == null
                        ? Files.createTempDirectory("tidemark-bench")
                        : Files.createDirectories(data);
        Results results = new Results();
        Pattern wanted = Pattern.compile(only);
        try {
            if (nodes == 1) {
                run(folder, results, wanted);
            } else {
                runClusters(folder, results, wanted);
            }
        } finally {
            delete(folder);
        }
        Report report =
                new Report(
                        results,
                        nodes == 1 ? Comparison.ofOneNode() : Comparison.ofClusters(),
                        machine(),
                        repeat());
        System.out.println();
        System.out.println(report.table());
        if (json != null) {
            report.writeJson(json);
        }
        if (svg != null) {
            report.writeSvg(svg);
        }
        return 0;
    }

    private void run(Path folder, Results results, Pattern wanted) throws Exception {
        if (wanted.matcher("start").matches()) {
            new StartWorkload(results, folder).run(runs);
        }
        boolean protocol = wanted.matcher("kafka").matches() || wanted.matcher("latency").matches();
        if (wanted.matcher("groups").matches()) {
            List<Broker> brokers = new ArrayList<>();
            try {
                if (sides.contains("kafka")) {
                    brokers.add(KafkaCluster.start(folder.resolve("kafka-groups"), heap, 1));
                }
                if (sides.contains("tidemark")) {
                    brokers.add(TidemarkBroker.start(folder.resolve("tidemark-groups"), heap));
                }
                new GroupWorkload(results, brokers, seconds).run(runs);
            } finally {
                for (Broker broker : brokers) {
                    broker.close();
                }
            }
        }
        boolean http = wanted.matcher("rest").matches() || wanted.matcher("sse").matches();
        if (protocol) {
            List<Broker> brokers = new ArrayList<>();
            try {
                if (sides.contains("kafka")) {
                    brokers.add(KafkaCluster.start(folder.resolve("kafka"), heap, 1));
                }
                if (sides.contains("tidemark")) {
                    brokers.add(TidemarkBroker.start(folder.resolve("tidemark"), heap));
                }
                ProtocolWorkload workload = new ProtocolWorkload(results, brokers, seconds);
                if (wanted.matcher("kafka").matches()) {
                    workload.throughput(runs);
                }
                if (wanted.matcher("latency").matches()) {
                    workload.latency(runs, quick ? 500 : 3000);
                }
            } finally {
                for (Broker broker : brokers) {
                    broker.close();
                }
            }
        }
        if (http) {
            try (TidemarkBroker tidemark =
                    TidemarkBroker.start(folder.resolve("tidemark-http"), heap)) {
                HttpWorkload workload = new HttpWorkload(results, tidemark, folder, heap, seconds);
                if (wanted.matcher("rest").matches()) {
                    workload.rest(runs);
                    workload.restRead(runs);
                }
                if (wanted.matcher("sse").matches()) {
                    workload.sse(runs);
                }
            }
        }
    }

    private void runClusters(Path folder, Results results, Pattern wanted) throws Exception {
        if (wanted.matcher("kafka").matches() || wanted.matcher("latency").matches()) {
            List<Cluster> clusters = startClusters(folder.resolve("load"));
            try {
                ProtocolWorkload workload = new ProtocolWorkload(results, clusters, seconds);
                if (wanted.matcher("kafka").matches()) {
                    workload.throughput(runs);
                }
                if (wanted.matcher("latency").matches()) {
                    workload.latency(runs, quick ? 500 : 3000);
                }
            } finally {
                close(clusters);
            }
        }
        if (wanted.matcher("groups").matches()) {
            List<Cluster> clusters = startClusters(folder.resolve("groups"));
            try {
                new GroupWorkload(results, clusters, seconds).run(runs);
            } finally {
                close(clusters);
            }
        }
        if (wanted.matcher("failover").matches()) {
            List<Cluster> clusters = startClusters(folder.resolve("failover"));
            try {
                new FailoverWorkload(results, clusters).run(kills);
            } finally {
                close(clusters);
            }
        }
        if (wanted.matcher("many").matches()) {
            List<Cluster> clusters = startClusters(folder.resolve("many"));
            try {
                new ManyPartitionsWorkload(results, clusters, partitions).run();
            } finally {
                close(clusters);
            }
        }
    }

    private List<Cluster> startClusters(Path folder) throws Exception {
        List<Cluster> clusters = new ArrayList<>();
        try {
            if (sides.contains("kafka")) {
                clusters.add(KafkaCluster.start(folder.resolve("kafka"), heap, nodes));
            }
            if (sides.contains("tidemark")) {
                clusters.add(TidemarkCluster.start(folder.resolve("tidemark"), heap, nodes));
            }
        } catch (IOException | InterruptedException e) {
            close(clusters);
            throw e;
        }
        return clusters;
    }

    private static void close(List<Cluster> clusters) throws IOException {
        for (Cluster cluster : clusters) {
            cluster.close();
        }
    }

    private String repeat() {
        return String.format(
                        Locale.ROOT,
                        "./tidemark bench --runs %d --seconds %.0f --heap %s",
                        runs,
                        seconds,
                        heap)
                + (nodes == 1 ? "" : " --nodes " + nodes + " --kills " + kills)
                + (only.equals(".*") ? "" : " --only '" + only + "'");
    }

    private static String machine() throws IOException {
        String cpu;
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            cpu =
                    lines.filter(line -> line.startsWith("model name"))
                            .map(line -> line.substring(line.indexOf(':') + 1).strip())
                            .findFirst()
                            .orElse(System.getProperty("os.arch"));
        }
        return "%d cores (%s), Java %s, Kafka 4.3.1, %s"
                .formatted(
                        Runtime.getRuntime().availableProcessors(),
                        cpu,
                        Runtime.version().feature(),
                        System.getProperty("os.name"));
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
