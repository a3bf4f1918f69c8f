package io.tidemark.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/** The data set, from this program's own jar. */
final class FlightData {

    private static final String RESOURCE = "/flights.csv.gz";
    private static final int COLUMNS = 5;

    private FlightData() {}

    /**
     * @param limit at most so many, from the beginning
     */
    static List<Flight> read(int limit) throws IOException {
        InputStream resource =
                Objects.requireNonNull(
                        FlightData.class.getResourceAsStream(RESOURCE), RESOURCE + " is missing");
        List<Flight> flights = new ArrayList<>();
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(resource), StandardCharsets.US_ASCII))) {
            lines.readLine(); // the names of the columns
            for (String line = lines.readLine();
                    line != null && flights.size() < limit;
                    line = lines.readLine()) {
                flights.add(parse(flights.size(), line));
            }
        }
        return List.copyOf(flights);
    }

    private static Flight parse(int number, String line) {
        String[] fields = line.split(",", COLUMNS);
        return new Flight(
                number,
                fields[0],
                Integer.parseInt(fields[1]),
                Integer.parseInt(fields[2]),
                fields[3],
                fields[4]);
    }
}
