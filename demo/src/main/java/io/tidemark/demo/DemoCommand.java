package io.tidemark.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of the demo: {@code ./tidemark demo --help}. */
@Command(
        name = "./tidemark demo",
        usageHelpAutoWidth = true,
        showDefaultValues = true,
        description = {
            "Loads 200,000 real flights through REST, follows them live over SSE on a second"
                    + " connection, cuts that stream midway, resumes it by its cursor, and checks"
                    + " that every record arrived once per partition and in order.",
            "Starts a broker of its own where none answers on port 8080."
        })
final class DemoCommand implements Callable<Integer> {

    private static final int MAX_PARTITIONS = 1000;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "This text.")
    private boolean help;

    @Option(names = "--url", paramLabel = "URL", description = "The gateway to use.")
    private String url = "http://127.0.0.1:8080";

    @Option(
            names = "--topic",
            paramLabel = "NAME",
            description = "The topic to load; one of that name is deleted first.")
    private String topic = "demo-flights";

    @Option(names = "--partitions", paramLabel = "N", description = "Partitions of the topic.")
    private int partitions = 6;

    @Option(names = "--records", paramLabel = "N", description = "Flights to load, at most.")
    private int records = 200_000;

    @Option(names = "--batch", paramLabel = "N", description = "Records of one request.")
    private int batch = 500;

    @Option(names = "--connections", paramLabel = "N", description = "Connections that load.")
    private int connections = 4;

    @Option(
            names = "--throwaway",
            hidden = true,
            description = "The broker, with its data, ends with the demo.")
    private boolean throwaway;

    /** Runs the demo; exits with 1 where its check fails. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new DemoCommand()).execute(args));
    }

    @Override
    public Integer call() {
        if (partitions < 1
                || partitions > MAX_PARTITIONS
                || records < 1
                || batch < 1
                || connections < 1) {
            System.err.println(
                    "--partitions takes 1 to "
                            + MAX_PARTITIONS
                            + "; --records, --batch and --connections at least 1");
            return CommandLine.ExitCode.USAGE;
        }
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        Screen screen = new Screen(out, isTerminal());
        String base = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        try (BrokerApi api = new BrokerApi(base)) {
            List<Flight> flights = FlightData.read(records);
            Demo demo = new Demo(api, base, topic, partitions, batch, flights, screen);
            boolean good = demo.run(connections);
            if (!throwaway) {
                String follow = base + "/topics/" + topic + "/events?from=earliest&key=SFO";
                screen.say("  see them again:  curl -N '" + follow + "'");
            }
            return good ? 0 : 1;
        } catch (DemoFailure e) {
            screen.bad(String.valueOf(e.getMessage()));
            return 1;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        } finally {
            out.flush();
        }
    }

    private static boolean isTerminal() {
        @Nullable String term = System.getenv("TERM");
        return System.console() != null
                && System.console().isTerminal()
                && System.getenv("NO_COLOR") == null
                && term != null
                && !term.equals("dumb");
    }
}
