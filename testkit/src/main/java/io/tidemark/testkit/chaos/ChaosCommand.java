package io.tidemark.testkit.chaos;

import io.tidemark.cluster.layout.Distribution;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The command line of chaos: {@code ./tidemark chaos --help}. */
@Command(
        name = "./tidemark chaos",
        usageHelpAutoWidth = true,
        sortOptions = false,
        description = {
            "Starts a cluster of its own in a temporary folder (three nodes, three coordinators, two"
                    + " gateways), writes and reads through REST and the Kafka protocol, and breaks"
                    + " it again and again. The history is checked as Jepsen checks Kafka's:"
                    + " nothing acknowledged lost, nothing twice, nothing out of order.",
            "Exit code 0 when every promise was kept, 1 when one was broken.",
            ""
        },
        footer = {"", "Cuts, full disks and power losses need root; without it they are left out."})
public final class ChaosCommand implements Callable<Integer> {

    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "This text.")
    private boolean help;

    @Option(names = "--minutes", paramLabel = "N", description = "How long (5).")
    private double minutes = 5;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Faults and their targets follow from it; a random one by default.")
    private @Nullable Long seed;

    @Option(
            names = "--faults",
            paramLabel = "F,…",
            split = ",",
            description = "Kinds or groups of them: kill, pause, cut, disk, power, roll (all).")
    private List<String> faults = List.of();

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Records a second of each of the seven writers, at most (200).")
    private int rate = 200;

    @Option(
            names = "--longest",
            paramLabel = "S",
            description = "Seconds that a pause or a cut" + " lasts, at most (10).")
    private int longestSeconds = 10;

    @Option(names = "--json", description = "The report for a program.")
    private boolean json;

    @Option(names = "--list", description = "List the kinds of fault.")
    private boolean list;

    @Option(names = "--keep", description = "Keep data and logs even if all went well.")
    private boolean keep;

    @Option(names = "--root", hidden = true, description = "The repository.")
    private Path root = Path.of("");

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    /** Exits with 1 where a promise was broken. */
    public static void main(String[] args) {
        CommandLine command = new CommandLine(new ChaosCommand());
        System.exit(command.execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (list) {
            for (FaultKind kind : FaultKind.values()) {
                out.printf("%-18s %-6s %s%n", kind.word(), kind.group(), kind.description());
            }
            return 0;
        }
        Set<FaultKind> kinds = kinds();
        long drawn = seed == null ? ThreadLocalRandom.current().nextInt(1, 1_000_000) : seed;
        Path folder = Files.createTempDirectory("tidemark-chaos-");
        ChaosPlan plan =
                new ChaosPlan(
                        Distribution.in(root.resolve("standalone").resolve("target")),
                        folder,
                        drawn,
                        Duration.ofMillis((long) (minutes * 60_000)),
                        Map.of(),
                        kinds,
                        Duration.ofSeconds(longestSeconds),
                        rate);
        say("seed %d; data and logs in %s".formatted(drawn, folder));
        ChaosReport report = new ChaosRun(plan, this::say).run(command(drawn));
        out.println();
        out.println(
                json
                        ? JsonMapper.builder()
                                .enable(SerializationFeature.INDENT_OUTPUT)
                                .build()
                                .writeValueAsString(report)
                        : new ReportPage(report));
        if (report.good() && !keep) {
            delete(folder);
        } else {
            say("kept: " + folder);
        }
        return report.good() ? 0 : 1;
    }

    private Set<FaultKind> kinds() {
        if (minutes <= 0 || rate < 1 || longestSeconds < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--minutes, --rate and --longest must be positive");
        }
        try {
            return faults.isEmpty()
                    ? Arrays.stream(FaultKind.values()).collect(Collectors.toSet())
                    : FaultKind.ofWords(faults);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(), e.getMessage() + "; --list tells what there is", e);
        }
    }

    private String command(long drawn) {
        return "./tidemark chaos --minutes %s --seed %d%s%s%s"
                .formatted(
                        minutes == Math.rint(minutes)
                                ? Long.toString((long) minutes)
                                : Double.toString(minutes),
                        drawn,
                        faults.isEmpty() ? "" : " --faults " + String.join(",", faults),
                        rate == 200 ? "" : " --rate " + rate,
                        longestSeconds == 10 ? "" : " --longest " + longestSeconds);
    }

    /** Progress goes where it does not disturb a program that reads the report. */
    private void say(String line) {
        if (json) {
            System.err.println(line);
        } else {
            out.println(line);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
